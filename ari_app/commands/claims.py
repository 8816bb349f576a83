"""`claimline claims`: where claims stand, what runs against the clock, and moving them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from ari_app.clock import SteadyClock
from ari_app.commands.common import (
    STATE,
    Json,
    Limit,
    State,
    fail,
    moment,
    opened,
    print_json,
    print_table,
    settings_of,
)
from claims_store import assignment, claims, clocks, links, moves, people, reports, tasks
from claims_store.errors import NotFound
from claims_store.rules import simple, stages
from claims_store.rules.stages.names import name
from claims_store.store import Session

claims_app = typer.Typer(help="Claims and where they stand.", no_args_is_help=True)
MANY = frozenset({"missing"})
"""Values that are lists: written with commas."""


@claims_app.command("list")
def claims_list(state: State = STATE, json_: Json = False, limit: Limit = None) -> None:
    """All claims, newest first."""
    with opened(state) as store:
        rows = [asdict(claim) for claim in store.run_now(claims.listing, limit)]
    if json_:
        print_json(rows)
        return
    names = ("number", "line", "stage", "survey", "documents", "owner", "opened", "closed")
    print_table(names, [[row[name] for name in names] for row in rows])


@claims_app.command("show")
def claims_show(number: str, state: State = STATE, json_: Json = False) -> None:
    """One claim: its tracks, deadlines, promises, owner and why, its report and its journal."""
    with opened(state) as store:
        claim = store.run_now(_claim, number, SteadyClock(state).now())
    if claim is None:
        fail(f"There is no claim {number}. See them: claimline claims list")
    if json_:
        print_json(claim)
        return
    _print(claim)


@claims_app.command("move")
def claims_move(
    number: str,
    move: Annotated[str, typer.Argument(help="Such as claim_filed; all: claimline claims moves.")],
    by: Annotated[str, typer.Option(help="Sign-in of whoever moves it.")],
    reason: Annotated[str, typer.Option(help="Why; some moves ask for it.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE that the move asks for.")
    ] = None,
    state: State = STATE,
) -> None:
    """Move a claim as somebody may; what is refused is refused with a sentence."""
    settings = settings_of(state)
    data = _given(set_ or [], ZoneInfo(settings.zone)) | ({"reason": reason} if reason else {})
    with opened(state) as store:
        actor = store.run_now(people.actor, by)
        if actor is None:
            fail(f"{by} cannot sign in. See who can: claimline users list")
        now = SteadyClock(state).now()
        try:
            after = store.run_now(moves.move, number, move, actor, now, **data)
        except NotFound as fault:
            fail(f"{fault}. See them: claimline claims list")
        except stages.IllegalMove as refused:
            fail(refused.sentence[settings.language])
    words = [each[settings.language] for each in _tracks(after).values()]
    typer.echo(f"{number}: {', '.join(words)}")


@claims_app.command("overdue")
def claims_overdue(state: State = STATE, json_: Json = False) -> None:
    """Deadlines and promises that are open after their time, the longest due first."""
    with opened(state) as store:
        rows = [asdict(each) for each in store.run_now(clocks.overdue, SteadyClock(state).now())]
    if json_:
        print_json(rows)
        return
    names = ("about", "rule", "kind", "due", "owner", "warned", "broken")
    print_table(names, [[row[each] for each in names] for row in rows])


@claims_app.command("end-links")
def end_links(number: str, state: State = STATE) -> None:
    """Close the customer's page to every link that was sent for a claim; the next message has a new
    one."""
    with opened(state) as store:
        if store.run_now(claims.by_number, number) is None:
            fail(f"There is no claim {number}. See: claimline claims list")
        ended = store.run_now(links.end, "claim", number, SteadyClock(state).now())
    typer.echo(f"{ended} ended.")


@claims_app.command("moves")
def claims_moves(json_: Json = False) -> None:
    """Every move there is: who may, from where to where, what it asks for."""
    rows = [
        {
            "move": event, "title": dict(move.title), "track": move.track,
            "from": sorted(move.sources), "to": move.target, "during": sorted(move.during),
            "who": sorted(move.who), "needs": move.needs, "asks": move.asks,
        }
        for event, move in stages.MOVES.items()
    ]  # fmt: skip
    if json_:
        print_json(rows)
        return
    print_table(
        ("move", "track", "to", "asks", "who"),
        [
            (row["move"], row["track"], row["to"], " ".join(stages.MOVES[str(row["move"])].asks),
             " ".join(sorted(stages.MOVES[str(row["move"])].who)))
            for row in rows
        ],
    )  # fmt: skip


def _given(pairs: list[str], zone: ZoneInfo) -> dict[str, Any]:
    """`key=value` pairs; values of `MANY` are lists, `due` is a time."""
    found: dict[str, Any] = {}
    for each in pairs:
        key, equals, value = each.partition("=")
        if not equals or not key.isidentifier():
            fail(f"{each} is no value. Write it as missing=driving_licence,invoice")
        if key == "due":
            found[key] = moment(value, zone)
        else:
            found[key] = value.split(",") if key in MANY else value
    return found


_TRACKS = ("stage", "survey", "documents")


def _tracks(state: stages.ClaimState | claims.Claim) -> dict[str, dict[str, str]]:
    return {
        track: {"value": getattr(state, track), **name(track, getattr(state, track))}
        for track in _TRACKS
    }


def _claim(s: Session, number: str, now: datetime) -> dict[str, Any] | None:
    claim = claims.by_number(s, number)
    if claim is None:
        return None
    report = reports.state(s, claim.report_number) if claim.report_number else None
    values = {field: given.value for field, given in report.values.items()} if report else {}
    return {
        **asdict(claim),
        **_life(s, claim, now),
        "report": values,
        "journal": [asdict(event) for event in claims.journal(s, number)],
    }


def _life(s: Session, claim: claims.Claim, now: datetime) -> dict[str, Any]:
    """What the rules say of a claim."""
    told = claims.status(s, claim.number)
    running = [asdict(each) for each in clocks.of(s, claim.number)]
    for each in running:
        each["title"] = dict(clocks.rule_of(clocks.Running(**each)).title)
    return {
        "tracks": _tracks(claim),
        "told": told.told,
        "progress": {"words": stages.SIX, "behind": told.progress},
        "next_step": told.next_step,
        "missing": told.missing,
        "told_until": clocks.told_until(s, claim.number, now),
        "simple_title": dict(simple.TITLES[claim.simple]) if claim.simple else None,
        "reports": claims.reports_of(s, claim.number),
        "deadlines": [each for each in running if each["kind"] != "call"],
        "promises": [each for each in running if each["kind"] == "call"],
        "tasks": [asdict(each) for each in tasks.listing(s, about=claim.number)],
        "assignment": assignment.why(s, claim.number),
    }


def _print(claim: dict[str, Any]) -> None:
    for key in ("number", "line", "owner", "next_step", "simple", "opened", "closed"):
        typer.echo(f"{key:14} {claim[key] if claim[key] not in (None, '') else '-'}")
    for track, words in claim["tracks"].items():
        typer.echo(f"{track:14} {words['value']} ({words['en']})")
    typer.echo(f"{'flags':14} {', '.join(claim['flags']) or '-'}")
    if claim["assignment"]:
        typer.echo(f"\nWhy {claim['owner']}")
        fates = claim["assignment"]["candidates"]
        said = [(f["name"], f["fate"], f["words"].get("en", f["why"])) for f in fates]
        print_table(("name", "fate", "why"), said)
    typer.echo("\nDeadlines and promises")
    names = ("rule", "kind", "state", "due", "legal", "ended", "owner")
    rows = (*claim["promises"], *claim["deadlines"])
    print_table(names, [[row[each] for each in names] for row in rows])
    typer.echo("\nWhat happened")
    for event in claim["journal"]:
        typer.echo(f"  {event['at']}  {event['event']}  by {event['by']}")
