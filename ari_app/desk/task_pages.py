"""Tasks and callbacks: what people have to do by when, the longest due first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from ari_app.desk import looks
from ari_app.desk.agent_page import promise
from ari_app.desk.answers import body_of, flag_in, json_answer
from ari_app.desk.claim_acts import cannot
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, FLOOR, PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import eyes_of
from ari_app.desk.pages import locale_of, names_for, page
from ari_app.desk.permissions import Permission, may
from ari_app.desk.problems import Problem
from ari_app.desk.words import known
from claims_store import call_orders, callbacks, follow_ups, people, todo
from claims_store.callbacks import Callback
from claims_store.errors import NotFound
from claims_store.rules.stages import IllegalMove
from claims_store.store import Session
from claims_store.tasks import Task
from claims_store.todo import Todo

MOST = 200
AGAIN = timedelta(minutes=15)
"""When a caller who was not reached is to be rung again."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as a row."""

    id: int
    title: str
    about: str
    who: str
    line: str
    owner: str
    due: str
    left: str
    look: str
    has_claim: bool
    is_follow_up: bool


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """A callback as a row; the number is masked."""

    id: int
    call_id: str
    number: str
    language: str
    queue: str
    report: str
    reason: str
    waits: str
    due: str
    look: str
    tries: int
    called_by: str


@page("tasks.html")
async def tasks_page(request: web.Request) -> Mapping[str, Any]:
    """One's own open tasks; ?whose=team for supervisors, ?kind= for one kind."""
    found, team, kind = await _todos(request)
    locale = locale_of(request)
    names = await names_for(request, locale)
    kinds = sorted({each.task.kind for each in found})
    shown = [each for each in found if kind in (None, each.task.kind)]
    return {
        "rows": [_line(each, names, locale) for each in shown[:MOST]],
        "more": max(0, len(shown) - MOST),
        "team": team,
        "kind": kind,
        "kinds": [(each, task_title(each, locale)) for each in kinds],
        "watches": _watches(request),
    }


async def api_tasks(request: web.Request) -> web.StreamResponse:
    """The same as JSON."""
    found, _, kind = await _todos(request)
    shown = [each for each in found if kind in (None, each.task.kind)]
    return json_answer({"tasks": [_plain(each) for each in shown[:MOST]]})


async def task_done(request: web.Request) -> web.StreamResponse:
    """It is done; one that carries a promise keeps it."""
    id, locale = _id(request), locale_of(request)
    eyes = eyes_of(request)
    task = await request.app[STORE].run(todo.get, eyes, id)
    if task is None:
        raise NotFound("task", id)
    if task.kind == follow_ups.TASK:
        raise Problem("follow_up_result", 409)
    try:
        first = await request.app[STORE].run(_finish, task, request[PERSON].login, locale)
    except IllegalMove as refused:
        raise cannot(refused, locale) from None
    request.app[FEED].tell(Change("task", str(id)))
    request.app[FEED].tell(Change("claim", task.about))
    return json_answer({"id": id, "done": True, "first": first})


@page("callbacks.html")
async def callbacks_page(request: web.Request) -> Mapping[str, Any]:
    """Callers who are to be rung back, those who were cut first."""
    return {"rows": await _lines(request)}


async def api_callbacks(request: web.Request) -> web.StreamResponse:
    """The same as JSON, numbers masked."""
    return json_answer({"callbacks": await _lines(request)})


async def callback_over(request: web.Request) -> web.StreamResponse:
    """{reached}: he was reached and is off the list, or is to be rung again in a while."""
    reached = flag_in(await body_of(request), "reached")
    id, now = _id(request), locale_of(request).now
    store = request.app[STORE]
    if id not in {each.id for each in await callbacks_for(request)}:
        raise NotFound("callback", id)
    if reached:
        await store.run(callbacks.done, id, now, request[PERSON].name)
    else:
        await store.run(callbacks.tried, id, now + AGAIN)
    request.app[FEED].tell(Change("task", ""))
    return json_answer({"id": id, "reached": reached})


