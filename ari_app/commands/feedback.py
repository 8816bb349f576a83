"""`claimline feedback`: what customers think of us, and the follow-ups after a payment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal

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
from claims_store import feedback, follow_ups, people
from claims_store.errors import NotFound
from claims_store.rules.feedback import DEPARTMENTS, BadScore
from claims_store.rules.stages import IllegalMove

feedback_app = typer.Typer(help="What customers think of us.", no_args_is_help=True)
Department = Annotated[
    str | None, typer.Option(help=f"Only what concerns one of: {', '.join(DEPARTMENTS)}.")
]


@feedback_app.command("list")
def feedback_list(
    state: State = STATE, json_: Json = False, limit: Limit = None, department: Department = None
) -> None:
    """What was answered, newest first."""
    with opened(state) as store:
        found = store.run_now(feedback.listing, limit, department)
    rows = [asdict(each) for each in found]
    if json_:
        print_json(rows)
        return
    print_table(
        ("at", "about", "way", "scores", "remark"),
        [
            (row["at"], row["about"], row["way"],
             " ".join(f"{name}={score}" for name, score in row["scores"].items()),
             row["remark"] or "-")
            for row in rows
        ],
    )  # fmt: skip


@feedback_app.command("averages")
def feedback_averages(
    state: State = STATE, json_: Json = False,
    days: Annotated[int, typer.Option(help="Of so many days back.", min=1)] = 30,
    people_: Annotated[bool, typer.Option("--people", help="Of persons, not departments.")] = False,
) -> None:  # fmt: skip
    """The mean of each question, by department or by the person whose work it was about."""
    now = SteadyClock(state).now()
    with opened(state) as store:
        by: Literal["person", "department"] = "person" if people_ else "department"
        found = store.run_now(feedback.averages, now - timedelta(days=days), now, by)
    rows = [asdict(each) for each in found]
    if json_:
        print_json(rows)
        return
    names = ("of", "question", "count", "mean")
    print_table(names, [[row[name] for name in names] for row in rows])


@feedback_app.command("follow-ups")
def feedback_follow_ups(state: State = STATE, json_: Json = False) -> None:
    """Follow-ups after a payment, the first due first: by which way, how they stand, and why one
    was not made."""
    with opened(state) as store:
        rows = [asdict(each) for each in store.run_now(follow_ups.listing)]
    if json_:
        print_json(rows)
        return
    names = ("claim", "way", "state", "reason", "due", "settled")
    print_table(names, [[row[name] or "-" for name in names] for row in rows])


@feedback_app.command("record")
def feedback_record(
    claim: str,
    by: Annotated[str, typer.Option(help="Sign-in of whoever called.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="An answer, as speed=4.")] = None,
    remark: Annotated[str, typer.Option(help="What else the customer said.")] = "",
    declined: Annotated[
        bool, typer.Option("--declined", help="He does not want to be asked.")
    ] = False,
    state: State = STATE,
) -> None:
    """Keep what a customer said in a follow-up call that a person made."""
    settings = settings_of(state)
    scores = dict(map(_score, set_ or []))
    with opened(state) as store:
        actor, now = store.run_now(people.actor, by), SteadyClock(state).now()
        if actor is None:
            fail(f"{by} cannot sign in. See who can: claimline users list")
        try:
            if declined:
                store.run_now(follow_ups.decline, claim, actor, now)
            else:
                store.run_now(follow_ups.record, claim, actor, scores, remark, now)
        except NotFound:
            fail(f"No follow-up of {claim} is open. See them: claimline feedback follow-ups")
        except BadScore as fault:
            fail(str(fault))
        except IllegalMove as refused:
            fail(refused.sentence[settings.language])
    typer.echo(f"{claim}: {'declined' if declined else 'recorded'}")


def _score(pair: str) -> tuple[str, int]:
    name, equals, value = pair.partition("=")
    if not equals or not value.strip().isdecimal():
        fail(f"{pair} is no answer. Write it as speed=4")
    return name.strip(), int(value)
