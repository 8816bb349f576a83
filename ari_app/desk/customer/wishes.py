"""What the customer wants to hear, how and in which language; kept once he has shown that the
number is his.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from ari_app.channel_settings import mail_address
from ari_app.desk.customer.door import Visit, back_to, opened, remember, shown
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.words import LANGUAGES
from claims_store import identity, preferences
from claims_store.rules.contacting import NOTICES, Wants, Way
from claims_store.store import Session

WAYS = ("", "phone", "mail")
"""As the house does it, by text message alone, by mail first."""


@opened
async def page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The form; before it, once, the last four digits of his number."""
    if not visit.known:
        return _ask(request, visit)
    return _form(request, visit, visit.wants)


@opened
async def prove(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The last four digits of the number; ten wrong ones a day, then a person."""
    form = await request.post()
    digits = "".join(str(form.get("digits", "")).split())[:4]
    right = hmac.compare_digest(digits.encode("utf-8", "replace"), visit.phone[-4:].encode())
    right = right and len(digits) == 4
    number, now = visit.standing.status.number, request.app[SETTINGS].now()
    if not await request.app[STORE].run(_tried, number, right, now):
        return _ask(request, visit, visit.locale.say("c.too_many"), 429)
    if not right:
        return _ask(request, visit, visit.locale.say("c.wrong_digits"), 403)
    answer = web.Response(status=303, headers={"Location": f"{visit.base}/wishes"})
    remember(request, visit, answer)
    return answer


@opened
async def keep(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Keep what he chose."""
    if not visit.known:
        return _ask(request, visit, "", 403)
    form = await request.post()
    ways = request.app[SETTINGS].ways
    topics = {str(each) for each in form.getall("topic", ())}
    language, way = str(form.get("language", "")), str(form.get("way", ""))
    mail = str(form.get("mail", visit.wants.mail)).strip()
    wants = Wants(
        channels=_channels(way, ways) if way in WAYS else visit.wants.channels,
        language=language if language in LANGUAGES else visit.wants.language,
        off=(visit.wants.off - set(NOTICES)) | (set(NOTICES) - topics),
        mail=mail,
    )
    if (mail or way == "mail") and not _is_mail(mail):
        return _form(request, visit, wants, visit.locale.say("c.wrong_mail"), 400)
    now = request.app[SETTINGS].now()
    await request.app[STORE].run(preferences.put, visit.phone, wants, now)
    return back_to(visit, "kept")


def _tried(s: Session, number: str, right: bool, now: datetime) -> bool:
    """Write a try down, unless there were too many."""
    caller = f"page {number}"
    if not identity.allowed(s, caller, number, now):
        return False
    identity.note_try(s, caller, number, right, now)
    return True


def _ask(
    request: web.Request, visit: Visit, wrong: str = "", status: int = 200
) -> web.StreamResponse:
    values = {"phone": visit.locale.phone(visit.phone), "wrong": wrong}
    return shown(request, visit, "prove.html", values, status)


def _form(
    request: web.Request, visit: Visit, wants: Wants, wrong: str = "", status: int = 200
) -> web.StreamResponse:
    ways, say = request.app[SETTINGS].ways, visit.locale.say
    chosen = _way(wants, ways)
    mails = any(way.reaches == "mail" for way in ways)
    offered = [name for name in WAYS if name != "mail" or mails]
    values: dict[str, Any] = {
        "topics": [
            {"name": each, "on": each not in wants.off, "word": say(f"c.topic_{each}")}
            for each in NOTICES
        ],
        "ways": [
            {"name": each, "on": each == chosen, "word": say(f"c.way_{each or 'house'}")}
            for each in offered
        ],
        "mails": mails, "mail": wants.mail, "wrong": wrong,
        "language": wants.language or visit.locale.language,
    }  # fmt: skip
    return shown(request, visit, "wishes.html", values, status)


def _channels(way: str, ways: Sequence[Way]) -> tuple[str, ...]:
    """Names of channels in his order."""
    phones = tuple(each.name for each in ways if each.reaches == "phone")
    mails = tuple(each.name for each in ways if each.reaches == "mail")
    return {"": (), "phone": phones, "mail": mails + phones}[way]


def _way(wants: Wants, ways: Sequence[Way]) -> str:
    return next((way for way in WAYS if _channels(way, ways) == wants.channels), "")


def _is_mail(text: str) -> bool:
    try:
        return bool(mail_address(text))
    except ValueError:
        return False
