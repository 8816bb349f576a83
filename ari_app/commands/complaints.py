"""`claimline complaints`: what customers complain of, until when it has to be answered, and moving
it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, NoReturn

import typer

from ari_app.clock import SteadyClock
from ari_app.commands.common import (
    STATE,
    Json,
    State,
    fail,
    opened,
    print_json,
    print_table,
    settings_of,
)
from claims_store import clocks, complaints, people
from claims_store.concerned import concerned
from claims_store.errors import NotFound
from claims_store.rules.complaints import MOVES, WAYS
from claims_store.rules.stages import Actor, IllegalMove
from claims_store.store import Session, Store

complaints_app = typer.Typer(help="Complaints and their time limits.", no_args_is_help=True)
Closed = Annotated[bool, typer.Option("--closed", help="Those that are closed or dropped.")]
By = Annotated[str, typer.Option(help="Sign-in of whoever does it.")]


@complaints_app.command("list")
def complaints_list(
    state: State = STATE, json_: Json = False,
    closed: Closed = False,
    about: Annotated[str | None, typer.Option(help="Only of this claim, report or call.")] = None,
) -> None:  # fmt: skip
    """Open complaints, the first due first."""
    with opened(state) as store:
        found = store.run_now(complaints.listing, about=about, closed=closed)
    rows = [asdict(each) for each in found]
    if json_:
        print_json(rows)
        return
    names = ("number", "about", "way", "department", "stage", "owner", "due")
    print_table(names, [[row[name] for name in names] for row in rows])


@complaints_app.command("show")
def complaints_show(number: str, state: State = STATE, json_: Json = False) -> None:
    """One complaint: its words, whom it concerns, its deadlines and its journal."""
    with opened(state) as store:
        found = store.run_now(_complaint, number)
    if found is None:
        _unknown(number)
    if json_:
        print_json(found)
        return
    for key in ("number", "about", "way", "department", "stage", "owner", "made", "closed"):
        typer.echo(f"{key:14} {found[key] or '-'}")
    typer.echo(f"{'concerns':14} {', '.join(found['concerned']) or '-'}")
    typer.echo(f"{'words':14} {found['words'] or '-'}\n")
    names = ("rule", "kind", "state", "due", "ended", "owner")
    print_table(names, [[row[each] for each in names] for row in found["deadlines"]])
    typer.echo("\nWhat happened")
    for event in found["journal"]:
        typer.echo(f"  {event['at']}  {event['event']}  by {event['by']}")


@complaints_app.command("open")
def complaints_open(
    about: Annotated[str, typer.Argument(help="A claim, report or call.")],
    words: Annotated[str, typer.Option(help="What the customer said.")],
    by: By,
    way: Annotated[str, typer.Option(help=f"How it came: {', '.join(WAYS)}.")] = "desk",
    state: State = STATE,
) -> None:
    """Take up a complaint that somebody made."""
    if way not in WAYS:
        fail(f"It comes by one of: {', '.join(WAYS)}")
    settings = settings_of(state)
    with opened(state) as store:
        actor, now = _actor(store, by), SteadyClock(state).now()
        try:
            number = store.run_now(complaints.open, about, words, way, actor, now)
        except IllegalMove as refused:
            fail(refused.sentence[settings.language])
    typer.echo(number)


@complaints_app.command("move")
def complaints_move(
    number: str,
    move: Annotated[str, typer.Argument(help=f"One of: {', '.join(MOVES)}.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; some moves ask for it.")] = "",
    text: Annotated[str, typer.Option(help="The answer that the customer is sent.")] = "",
    owner: Annotated[str, typer.Option(help="To whom it is given.")] = "",
    department: Annotated[str, typer.Option(help="The department that it concerns.")] = "",
    state: State = STATE,
) -> None:
    """Move a complaint as somebody may; what is refused is refused with a sentence."""
    settings = settings_of(state)
    given = {"reason": reason, "text": text, "owner": owner, "department": department}
    data = {name: value for name, value in given.items() if value}
    with opened(state) as store:
        actor, now = _actor(store, by), SteadyClock(state).now()
        try:
            after = store.run_now(complaints.move, number, move, actor, now, **data)
        except NotFound:
            _unknown(number)
        except IllegalMove as refused:
            fail(refused.sentence[settings.language])
    typer.echo(f"{number}: {after.stage}, owner {after.owner or 'nobody'}")


def _actor(store: Store, login: str) -> Actor:
    actor = store.run_now(people.actor, login)
    if actor is None:
        fail(f"{login} cannot sign in. See who can: claimline users list")
    return actor


def _unknown(number: str) -> NoReturn:
    fail(f"There is no complaint {number}. See them: claimline complaints list")


def _complaint(s: Session, number: str) -> dict[str, Any] | None:
    found = complaints.get(s, number)
    if found is None:
        return None
    return {
        **asdict(found),
        "words": complaints.words(s, number),
        "concerned": sorted(concerned(s, found.about, found.call_id)),
        "deadlines": [asdict(each) for each in clocks.of(s, number)],
        "journal": [asdict(each) for each in complaints.journal(s, number)],
    }
