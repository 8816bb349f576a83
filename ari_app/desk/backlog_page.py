"""What waits to be done behind the desk: by kind, what is late, what was set aside and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.keys import PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.pages import locale_of, page
from ari_app.desk.problems import Problem
from claims_store import backlog
from claims_store.backlog import Waiting
from claims_store.errors import NotFound
from claims_store.store import Session

MOST = 200


@page("backlog.html")
async def backlog_page(request: web.Request) -> Mapping[str, Any]:
    """Counted by kind; below it what a person must see to, or with ?kind= all of one kind."""
    counted, rows, kind = await _gathered(request)
    locale = locale_of(request)
    kinds = [
        {
            "kind": name, "title": kind_title(name, locale), "open": each.open, "late": each.late,
            "aside": each.set_aside, "oldest": locale.moment(each.oldest) if each.oldest else "–",
        }
        for name, each in sorted(counted.items())
    ]  # fmt: skip
    shown = [_row(each, locale) for each in rows]
    return {"kinds": kinds, "rows": shown, "kind": kind, "title": kind_title(kind or "", locale)}


async def api_backlog(request: web.Request) -> web.StreamResponse:
    """The same as JSON; what a consequence is about stays sealed."""
    counted, rows, _ = await _gathered(request)
    return json_answer({"kinds": backlog.plain(counted), "rows": rows})


async def retry(request: web.Request) -> web.StreamResponse:
    """Have something that was set aside done once more; who said so stands with it."""
    await _act(request, backlog.retry)
    return json_answer({"id": _id(request)})


async def drop(request: web.Request) -> web.StreamResponse:
    """{reason}: leave it undone for good."""
    reason = text_in(await body_of(request), "reason", longest=200).strip()
    if not reason:
        raise Problem("bad_value", 400, name="reason")
    await _act(request, backlog.drop, reason)
    return json_answer({"id": _id(request)})


def kind_title(kind: str, locale: Locale) -> str:
    """A kind of consequence in words."""
    return locale.maybe(f"backlog.kind.{kind}", kind)


async def _act(request: web.Request, act: Any, *more: str) -> None:
    id, now = _id(request), locale_of(request).now
    if not await request.app[STORE].run(act, id, now, request[PERSON].login, *more):
        raise Problem("not_aside", 409)


async def _gathered(
    request: web.Request,
) -> tuple[Mapping[str, backlog.Backlog], list[Waiting], str | None]:
    kind = request.query.get("kind") or None
    if kind is not None and (len(kind) > 40 or not kind.isidentifier()):
        raise Problem("bad_value", 400, name="kind")
    now = locale_of(request).now
    counted, rows = await request.app[STORE].run(_gather, kind, now)
    return counted, rows, kind


def _gather(session: Session, kind: str | None, now: Any) -> Any:
    rows = backlog.listing(session, aside=kind is None, limit=MOST, kind=kind)
    return backlog.counted(session, now), rows


def _row(each: Waiting, locale: Locale) -> dict[str, Any]:
    stuck = each.set_aside or each.state == "failed"
    return {
        "id": each.id,
        "kind": kind_title(each.kind, locale),
        "due": locale.moment(each.due_at),
        "late": each.due_at < locale.now,
        "tries": each.tries,
        "why": each.why or each.error or "–",
        "key": each.key,
        "stuck": stuck,
        "state": locale.say("backlog.aside" if stuck else "backlog.waits"),
    }


def _id(request: web.Request) -> int:
    text = request.match_info["id"]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise NotFound("row", text[:40])
    return int(text)