def task_title(kind: str, locale: Locale) -> str:
    """A kind of task in words."""
    return locale.maybe(f"task.{kind}", locale.say("task.any"))


async def _todos(request: web.Request) -> tuple[list[Todo], bool, str | None]:
    team = request.query.get("whose") == "team"
    if team and not _watches(request):
        raise Problem("not_your_team", 403)
    kind = request.query.get("kind") or None
    if kind is not None and not known(f"task.{kind}"):
        raise Problem("bad_value", 400, name="kind")
    await looks.log(request, "list", "tasks")
    found = await request.app[STORE].run(todo.open_for, eyes_of(request), team=team)
    return found, team, kind


async def _lines(request: web.Request) -> list[CallbackLine]:
    locale, found = locale_of(request), await callbacks_for(request)
    names = await names_for(request, locale)
    called = await request.app[STORE].run(_called_by, [each.call_id for each in found])
    return [_callback(each, names.get(called.get(each.call_id, ""), ""), locale) for each in found]


async def callbacks_for(request: web.Request) -> list[Callback]:
    """All of them for whoever watches over the house; else those of the queues one serves."""
    await looks.log(request, "list", "callbacks")
    found = await request.app[STORE].run(callbacks.listing)
    agent = request.app[FLOOR].agent(request[PERSON].name)
    if _watches(request):
        return found
    serves = agent.queues if agent else ()
    return [each for each in found if each.queue is None or each.queue in serves]


def _watches(request: web.Request) -> bool:
    return may(request[PERSON].role, Permission.CLAIMS_ALL)


def _id(request: web.Request) -> int:
    text = request.match_info["id"]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise NotFound("task", text[:40])
    return int(text)


def _line(each: Todo, names: Mapping[str, str], locale: Locale) -> TaskLine:
    task, shown = each.task, promise(each.task, locale)
    return TaskLine(
        id=task.id,
        title=shown.text,
        about=each.claim.number if each.claim else task.about,
        who=each.customer.name if each.customer else locale.say("who.nobody"),
        line=locale.maybe(f"line.{each.claim.line}", "") if each.claim else "",
        owner=names.get(task.owner or "", task.owner or "–"),
        due=shown.due,
        left=shown.left,
        look=shown.look,
        has_claim=each.claim is not None,
        is_follow_up=task.kind == follow_ups.TASK,
    )


def _plain(each: Todo) -> dict[str, Any]:
    task = each.task
    return {
        "id": task.id, "kind": task.kind, "about": task.about, "owner": task.owner,
        "made": task.made, "due": task.due, "claim": each.claim.number if each.claim else None,
    }  # fmt: skip


def _callback(each: Callback, called_by: str, locale: Locale) -> CallbackLine:
    return CallbackLine(
        id=each.id,
        call_id=each.call_id,
        number=locale.phone(each.phone) or locale.say("who.withheld"),
        language=locale.maybe(f"language.{each.language}", "–"),
        queue=each.queue or "–",
        report=each.report_number or "",
        reason=locale.maybe(f"callback.{each.reason}", each.reason),
        waits=locale.moment(each.arrival),
        due=locale.moment(each.due),
        look="bad" if each.due < locale.now else "accent",
        tries=each.tries,
        called_by=called_by,
    )


# What follows runs inside one transaction of the store.


def _called_by(session: Session, call_ids: list[str]) -> dict[str, str]:
    """Who called the caller of each call last."""
    found = {each: call_orders.listing(session, each) for each in call_ids}
    return {call_id: orders[0].by for call_id, orders in found.items() if orders}


def _finish(session: Session, task: Task, login: str, locale: Locale) -> bool:
    by = people.actor(session, login)
    if by is None:
        raise Problem("no_access", 403)
    return todo.finish(session, task, by, locale.now)
