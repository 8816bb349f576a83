"""`claimline call`: somebody of ours is connected with a customer, or a notice is said to him."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Annotated

import typer

from ari_app.clock import SystemClock
from ari_app.commands.common import STATE, Json, State, fail, opened, print_json, settings_of
from ari_app.commands.trunks import ENDS
from ari_app.settings import Settings
from claims_store import call_orders, people
from claims_store.call_orders import CallOrder
from claims_store.errors import NotFound
from claims_store.rules import identifiers
from claims_store.store import Session, Store

BY = "command line"
LIMIT = 180.0
"""Seconds until a call that goes on is left alone."""
SENTENCES = ENDS | {
    "answered": "They were connected.",
    "heard": "He has heard the notice.",
    "person": "He has heard the notice, and asked for a person.",
    "wrong_person": "Somebody else answered; he was told nothing.",
    "refused": "He wants no such calls any more. That is kept.",
    "declined": "He wants no such calls; he was not called.",
    "unproven": "Somebody answered who could not prove that it is his claim.",
    "nobody_there": "The telephone that was to ring first was not taken.",
    "not_connected": "The call could not be connected: STATE/log/messages may say why.",
    "given_up": "Nobody was reached.",
    "too_late": "No trunk was free in time.",
}


def call(
    claim: str,
    from_: Annotated[
        str, typer.Option("--from", help="Rings first: a desk phone, or a number outside.")
    ] = "",
    notice: Annotated[
        bool, typer.Option("--notice", help="Say where the claim stands, instead of connecting.")
    ] = False,
    to: Annotated[str, typer.Option(help="Another number than the customer's.")] = "",
    masked: Annotated[
        bool, typer.Option("--masked", help="Neither is shown the other's number.")
    ] = False,
    state: State = STATE,
    json_: Json = False,
) -> None:
    """Call the customer of a claim: ring a telephone of ours and connect it with him, announced and
    recorded; or have a notice said to him. The running app dials, within the limits of the
    trunks."""
    settings = settings_of(state)
    if bool(from_) == notice:
        fail("Say who calls (--from 201), or that a notice is to be said (--notice).")
    if not settings.endpoints.exists():
        fail(f"Nothing runs in {state}. Start it: claimline up --state {state}")
    with opened(state) as store:
        number, language = store.run_now(_customer, claim, to, settings.country)
        key = f"command-{secrets.token_hex(6)}"
        if notice:
            store.run_now(_order_notice, key, claim, number, language)
        else:
            first = store.run_now(_first, from_, settings)
            store.run_now(call_orders.connect, key, first, number, SystemClock().now(),
                          about=claim, by=BY, masked=masked)  # fmt: skip
        _tell(_wait(store, key), state, json_)


def _order_notice(s: Session, key: str, claim: str, to: str, language: str) -> None:
    call_orders.order(
        s, key, "voice_notice", to, SystemClock().now(), about=claim, language=language,
        window="now", tries=1, by=BY,
    )  # fmt: skip


def _customer(s: Session, claim: str, to: str, country: str) -> tuple[str, str]:
    try:
        number, language = call_orders.customer_of(s, claim)
    except NotFound:
        fail(f"There is no claim {claim}. See them: claimline claims list")
    number = (identifiers.phone(to, country) or "") if to else number
    if not number:
        fail("No telephone number is known. Name one: --to +8613800138000")
    return number, language


def _first(s: Session, text: str, settings: Settings) -> str:
    if people.agent_by_phone(s, text) is not None:
        return text
    number = identifiers.phone(text, settings.country)
    if number is None:
        fail(f"{text} is neither a desk phone nor a number. See the phones: claimline agents list")
    return number


def _wait(store: Store, key: str) -> CallOrder:
    """The order once it is over, or as it is after a while: a talk may take long."""
    end = time.monotonic() + LIMIT
    while True:
        order = store.run_now(call_orders.get, key)
        assert order is not None
        if order.state == "over" or time.monotonic() > end:
            return order
        if order.state == "due" and time.monotonic() > end - LIMIT / 2:
            store.run_now(call_orders.cancel, key, SystemClock().now())
        time.sleep(0.2)


def _tell(order: CallOrder, state: Path, json_: bool) -> None:
    if json_:
        print_json({"state": order.state, "outcome": order.outcome, "call_id": order.call_id,
                    "tries": order.tries, "next_at": order.next_at})  # fmt: skip
    elif order.state != "over":
        typer.echo(f"It goes on: claimline calls show {order.call_id}")
    else:
        sentence = SENTENCES.get(order.outcome, order.outcome).replace("STATE", str(state))
        typer.echo(f"{sentence} {order.call_id or ''}".rstrip())
    if order.outcome not in ("answered", "heard", "person"):
        raise typer.Exit(1)
