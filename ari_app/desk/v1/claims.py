"""Claims, their events, and what their customers want to hear."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from aiohttp import web

from ari_app.channel_settings import mail_address
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.problems import Problem
from ari_app.desk.v1 import models
from ari_app.desk.v1.door import answer, body
from ari_app.desk.v1.models import words
from claims_store import claim_pages, preferences, standing, webhooks
from claims_store.claim_pages import After
from claims_store.rules import telling
from claims_store.rules.contacting import Wants
from claims_store.standing import Standing, Until
from claims_store.store import Session

LIMITS = (20, 100)
"""So many items when nobody says, and at most."""
LANGUAGES = ("zh", "en")


async def listing(request: web.Request) -> web.StreamResponse:
    """All claims, the newest first."""
    limit = _limit(request)
    after = _after(request.query.get("cursor", ""))
    found = await request.app[STORE].run(claim_pages.page, after, limit + 1)
    items = [
        models.ClaimLine(
            number=each.number, line=each.line, stage=each.stage, survey=each.survey,
            documents=each.documents, opened=each.opened, closed=each.closed,
        )
        for each in found[:limit]
    ]  # fmt: skip
    more = _cursor(found[limit - 1].opened, found[limit - 1].number) if len(found) > limit else None
    return answer(models.Claims(items=items, next=more))


async def show(request: web.Request) -> web.StreamResponse:
    """Where one claim stands, what comes next and until when."""
    number, now = request.match_info["number"], request.app[SETTINGS].now()
    found = await request.app[STORE].run(standing.of, number, now)
    return answer(shape(found))


async def events(request: web.Request) -> web.StreamResponse:
    """What happened to claims since a cursor, in one order."""
    limit, after = _limit(request), request.query.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 15:
        raise Problem("bad_value", 400, name="after")
    claim = request.query.get("claim") or None
    found = await request.app[STORE].run(webhooks.events, int(after), limit, claim)
    items = [
        models.Event(
            id=each.id, claim=each.claim, seq=each.seq, event=each.event, at=each.at,
            text=words(telling.EVENTS[each.event]),
        )
        for each in found
    ]  # fmt: skip
    return answer(models.Events(items=items, next=str(found[-1].id) if found else after))


async def wishes(request: web.Request) -> web.StreamResponse:
    """What the customer of a claim wants to hear."""
    number, now = request.match_info["number"], request.app[SETTINGS].now()
    wants = await request.app[STORE].run(_wants, number, now)
    return answer(_wishes(wants))


async def put_wishes(request: web.Request) -> web.StreamResponse:
    """Keep what he wants, in place of what he wanted before."""
    given = await body(request, models.Preferences)
    known = {way.name for way in request.app[SETTINGS].ways}
    if not set(given.channels) <= known:
        raise Problem("bad_value", 400, name="channels")
    if given.mail and not _is_mail(given.mail):
        raise Problem("bad_value", 400, name="mail")
    number, now = request.match_info["number"], request.app[SETTINGS].now()
    wants = Wants(tuple(given.channels), given.language, frozenset(given.off), given.mail)
    await request.app[STORE].run(_put, number, wants, now)
    return answer(_wishes(wants))


def shape(found: Standing) -> models.Claim:
    """A claim in both languages."""
    status, missing = found.status, len(found.status.missing)
    said = {each: telling.stage(status.told, missing, each) for each in LANGUAGES}
    step = {each: telling.next_words(status.next_step, each) for each in LANGUAGES}
    return models.Claim(
        number=status.number, line=found.line, told=list(status.told), stage=words(said),
        progress=status.progress, next_step=status.next_step, next=words(step),
        missing=[_paper(found.line, each) for each in status.missing],
        until=_promise(found.until) if found.until else None,
        promises=[_promise(each) for each in found.promises],
        opened=found.opened, closed=found.closed,
    )  # fmt: skip


def _paper(line: str, name: str) -> models.Paper:
    text = {each: telling.paper(line, name, each) for each in LANGUAGES}
    return models.Paper(name=name, text=words(text))


def _promise(until: Until) -> models.Promise:
    text = {each: telling.promised(until.rule, each) for each in LANGUAGES}
    return models.Promise(
        rule=until.rule, at=until.at, by_day=until.by_day, state=until.state, text=words(text)
    )


def _phone(s: Session, number: str, now: datetime) -> str:
    phone = standing.of(s, number, now).phone
    if not phone:
        raise Problem("no_contact", 409)
    return phone


def _wants(s: Session, number: str, now: datetime) -> Wants:
    return preferences.of(s, _phone(s, number, now))


def _put(s: Session, number: str, wants: Wants, now: datetime) -> None:
    preferences.put(s, _phone(s, number, now), wants, now)


def _wishes(wants: Wants) -> models.Preferences:
    return models.Preferences.model_validate({
        "off": sorted(wants.off), "channels": list(wants.channels), "language": wants.language,
        "mail": wants.mail,
    })  # fmt: skip


def _is_mail(text: str) -> bool:
    try:
        return bool(mail_address(text))
    except ValueError:
        return False


def _limit(request: web.Request) -> int:
    usual, most = LIMITS
    text = request.query.get("limit", str(usual))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= most:
        raise Problem("bad_value", 400, name="limit")
    return int(text)


def _cursor(opened: datetime, number: str) -> str:
    return base64.urlsafe_b64encode(f"{opened.isoformat()} {number}".encode()).decode().rstrip("=")


def _after(cursor: str) -> After | None:
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        opened, _, number = base64.urlsafe_b64decode(padded).decode().partition(" ")
        return After(datetime.fromisoformat(opened).astimezone(UTC), number)
    except (ValueError, OverflowError, binascii.Error):
        raise Problem("bad_value", 400, name="cursor") from None
