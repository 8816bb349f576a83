"""`claimline handlers`: who handles claims, up to which sum, and when he is away."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ari_app.clock import SteadyClock
from ari_app.commands.common import (
    STATE,
    Json,
    State,
    fail,
    moment,
    opened,
    print_json,
    print_table,
    settings_of,
)
from claims_store import assignment, people
from claims_store.errors import NotFound
from claims_store.people import Absence
from claims_store.rules.stages.moving import amount
from claims_store.store import Session

handlers_app = typer.Typer(help="Claims handlers and surveyors.", no_args_is_help=True)


@handlers_app.command("list")
def handlers_list(state: State = STATE, json_: Json = False) -> None:
    """All handlers and surveyors, what they take on, and who is away."""
    with opened(state) as store:
        now = SteadyClock(state).now()
        away = [asdict(each) for each in store.run_now(people.absences, now)]
        rows = [asdict(each) for each in store.run_now(people.staff)]
    for row in rows:
        row["absences"] = [each for each in away if each["staff"] == row["name"]]
    if json_:
        print_json(rows)
        return
    names = ("name", "kind", "lines", "languages", "regions", "authority", "shift", "absences")
    print_table(names, [[_cell(row[name]) for name in names] for row in rows])


def _cell(value: object) -> object:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(f"{each['begins']} - {each['ends']}" for each in value)
    return " ".join(value) if isinstance(value, list | tuple) else value


@handlers_app.command("set")
def handlers_set(
    name: str,
    authority: Annotated[str | None, typer.Option(help="The sum up to which he decides.")] = None,
    shift: Annotated[str | None, typer.Option(help="Hours of the plan by name.")] = None,
    conflict: Annotated[
        list[str] | None,
        typer.Option(help="A party whose claims he must not have: customer:ID, garage:NAME."),
    ] = None,
    state: State = STATE,
) -> None:
    """Change what a handler or surveyor may take on."""
    limit = None if authority is None else amount(authority)
    if authority is not None and limit is None:
        fail(f"{authority} is no sum. Write it as 5000 or 5000.50")
    with opened(state) as store:
        member = store.run_now(people.member, name)
        if member is None:
            fail(f"There is no {name}. See them: claimline handlers list")
        changed = replace(
            member, authority=limit if authority is not None else member.authority,
            shift=member.shift if shift is None else shift,
            conflicts=member.conflicts if conflict is None else tuple(conflict),
        )  # fmt: skip
        store.run_now(people.put_staff, changed)
    typer.echo(f"{name}: authority {changed.authority or 'any'}, shift {changed.shift or 'always'}")


@handlers_app.command("absent")
def handlers_absent(
    name: str,
    until: Annotated[str, typer.Option(help="The end, such as 2026-12-01T09:00.")],
    since: Annotated[str, typer.Option(help="The beginning; now if left out.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    state: State = STATE,
) -> None:
    """Note when somebody is away; what he owns then goes to others by rule."""
    zone = ZoneInfo(settings_of(state).zone)
    now = SteadyClock(state).now()
    begins, ends = moment(since, zone) if since else now, moment(until, zone)
    if ends <= begins:
        fail("It would end before it begins: nothing was noted.")
    with opened(state) as store:
        try:
            store.run_now(_away, Absence(name, begins, ends, reason), now)
        except NotFound:
            fail(f"There is no {name}. See them: claimline handlers list")
    typer.echo(f"{name}: away from {begins.astimezone(zone)} to {ends.astimezone(zone)}")


def _away(s: Session, absence: Absence, now: datetime) -> None:
    people.put_absence(s, absence)
    assignment.plan_hand_over(s, absence, now)
