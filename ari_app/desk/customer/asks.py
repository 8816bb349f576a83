"""What the customer asks for on his page: a call, and to be heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from ari_app.desk.customer.door import Visit, back_to, opened, shown
from ari_app.desk.keys import SETTINGS, STORE
from claims_store import calendar, clocks, feedback, promises
from claims_store.moves import move
from claims_store.promises import CALL
from claims_store.rules.feedback import QUESTIONS, STAGES
from claims_store.rules.stages import Actor, IllegalMove
from claims_store.store import Session

CUSTOMER = Actor("customer", "customer")
HOURS = (1, 4, 8)
"""Working hours within which a handler calls back: the customer chooses."""
SCORES = ("1", "2", "3", "4", "5")
LONGEST = 1000


@opened
async def call_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """When he wants to be called; one promise at a time."""
    locale, now = visit.locale, request.app[SETTINGS].now()
    times = await request.app[STORE].run(_times, now)
    values = {
        "promised": _promised(visit),
        "phone": locale.phone(visit.standing.phone),
        "times": [
            {"hours": hours, "word": locale.say("c.call_by", time=locale.moment(at))}
            for hours, at in times
        ],
    }
    return shown(request, visit, "call.html", values)


@opened
async def ask_call(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Promise him a call: a task of his handler's, with its clock."""
    form = await request.post()
    now = request.app[SETTINGS].now()
    said = str(form.get("hours", ""))
    hours = int(said) if said in map(str, HOURS) else HOURS[0]
    if not _promised(visit):
        await request.app[STORE].run(_promise, visit.standing.status.number, hours, now)
    return back_to(visit, "called")


@opened
async def opinion_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What he thinks of what was done last."""
    return _opinion(request, visit)


@opened
async def give_opinion(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Keep what he thinks; it goes to whom it concerns."""
    form = await request.post()
    score, remark = str(form.get("score", "")), str(form.get("remark", "")).strip()[:LONGEST]
    given = {_question(visit): int(score)} if score in SCORES else {}
    if not given and not remark:
        return _opinion(request, visit, visit.locale.say("c.wrong_score"), 400)
    number, now = visit.standing.status.number, request.app[SETTINGS].now()
    key = f"page:{number}:{_question(visit)}:{now:%Y%m%d}"
    await request.app[STORE].run(feedback.give, number, "page", given, remark, now, key=key)
    return back_to(visit, "heard")


def _opinion(
    request: web.Request, visit: Visit, wrong: str = "", status: int = 200
) -> web.StreamResponse:
    title = QUESTIONS[_question(visit)].title[visit.locale.language]
    return shown(request, visit, "opinion.html", {"wrong": wrong, "question": title}, status)


def _question(visit: Visit) -> str:
    """Of all questions the one about what happened last."""
    last = (STAGES[each.event] for each in visit.standing.events if each.event in STAGES)
    return next(last, "speed")


def _promised(visit: Visit) -> str:
    """Until when a call is promised already."""
    for each in visit.standing.promises:
        if each.rule == CALL and each.state == "open":
            return visit.locale.moment(each.at)
    return ""


def _times(s: Session, now: datetime) -> list[tuple[int, datetime]]:
    return [(each, calendar.next_promise(s, now, timedelta(hours=each))) for each in HOURS]


def _promise(s: Session, number: str, hours: int, now: datetime) -> None:
    """Once, however often he taps."""
    if any(row.rule == CALL for row in clocks.promises(s, number)):
        return
    due = calendar.next_promise(s, now, timedelta(hours=hours))
    try:
        move(s, number, "call_promised", CUSTOMER, now, due=due, what=CALL)
    except IllegalMove:  # the claim is over; he is called all the same
        promises.make(s, number, now, due)
