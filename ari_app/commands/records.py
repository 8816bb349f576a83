"""`claimline calls`, `recordings`: what happened, and how it sounded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from ari_app.clock import SystemClock
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
)  # fmt: skip
from claims_store import access, calls, recordings
from claims_store.errors import NotFound, VaultDamaged
from claims_store.store import Session, Store

calls_app = typer.Typer(help="Calls and what happened in them.", no_args_is_help=True)
CHUNK = 1 << 20

recordings_app = typer.Typer(help="Sealed recordings.", no_args_is_help=True)


@calls_app.command("list")
def calls_list(state: State = STATE, json_: Json = False, limit: Limit = None) -> None:
    """All calls, newest first."""
    with opened(state) as store:
        ids = [call.call_id for call in store.run_now(calls.listing, limit)]
        rows = [store.run_now(calls.show, call_id) for call_id in ids]
    if json_:
        print_json(rows)
        return
    names = (
        "started",
        "call_id",
        "direction",
        "caller",
        "queue",
        "agent",
        "waited_s",
        "talk_s",
        "report_number",
    )
    print_table(names, [[row[name] for name in names] for row in rows])


@calls_app.command("show")
def calls_show(call_id: str, state: State = STATE, json_: Json = False) -> None:
    """One call with everything about it."""
    with opened(state) as store:
        try:
            call = store.run_now(calls.show, call_id)
        except NotFound:
            fail(f"There is no call {call_id}. See them: claimline calls list")
    if json_:
        print_json(call)
        return
    print_call(call)


def print_call(call: dict[str, Any]) -> None:
    """One call for a person to read."""
    for name, value in call.items():
        if name not in ("events", "report", "findings", "transcript"):
            typer.echo(f"{name:14} {value if value not in (None, [], '') else '-'}")
    typer.echo("\nWhat happened")
    for event in call["events"]:
        more = {key: value for key, value in event.items() if key not in ("at", "event")}
        typer.echo(f"  {event['at'][11:23]}  {event['event']}  {more or ''}".rstrip())
    typer.echo("\nReport")
    print_table(("field", "value"), list(call["report"].items()))
    if call["findings"]:
        typer.echo("\nReport against recording")
        names = ("field", "typed", "heard", "state", "at_s")
        print_table(names, [[row[name] for name in names] for row in call["findings"]])


@recordings_app.command("export")
def recordings_export(call: str, file: Path, state: State = STATE) -> None:
    """Write a call's recording as a stereo WAV: left the customer, right the agents. Logged."""
    settings = settings_of(state)
    with opened(state) as store:
        found = store.run_now(recordings.of_call, call)
        if found is None or found.file is None:
            fail(f"There is no sealed recording of {call}. Look: claimline calls show {call}")
        store.run_now(_log_export, call)
        _write(store, settings.recordings / found.file, file)
    typer.echo(f"{file}: {found.seconds:.1f} s, sha256 {found.sha256}")


def _log_export(s: Session, call: str) -> None:
    who = f"command line, user {os.getuid()}"
    access.log(s, who, "export", call, "recordings export", SystemClock().now())


def _write(store: Store, sealed: Path, target: Path) -> None:
    """The opened file is as private as what it holds; of a damaged recording nothing is left."""
    part = target.with_name(target.name + ".part")
    try:
        reader = store.vault.open_file(sealed)
        if reader is None:
            fail("This recording was erased; it cannot be opened any more.")
        with (
            reader,
            open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        ):
            for place in range(0, reader.size, CHUNK):
                out.write(reader.read(place, CHUNK))
        part.replace(target)
    except (OSError, VaultDamaged) as fault:
        part.unlink(missing_ok=True)
        fail(f"Nothing was exported; what is sealed is as it was. {fault}")
