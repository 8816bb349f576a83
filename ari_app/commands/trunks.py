"""`claimline trunks`: how the ways into the telephone network are, their passwords, a test call."""

from __future__ import annotations

import re
import secrets
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ari_app.clock import SystemClock
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
from ari_app.secrets_file import keep_trunk, load_or_make
from ari_app.settings import Settings
from ari_app.trunks.model import Trunk
from ari_app.trunks.states import read
from claims_store import outgoing
from claims_store.outgoing import Outgoing
from claims_store.rules import identifiers
from claims_store.store import Store

trunks_app = typer.Typer(help="Ways into the telephone network.", no_args_is_help=True)

PASSWORD = re.compile(r"[!-:<-\[\]-~]{8,128}")
TRY_LIMIT = 120.0
"""Seconds for the app to take the order, ring, and say its sentence over each trunk."""
ENDS = {
    "answered": "It was answered; a sentence was played. The trunk works.",
    "no_number": "That is no telephone number. Write it as +8613800138000",
    "not_allowed": "No trunk may dial this number. Allow it: allowed in [trunk.out]",
    "busy": "Busy.",
    "no_answer": "Nobody answered.",
    "no_such_number": "The carrier knows no such number.",
    "refused": "The call was refused there.",
    "spent": "The minutes of today are used up. More: minutes in [trunk.out]",
    "lost": "The trunk does not work now: claimline trunks list",
    "tried": "The carrier did not take the call: STATE/log/messages may say why.",
    "failed": "The carrier did not take the call: STATE/log/messages may say why.",
}


@trunks_app.command("list")
def trunks_list(state: State = STATE, json_: Json = False) -> None:
    """All trunks and how they are."""
    settings = settings_of(state)
    known = {each.name: each for each in read(settings)}
    rows: list[dict[str, Any]] = []
    for trunk in settings.trunks:
        now = known.get(trunk.name)
        rows.append({
            "name": trunk.name, "kind": trunk.kind, "transport": trunk.transport,
            "at": trunk.at if trunk.host else "", "state": now.state.value if now else "unknown",
            "since": now.since if now else None,
            "sentence": now.sentence if now else "nothing runs, or it has just begun",
        })  # fmt: skip
    if json_:
        print_json(rows)
        return
    names = ("name", "kind", "transport", "at", "state", "since", "sentence")
    print_table(names, [[row[name] for name in names] for row in rows])


@trunks_app.command("secret")
def trunks_secret(
    name: Annotated[str, typer.Argument(help="Name of the trunk in settings.toml.")],
    state: State = STATE,
    make: Annotated[bool, typer.Option("--make", help="Make a new one and print it.")] = False,
) -> None:
    """Give a trunk its password: asked for, or read from standard input. Takes effect at the next
    start."""
    settings = settings_of(state)
    if _trunk(settings, name).kind == "address":
        fail(f"{name} is known by its addresses and has no password.")
    password = secrets.token_hex(16) if make else _asked()
    if not PASSWORD.fullmatch(password):
        fail("A password has 8 to 128 characters: letters, digits and signs, but no blank, ; or \\")
    load_or_make(settings.state, [])
    keep_trunk(settings.state, name, password)
    typer.echo(f"{name}: user {_trunk(settings, name).username}" + f" {password}" * make)
    typer.echo(f"Restart to use it: claimline down --state {state}; claimline up --state {state}")


def _asked() -> str:
    """Never an argument: what is on a command line can be read by others."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True))
    return sys.stdin.readline().rstrip("\n")


def _trunk(settings: Settings, name: str) -> Trunk:
    for trunk in settings.trunks:
        if trunk.name == name:
            return trunk
    fail(f"There is no trunk {name} in {settings.state / 'settings.toml'}.")


@trunks_app.command("try")
def trunks_try(
    number: Annotated[str, typer.Argument(help="Whom to call, as +8613800138000.")],
    trunk: Annotated[str, typer.Option(help="Over this trunk alone.")] = "",
    state: State = STATE,
    json_: Json = False,
) -> None:
    """Call a number, say one sentence, and tell what became of it. The running app dials, within
    the limits of the trunks."""
    settings = settings_of(state)
    if trunk:
        _trunk(settings, trunk)
    if not settings.endpoints.exists():
        fail(f"Nothing runs in {state}. Start it: claimline up --state {state}")
    called = identifiers.phone(number, settings.country) or number
    with opened(state) as store:
        key = f"try-{secrets.token_hex(6)}"
        now = SystemClock().now()
        store.run_now(outgoing.ask, key, called, "try", "command line", now, trunk)
        call = _wait(store, key)
    if call is None or call.ended is None:
        fail("The app did not take the order in time. Look at it: claimline status")
    _tell(call, state, json_)


def _wait(store: Store, key: str) -> Outgoing | None:
    """The call once it is over."""
    end = time.monotonic() + TRY_LIMIT
    while time.monotonic() < end:
        call = store.run_now(outgoing.get, key)
        if call is not None and call.ended is not None:
            return call
        time.sleep(0.2)
    store.run_now(outgoing.end, key, SystemClock().now(), "not_taken")
    return None


def _tell(call: Outgoing, state: Path, json_: bool) -> None:
    if json_:
        print_json({"trunk": call.trunk, "outcome": call.outcome, "begun": call.begun,
                    "answered": call.answered, "ended": call.ended})  # fmt: skip
    else:
        sentence = ENDS.get(call.outcome, call.outcome).replace("STATE", str(state))
        typer.echo(f"{call.trunk}: {sentence}" if call.trunk else sentence)
    if call.outcome != "answered":
        raise typer.Exit(1)
