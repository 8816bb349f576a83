"""`claimline notify`: the ways to write to people, a trial, what people wrote to us."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import mail_address
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
)
from ari_app.notify.channel import Doubt, Notice, Receipt, Refused, Unsent
from ari_app.notify.opening import opened as open_channel
from ari_app.notify.texts import LANGUAGES, TextProblem, Texts
from ari_app.secrets_file import keep_channel, load_or_make
from ari_app.settings import Settings
from claims_store import backlog, incoming, preferences
from claims_store.rules import identifiers
from claims_store.rules.contacting import Wants

notify_app = typer.Typer(help="Messages to people.", no_args_is_help=True)

TRIAL = "trial"
RECEIPT_S = 10.0
"""Seconds for which a trial waits for its receipt."""
SECRET_LIMIT = 512


@notify_app.command("channels")
def channels(state: State = STATE, json_: Json = False) -> None:
    """All channels in the order in which they are tried, and whether each works now."""
    settings = settings_of(state)
    secrets = load_or_make(settings.state, []).channels
    with opened(state) as store:
        counted = store.run_now(backlog.states)
        repeats = store.run_now(backlog.repeats)
    rows = []
    for given in settings.channels:
        fault = asyncio.run(_look(given, settings, secrets))
        rows.append({
            "name": given.name, "kind": given.kind, "reaches": given.reaches, "works": not fault,
            "fault": fault, "messages": dict(counted.get(given.name, {})),
            "repeats": repeats.get(given.name, 0),
        })  # fmt: skip
    if json_:
        print_json(rows)
        return
    print_table(
        ("name", "kind", "reaches", "now", "messages"),
        [[row["name"], row["kind"], row["reaches"], row["fault"] or "works", _states(row)]
         for row in rows],
    )  # fmt: skip


def _states(row: Mapping[str, Any]) -> str:
    told = [f"{count} {state}" for state, count in row["messages"].items()]
    if row["repeats"]:
        told.append(f"{row['repeats']} repeated in doubt")
    return ", ".join(told)


async def _look(given: Given, settings: Settings, secrets: Mapping[str, str]) -> str:
    """What is wrong with a channel; empty when a message could be sent now."""
    channel = open_channel(given, settings.state, secrets)
    try:
        await channel.look()
    except (Unsent, Refused) as fault:
        return str(fault)
    finally:
        await channel.close()
    return ""


@notify_app.command("try")
def try_(
    channel: Annotated[str, typer.Argument(help="Name of the channel.")],
    to: Annotated[str, typer.Argument(help="A number as +8613800138000, or a mail address.")],
    lang: Annotated[str | None, typer.Option(help="zh or en; else the settings'.")] = None,
    state: State = STATE,
    json_: Json = False,
) -> None:
    """Send a test message now, from here, and tell what became of it."""
    settings = settings_of(state)
    given = _channel(settings, channel)
    language = lang or settings.language
    if language not in LANGUAGES:
        fail("The language is zh or en.")
    address = _address(given, to, settings)
    try:
        worded = Texts.of(settings.state).word(TRIAL, {}, language, ZoneInfo(settings.zone))
    except TextProblem as fault:
        fail(f"The texts cannot be used: {fault}")
    key = f"trial:{SystemClock().now():%Y%m%d%H%M%S%f}"
    notice = Notice(key, address, language, TRIAL, worded.body, worded.subject)
    secrets = load_or_make(settings.state, []).channels
    told = asyncio.run(_tried(given, settings, secrets, notice))
    if json_:
        print_json(told)
    else:
        typer.echo(f"{channel}: {told['sentence']}")
    if told["state"] not in ("sent", "delivered"):
        raise typer.Exit(1)


def _channel(settings: Settings, name: str) -> Given:
    for given in settings.channels:
        if given.name == name:
            return given
    names = ", ".join(given.name for given in settings.channels)
    fail(f"There is no channel {name} in use. There are: {names}")


def _address(given: Given, to: str, settings: Settings) -> str:
    if given.reaches == "mail":
        try:
            return mail_address(to)
        except ValueError as fault:
            fail(str(fault))
    number = identifiers.phone(to, settings.country)
    if number is None:
        fail(f"{to!r} is no telephone number. Write it as +8613800138000")
    return number


async def _tried(
    given: Given, settings: Settings, secrets: Mapping[str, str], notice: Notice
) -> dict[str, str]:
    """State, the other side's id, and a sentence."""
    receipts: asyncio.Queue[Receipt] = asyncio.Queue()
    channel = open_channel(given, settings.state, secrets, receipts.put)
    ids: set[str] = set()
    try:
        for part in range(channel.parts(notice)):
            ids.add(await channel.send(notice, part))
        state = await _receipt(receipts, ids) if given.kind == "smpp" else ""
    except (Unsent, Refused) as fault:
        return {"state": "failed", "id": "", "sentence": f"not sent: {fault}"}
    except Doubt as fault:
        return {"state": "doubtful", "id": "", "sentence": f"perhaps sent; no answer: {fault}"}
    finally:
        await channel.close()
    name = ", ".join(sorted(filter(None, ids)))
    as_ = f" as {name}" if name else ""
    if state:
        return {"state": state, "id": name, "sentence": f"taken{as_}, {state}"}
    return {"state": "sent", "id": name, "sentence": f"taken{as_}"}


