"""What all commands share: the state directory, the store, output for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from ari_app.settings import Settings, SettingsError, load
from claims_store.errors import StoreError
from claims_store.store import Store

STATE = Path("state")
State = Annotated[
    Path, typer.Option("--state", help="Directory of this installation.", envvar="CLAIMLINE_STATE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Limit = Annotated[int | None, typer.Option(help="At most so many rows, newest first.", min=1)]


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what happened and what to do; scripts see the code."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def settings_of(state: Path) -> Settings:
    try:
        return load(state)
    except SettingsError as fault:
        fail(str(fault))


@contextmanager
def opened(state: Path) -> Iterator[Store]:
    """The store of an installation; a clear sentence when there is none."""
    settings = settings_of(state)
    if not settings.database and not (settings.state / "claimline.db").exists():
        fail(f"There is no installation in {state}. Make one: claimline up --state {state}")
    try:
        store = Store.open_now(settings.database_url, settings.keys / "keys.db", settings.zone)
    except StoreError as fault:
        fail(f"{fault}. Bring it up to date: claimline up --state {state}")
    try:
        yield store
    finally:
        store.close_now()


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A time as people type it; without a zone it is in the installation's."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text} is no time. Write it as 2026-12-01T09:00")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as their longest cell."""
    cells = [
        list(head),
        *([("-" if cell in (None, "") else str(cell)) for cell in row] for row in rows),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        typer.echo("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
