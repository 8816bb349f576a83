"""What a surveyor does on his page: acts, sent once or twice; a call to the customer, masked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.problems import Problem
from ari_app.desk.surveyor.door import Visit, opened
from claims_store import call_orders, surveys
from claims_store.store import Session
from claims_store.surveys import BadAct

OLDEST = timedelta(days=30)
TWICE_S = 15
"""Seconds within which the same tap is one call."""
_DATA = ("lat", "lon", "near", "reason", "note", "line", "part", "work", "amount")


@opened
async def act(request: web.Request, visit: Visit) -> web.StreamResponse:
    """{id, act, ago_s, data}: carried out once per id. How long ago it was is told by the phone
    in seconds, so that a clock that is set wrong does no harm. A form does the same."""
    if request.content_type == "application/json":
        body = await body_of(request)
    else:
        body = {key: str(value) for key, value in (await request.post()).items()}
    now = request.app[SETTINGS].now()
    given = body.get("data")
    said = given if isinstance(given, dict) else body
    data = {name: str(said[name])[:500] for name in _DATA if name in said}
    name, id, at = text_in(body, "act"), text_in(body, "id"), now - ago(body)
    try:
        done = await request.app[STORE].run(_act, visit, name, id, at, now, data)
    except BadAct:
        return json_answer({"result": "bad", "sentence": ""}, status=400)
    if request.content_type != "application/json":
        return web.Response(status=303, headers={"Location": visit.base})
    sentence = done.sentence.get(visit.locale.language, "")
    return json_answer({"id": done.id, "result": done.result, "sentence": sentence})


def ago(body: Mapping[str, Any]) -> timedelta:
    """How long ago it was."""
    try:
        seconds = float(body.get("ago_s", 0))
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 <= seconds <= OLDEST.total_seconds():
        seconds = 0.0
    return timedelta(seconds=seconds)


def _act(
    s: Session, visit: Visit, name: str, id: str, at: datetime, now: datetime, data: dict[str, Any]
) -> surveys.Acted:
    survey, by = visit.screen.survey.id, visit.surveyor.name
    return surveys.act(s, survey, name, at, now, id=id, by=by, **data)


@opened
async def call(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Ring the surveyor, then the customer; neither sees the other's number, and it is recorded."""
    if visit.screen.whose != "mine" or not visit.screen.phone:
        raise Problem("no_number", 409)
    now = request.app[SETTINGS].now()
    key = f"survey_call:{visit.screen.survey.id}:{int(now.timestamp()) // TWICE_S}"
    args = (key, visit.surveyor.phone, visit.screen.phone, now)
    await request.app[STORE].run(
        call_orders.connect, *args, about=visit.screen.claim, by=visit.surveyor.name, masked=True
    )
    return web.Response(status=303, headers={"Location": f"{visit.base}?told=called"})
