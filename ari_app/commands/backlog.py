"""`claimline backlog`: what waits to be done, by kind; what was set aside, once more or not any
more."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from ari_app.clock import SteadyClock
from ari_app.commands.common import STATE, Json, Limit, State, fail, opened, print_json, print_table
from claims_store import backlog

backlog_app = typer.Typer(help="What waits to be done.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The id that `list --aside` tells.")]
By = Annotated[str | None, typer.Option(help="Who decides it; else who runs the command.")]
NONE = "{id} was not set aside. See: claimline backlog list --aside"


@backlog_app.command("kinds")
def kinds(state: State = STATE, json_: Json = False) -> None:
    """How much of each kind waits, is late, and was set aside."""
    with opened(state) as store:
        counted = backlog.plain(store.run_now(backlog.counted, SteadyClock(state).now()))
    if json_:
        print_json(counted)
        return
    names = ("open", "late", "oldest", "set_aside")
    print_table(
        ("kind", *names), [[kind, *(each[n] for n in names)] for kind, each in counted.items()]
    )


@backlog_app.command("list")
def list_(
    aside: Annotated[bool, typer.Option("--aside", help="What a person must see to.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    limit: Limit = None,
    state: State = STATE,
    json_: Json = False,
) -> None:
    """Everything that is not done, the longest due first."""
    with opened(state) as store:
        rows = store.run_now(backlog.listing, aside=aside, limit=limit, kind=kind)
    if json_:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("id", "kind", "due", "tries", "state", "why", "key"),
        [[row.id, row.kind, f"{row.due_at:%m-%d %H:%M:%S}", row.tries,
          row.state or ("set aside" if row.set_aside else "due"), row.why or row.error, row.key]
         for row in rows],
    )  # fmt: skip


@backlog_app.command("retry")
def retry(id: Id, by: By = None, state: State = STATE) -> None:
    """Have something that was set aside, or a message that failed, done once more."""
    now = SteadyClock(state).now()
    with opened(state) as store:
        if not store.run_now(backlog.retry, id, now, by or getpass.getuser()):
            fail(NONE.format(id=id))
    typer.echo(f"{id} will be tried again by the running worker.")


@backlog_app.command("drop")
def drop(
    id: Id,
    reason: Annotated[str, typer.Option(help="Why it need not be done any more.")],
    by: By = None,
    state: State = STATE,
) -> None:
    """Leave something that was set aside undone for good; who and why are written down."""
    now = SteadyClock(state).now()
    with opened(state) as store:
        if not store.run_now(backlog.drop, id, now, by or getpass.getuser(), reason):
            fail(NONE.format(id=id))
    typer.echo(f"{id} is off the list.")
