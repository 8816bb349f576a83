"""`claimline tokens` and `claimline webhooks`: what programs of others may ask, and what they are
told.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer

from ari_app.clock import SystemClock
from ari_app.commands.common import STATE, Json, Limit, State, fail, opened, print_json, print_table
from claims_store import tokens, webhooks
from claims_store.rules.telling import EVENTS

tokens_app = typer.Typer(help="Tokens of programs that ask /v1.", no_args_is_help=True)
webhooks_app = typer.Typer(help="Programs that are told of events.", no_args_is_help=True)

NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
Name = Annotated[str, typer.Argument(help="Small letters, digits and -, as shop-app.")]


@tokens_app.command("add")
def add_token(
    name: Name,
    scope: Annotated[
        list[str] | None, typer.Option(help="read or write; may come twice. Without it: read.")
    ] = None,
    state: State = STATE,
) -> None:
    """Make a token; it is shown this once."""
    _check(name)
    scopes = tuple(dict.fromkeys(scope or ["read"]))
    if strange := [each for each in scopes if each not in tokens.SCOPES]:
        fail(f"There is no scope {strange[0]}. There are: {', '.join(tokens.SCOPES)}")
    with opened(state) as store:
        token = store.run_now(tokens.add, name, scopes, SystemClock().now())
    if token is None:
        fail(f"The name {name} is taken, also by a token that was ended. Take another one.")
    typer.echo(token)


@tokens_app.command("list")
def list_tokens(state: State = STATE, json_: Json = False) -> None:
    """All tokens: what they may, when they were used last."""
    with opened(state) as store:
        rows = store.run_now(tokens.listing)
    if json_:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("name", "scopes", "made", "used", "ended"),
        [[row.name, " ".join(row.scopes), f"{row.made:%Y-%m-%d}",
          f"{row.used:%Y-%m-%d %H:%M}" if row.used else "", f"{row.ended:%Y-%m-%d}"
          if row.ended else ""] for row in rows],
    )  # fmt: skip


@tokens_app.command("end")
def end_token(name: Name, state: State = STATE) -> None:
    """Nobody is let in by this token any more, from now on."""
    with opened(state) as store:
        if not store.run_now(tokens.end, name, SystemClock().now()):
            fail(f"There is no token {name} in use. See: claimline tokens list")
    typer.echo(f"{name} is ended.")


@webhooks_app.command("add")
def add_webhook(
    name: Name,
    url: Annotated[str, typer.Argument(help="Where events go, as https://app.example.com/hook.")],
    events: Annotated[
        list[str] | None, typer.Option(help="An event; may come often. Without it: all.")
    ] = None,
    state: State = STATE,
) -> None:
    """Tell a program what happens to claims; its secret is shown this once."""
    _check(name)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        fail("Write the whole address without a password, as https://app.example.com/hook")
    if strange := [each for each in events or () if each not in EVENTS]:
        fail(f"There is no event {strange[0]}. There are: {', '.join(EVENTS)}")
    with opened(state) as store:
        now = SystemClock().now()
        secret = store.run_now(webhooks.add, name, url, tuple(events or ()), now)
    if secret is None:
        fail(f"The name {name} is taken, also by a webhook that was ended. Take another one.")
    typer.echo(secret)


@webhooks_app.command("list")
def list_webhooks(state: State = STATE, json_: Json = False) -> None:
    """All webhooks, and how many events each was told, waits for, or never got."""
    with opened(state) as store:
        rows = store.run_now(webhooks.listing)
    if json_:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("name", "url", "events", "deliveries", "ended"),
        [[row.name, row.url, " ".join(row.events) or "all",
          ", ".join(f"{count} {state}" for state, count in sorted(row.states.items())),
          f"{row.ended:%Y-%m-%d}" if row.ended else ""] for row in rows],
    )  # fmt: skip


@webhooks_app.command("deliveries")
def list_deliveries(
    name: Name, limit: Limit = None, state: State = STATE, json_: Json = False
) -> None:
    """What one webhook was told, newest first, and why it was not."""
    with opened(state) as store:
        rows = store.run_now(webhooks.deliveries, name, limit)
    if json_:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("event", "state", "tries", "next", "why"),
        [[f"{row.claim_number}:{row.seq}", row.state, row.tries,
          f"{row.next_at:%m-%d %H:%M:%S}" if row.state == "due" else "", row.why]
         for row in rows],
    )  # fmt: skip


@webhooks_app.command("end")
def end_webhook(name: Name, state: State = STATE) -> None:
    """Tell this program nothing more, from now on."""
    with opened(state) as store:
        if not store.run_now(webhooks.end, name, SystemClock().now()):
            fail(f"There is no webhook {name} in use. See: claimline webhooks list")
    typer.echo(f"{name} is told nothing more.")


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        fail("A name has small letters, digits and -, and begins with a letter.")
