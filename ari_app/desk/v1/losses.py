"""Reporting a loss, once for each key, and messages that a gateway hands over."""

from __future__ import annotations

import re

from aiohttp import web

from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.problems import Problem, told
from ari_app.desk.typing_in import canonical
from ari_app.desk.v1 import models
from ari_app.desk.v1.door import PROGRAM, answer, body, signed
from claims_store import incoming, reports, tokens
from claims_store.incoming import Incoming
from claims_store.personal import vault
from claims_store.rules.fields import fields_of
from claims_store.store import Session

KEY = re.compile(r"[\x21-\x7e]{1,100}")


async def report(request: web.Request) -> web.StreamResponse:
    """Report a loss. The same key again answers what it made, whatever has happened since."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise Problem("key_missing", 400)
    loss = await body(request, models.Loss)
    settings = request.app[SETTINGS]
    locale = Locale(loss.language, settings.zone, settings.now())
    name = request[PROGRAM].name
    made, number = await request.app[STORE].run(_once, name, key, loss, locale)
    found = await request.app[STORE].run(_state, number, loss.language)
    return answer(found, 201 if made else 200)


async def show(request: web.Request) -> web.StreamResponse:
    """A report as it stands."""
    found = await request.app[STORE].run(_state, request.match_info["number"], "en")
    return answer(found)


async def came(request: web.Request) -> web.StreamResponse:
    """A text message from a gateway, signed with the secret of its channel."""
    settings, channel = request.app[SETTINGS], request.match_info["channel"]
    await signed(request, settings.secret_of(channel))
    given = await body(request, models.Came)
    now = settings.now()
    message = Incoming(channel, given.sender, given.text, given.at or now, given.id)
    new = await request.app[STORE].run(incoming.receive, message, now)
    return answer(models.Taken(new=new))


def _once(
    s: Session, program: str, key: str, loss: models.Loss, locale: Locale
) -> tuple[bool, str]:
    """Whether it was made now, and the report's number. Raises Problem."""
    digest = vault(s).index(f"loss\0{loss.model_dump_json()}")
    before = tokens.asked_before(s, program, key)
    if before is not None:
        if before[0] != digest:
            raise Problem("key_used", 409)
        return False, before[1]
    number = _report(s, program, loss, locale)
    tokens.note_asked(s, program, key, digest, number, locale.now)
    return True, number


def _report(s: Session, program: str, loss: models.Loss, locale: Locale) -> str:
    now, by = locale.now, f"api:{program}"
    number = reports.start(s, None, loss.caller, loss.language, now)
    reports.answer(s, number, "line", loss.line, by=by, source="import", at=now)
    wrong = []
    order = [each.name for each in fields_of(loss.line)]
    for name in sorted(loss.answers, key=lambda each: order.index(each) if each in order else -1):
        try:
            state = reports.state(s, number, now)
            value = canonical(state, name, loss.answers[name], locale)
        except Problem as fault:
            what = str(told(fault, locale.language)["what"])
            wrong.append({"field": f"answers.{name}", "detail": what})
            continue
        reports.answer(s, number, name, value, by=by, source="import", at=now)
    if wrong:
        raise Problem("bad_request", 400, extra={"errors": wrong})
    reports.finish(s, number, now)
    return number


def _state(s: Session, number: str, language: str) -> models.Report:
    found = reports.state(s, number)
    return models.Report.model_validate({
        "number": found.number, "claim": found.claim_number, "level": found.level,
        "missing": list(found.missing),
        "problems": [
            {"field": each.field, "detail": each.sentence[language]} for each in found.problems
        ],
    })  # fmt: skip
