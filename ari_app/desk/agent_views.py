"""/desk and its regions: each region is painted alone when something it shows has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from aiohttp import web

from ari_app.desk import agent_page, caller, claim_acts
from ari_app.desk.agent_page import FormView, Promise, form_view, promise
from ari_app.desk.keys import FLOOR, PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import eyes_of
from ari_app.desk.pages import locale_of, names_of, page, render, work_of
from ari_app.desk.problems import Problem
from ari_app.desk.work import Work
from claims_store import calls, customers, tasks, todo
from claims_store.calls import Call

REGIONS = frozenset({"live", "count", "band", "left", "right", "form", "foot"})


@page("desk.html")
async def desk(request: web.Request) -> Mapping[str, Any]:
    """The agent's page."""
    return await _values(request)


async def region(request: web.Request) -> web.StreamResponse:
    """One region of it."""
    name = request.match_info["name"]
    if name not in REGIONS:
        raise web.HTTPNotFound
    values = await _values(request)
    if name == "foot" and values["form"] is None:
        return web.Response(status=204)
    return await render(request, f"{name}.html", values)


async def _values(request: web.Request) -> dict[str, Any]:
    locale = locale_of(request)
    work = await work_of(request)
    if work is None:
        raise Problem("no_agent", 403)
    form = form_view(work, locale)
    values: dict[str, Any] = {"work": work, "offer": work.offer, "form": form}
    if work.call_id is None:
        values |= await _between(request, locale)
    else:
        values |= await _during(request, work, form, locale)
    values["band"] = agent_page.band(work, form, locale, values.get("today", ""))
    return values


async def _during(
    request: web.Request, work: Work, form: FormView | None, locale: Locale
) -> dict[str, Any]:
    store = request.app[STORE]
    events = await store.run(calls.events, work.call_id or "")
    report = work.report
    about = (report.claim_number or report.number) if report else ""
    found = await store.run(tasks.listing, about=about) if about else []
    say, language = agent_page.opening(work, locale)
    return {
        "who": caller.build(work, events, names_of(request, locale), locale),
        "last_call": None,
        "promises": [promise(each, locale) for each in found],
        "opening": {"say": say, "lang": language},
        **await _to_promise(request, work, locale),
    }


async def _to_promise(request: web.Request, work: Work, locale: Locale) -> dict[str, Any]:
    """What a call may be promised about in this talk, the next times for it, and what the report
    says already."""
    if work.talk is None or work.pop is None:
        return {"abouts": (), "chips": (), "hints": ()}
    report = work.report
    own = (report.claim_number or report.number) if report else None
    others = [each.number for each in work.pop.open_claims if each.number != own]
    chips = await request.app[STORE].run(claim_acts.chips, locale.now)
    return {
        "abouts": tuple(filter(None, (own, *others))),
        "chips": chips,
        "hints": claim_acts.hints(report, locale.now, locale.zone),
    }


async def _between(request: web.Request, locale: Locale) -> dict[str, Any]:
    store, name = request.app[STORE], request[PERSON].name
    own = await store.run(calls.listing, 200, agent=name)
    begun = datetime.combine(locale.day(locale.now), time(), locale.zone)
    today = [each for each in own if each.started >= begun]
    found = await store.run(todo.open_for, eyes_of(request))
    due = [promise(each.task, locale) for each in found]
    return {
        "who": None,
        "last_call": await _last(request, own[0], locale) if own else None,
        "tasks": due[:50],
        "day": {"calls": len(today), "talk": locale.span(sum(each.talk_s or 0 for each in today))},
        "queues": _queues(request),
        "today": _today(due, len(today), locale),
        "promises": [],
    }


def _today(due: list[Promise], count: int, locale: Locale) -> str:
    if not due:
        return locale.say("idle.today", calls=count)
    return locale.say("idle.today_due", calls=count, due=due[0].due, text=due[0].text)


def _queues(request: web.Request) -> list[dict[str, Any]]:
    floor = request.app[FLOOR]
    agent = floor.agent(request[PERSON].name)
    waits = Counter(each.queue for each in floor.waiting())
    names = (agent.queues if agent else ()) or sorted(waits)
    return [{"name": name, "waiting": waits[name]} for name in names]


async def _last(request: web.Request, call: Call, locale: Locale) -> dict[str, str]:
    customer = (
        await request.app[STORE].run(customers.get, call.customer_id) if call.customer_id else None
    )
    who = customer.name if customer else locale.phone(call.caller) or locale.say("who.nobody")
    line = f"{locale.moment(call.started)} · {locale.span(call.talk_s)}"
    return {"call_id": call.call_id, "who": who, "line": line}
