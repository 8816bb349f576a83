"""`claimline surveys`: who looks at which loss, and giving a survey to somebody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from ari_app.clock import SteadyClock
from ari_app.commands.common import (
    STATE,
    Json,
    Limit,
    State,
    fail,
    opened,
    print_json,
    print_table,
    settings_of,
)
from claims_store import people, surveys
from claims_store.errors import NotFound
from claims_store.rules import stages
from claims_store.store import Session

surveys_app = typer.Typer(help="Surveys: who looks at which loss.", no_args_is_help=True)


@surveys_app.command("list")
def surveys_list(
    surveyor: Annotated[str | None, typer.Option(help="Only those of this surveyor.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    state: State = STATE,
    json_: Json = False,
    limit: Limit = None,
) -> None:
    """Surveys under way, the newest first."""
    with opened(state) as store:
        over = None if all_ else False
        found = store.run_now(surveys.listing, surveyor=surveyor, over=over, limit=limit)
    rows = [asdict(each) for each in found]
    if json_:
        print_json(rows)
        return
    names = ("id", "claim_number", "kind", "state", "surveyor", "step", "opened", "slot", "outcome")
    print_table(names, [[row[name] for name in names] for row in rows])


@surveys_app.command("show")
def surveys_show(survey: str, state: State = STATE, json_: Json = False) -> None:
    """One survey by its id or its claim's number: who was asked, what was done, photos, lines."""
    with opened(state) as store:
        found = store.run_now(_whole, survey)
    if found is None:
        fail(f"There is no survey {survey}. See them: claimline surveys list")
    if json_:
        print_json(found)
        return
    for key in ("id", "claim_number", "kind", "state", "surveyor", "slot", "outcome", "total"):
        typer.echo(f"{key:14} {found[key] if found[key] not in (None, '') else '-'}")
    for title, part, names in (
        ("Who was asked", "offers", ("surveyor", "state", "at", "answered", "how")),
        ("What was done", "acts", ("act", "by", "at", "received", "result")),
        ("Photos", "photos", ("shot", "by", "size", "at", "sha256")),
        ("Assessment", "lines", ("part", "work", "amount")),
    ):
        typer.echo(f"\n{title}")
        print_table(names, [[row[name] for name in names] for row in found[part]])


@surveys_app.command("dispatch")
def surveys_dispatch(
    claim: str,
    urgent: Annotated[bool, typer.Option(help="Before others.")] = False,
    state: State = STATE,
) -> None:
    """Look for a surveyor for a claim that has none."""
    with opened(state) as store:
        try:
            made = store.run_now(surveys.dispatch, claim, SteadyClock(state).now(), urgent=urgent)
        except NotFound as fault:
            fail(f"{fault}. See them: claimline claims list")
        if made is None:
            fail(f"Nobody can be sent for {claim} now. See why: claimline claims show {claim}")
        asked = [each.surveyor for each in store.run_now(surveys.offers, made.id)]
    typer.echo(f"{made.id}: asked {', '.join(asked) or 'nobody, there is no surveyor'}")


@surveys_app.command("give")
def surveys_give(
    survey: str,
    surveyor: str,
    by: Annotated[str, typer.Option(help="Sign-in of whoever gives it.")],
    state: State = STATE,
) -> None:
    """Ask one surveyor, whoever was asked or has it; the one who had it is told."""
    settings = settings_of(state)
    with opened(state) as store:
        actor = store.run_now(people.actor, by)
        if actor is None:
            fail(f"{by} cannot sign in. See who can: claimline users list")
        try:
            store.run_now(surveys.give, survey, surveyor, SteadyClock(state).now(), actor)
        except NotFound as fault:
            fail(f"{fault}. See them: claimline surveys list, claimline handlers list")
        except stages.IllegalMove as refused:
            fail(refused.sentence[settings.language])
    typer.echo(f"{survey}: {surveyor} is asked")


def _whole(s: Session, name: str) -> dict[str, Any] | None:
    found = surveys.find(s, name) or surveys.of_claim(s, name)
    if found is None:
        return None
    lines = surveys.lines(s, found.id)
    return {
        **asdict(found),
        "offers": [asdict(each) for each in surveys.offers(s, found.id)],
        "acts": [asdict(each) for each in surveys.acts(s, found.id)],
        "photos": [asdict(each) for each in surveys.photos(s, found.id)],
        "lines": [asdict(each) for each in lines],
        "total": str(surveys.total(lines)),
    }
