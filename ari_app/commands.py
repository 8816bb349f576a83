"""Commands that look at the store and change rows; the app notices within a quarter of a second."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ari_app.settings import load
from claims_store import calls
from claims_store.store import Store

State = Annotated[
    Path, typer.Option("--state", help="Directory of this installation.", envvar="CLAIMLINE_STATE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Limit = Annotated[int | None, typer.Option(help="At most so many rows.")]
DEFAULT_STATE = Path("state")

calls_app = typer.Typer(help="Calls and what happened in them.", no_args_is_help=True)


@contextmanager
def opened(state: Path) -> Iterator[Store]:
    settings = load(state)
    store = Store.open_now(settings.database_url, settings.keys / "keys.db", settings.zone)
    try:
        yield store
    finally:
        store.close_now()


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


@calls_app.command("list")
def calls_list(state: State = DEFAULT_STATE, json_: Json = False, limit: Limit = None) -> None:
    """All calls, newest first."""
    with opened(state) as store:
        ids = [call.call_id for call in store.run_now(calls.listing, limit)]
        rows = [store.run_now(calls.show, call_id) for call_id in ids]
    if json_:
        print_json(rows)
        return
    for row in rows:
        typer.echo(_line(row))


def _line(row: dict[str, Any]) -> str:
    talked = f"{row['talk_s'] or 0:.0f} s"
    cells = (row["started"], row["call_id"], row["caller"], row["agent"], talked)
    return "  ".join(str(cell or "-") for cell in (*cells, row["report_number"]))


@calls_app.command("show")
def calls_show(call_id: str, state: State = DEFAULT_STATE, json_: Json = False) -> None:
    """One call with everything about it."""
    with opened(state) as store:
        print_json(store.run_now(calls.show, call_id))