async def _receipt(receipts: asyncio.Queue[Receipt], ids: set[str]) -> str:
    """What the receipt says, if it comes while we wait."""
    try:
        async with asyncio.timeout(RECEIPT_S):
            while True:
                receipt = await receipts.get()
                if receipt.message_id in ids:
                    return receipt.state
    except TimeoutError:
        return ""


@notify_app.command("secret")
def secret(
    name: Annotated[str, typer.Argument(help="Name of the channel in settings.toml.")],
    state: State = STATE,
) -> None:
    """Give a channel its password or key: asked for, or read from standard input. In force after a
    restart."""
    settings = settings_of(state)
    if _channel(settings, name).kind == "file":
        fail(f"{name} writes files and needs no secret.")
    # Never an argument: what is on a command line can be read by others.
    asked = sys.stdin.isatty()
    given = typer.prompt("Secret", hide_input=True) if asked else sys.stdin.readline().rstrip("\n")
    if not given or len(given) > SECRET_LIMIT or not given.isprintable():
        fail(f"A secret has 1 to {SECRET_LIMIT} printable characters.")
    keep_channel(settings.state, name, given)
    typer.echo(f"Kept. Restart to use it: claimline down --state {state}; "
               f"claimline up --state {state}")  # fmt: skip


@notify_app.command("incoming")
def incoming_(limit: Limit = None, state: State = STATE, json_: Json = False) -> None:
    """What people wrote to us, newest first, and who took it; nobody means a person has to look."""
    with opened(state) as store:
        rows = store.run_now(incoming.listing, limit)
    if json_:
        print_json([asdict(row) | {"taken": taken} for row, taken in rows])
        return
    print_table(
        ("at", "channel", "from", "taken", "text"),
        [[f"{row.at:%m-%d %H:%M}", row.channel, row.sender, taken or "nobody", row.text[:60]]
         for row, taken in rows],
    )  # fmt: skip


@notify_app.command("prefer")
def prefer(
    number: Annotated[str, typer.Argument(help="The person's number, as +8613800138000.")],
    channel: Annotated[list[str] | None, typer.Option(help="In his order; may come often.")] = None,
    mail: Annotated[str | None, typer.Option(help="His mail address; empty forgets it.")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en; empty: as each message is.")] = None,
    off: Annotated[list[str] | None, typer.Option(help="A topic he declines; repeatable.")] = None,
    state: State = STATE,
    json_: Json = False,
) -> None:
    """What a person wants to hear and how. Without options it is only told."""
    settings = settings_of(state)
    who = identifiers.phone(number, settings.country)
    if who is None:
        fail(f"{number!r} is no telephone number. Write it as +8613800138000")
    with opened(state) as store:
        wants = store.run_now(preferences.of, who)
        if (channel, mail, lang, off) != (None, None, None, None):
            wants = _changed(wants, settings, channel, mail, lang, off)
            store.run_now(preferences.put, who, wants, SystemClock().now())
    if json_:
        print_json(asdict(wants) | {"off": sorted(wants.off)})
        return
    typer.echo(f"channels {', '.join(wants.channels) or 'in our order'}")
    typer.echo(f"language {wants.language or 'as each message is'}")
    typer.echo(f"declines {', '.join(sorted(wants.off)) or 'nothing'}")
    typer.echo(f"mail     {wants.mail or '-'}")


def _changed(
    wants: Wants, settings: Settings, channel: list[str] | None, mail: str | None,
    lang: str | None, off: list[str] | None,
) -> Wants:  # fmt: skip
    """What he wants now; options that were not given leave it as it was."""
    for name in filter(None, channel or ()):
        _channel(settings, name)
    topics = Texts.of(settings.state).topics()
    if strange := set(filter(None, off or ())) - set(topics):
        fail(f"There is no topic {', '.join(sorted(strange))}. There are: {', '.join(topics)}")
    if lang not in (None, "", *LANGUAGES):
        fail("The language is zh or en.")
    if mail:
        try:
            mail_address(mail)
        except ValueError as fault:
            fail(str(fault))
    return Wants(
        wants.channels if channel is None else tuple(filter(None, channel)),
        wants.language if lang is None else lang,
        wants.off if off is None else frozenset(filter(None, off)),
        wants.mail if mail is None else mail,
    )
