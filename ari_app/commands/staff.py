"""`claimline agents`, `users`: who answers, who may sign in."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated

import typer

from ari_app import endpoints_file, installing
from ari_app.applying import ApplyFailed, apply
from ari_app.calls.roster import BY_HAND, CHOOSABLE
from ari_app.clock import SteadyClock
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
from ari_app.desk.permissions import ROLES
from ari_app.secrets_file import load_or_make
from ari_app.settings import Settings
from claims_store import passwords, people, plans
from claims_store.errors import NotFound
from claims_store.store import Store

agents_app = typer.Typer(help="Agents and what they are doing.", no_args_is_help=True)
users_app = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)


@agents_app.command("list")
def agents_list(state: State = STATE, json_: Json = False) -> None:
    """All agents."""
    with opened(state) as store:
        rows = [asdict(agent) for agent in store.run_now(people.agents)]
    if json_:
        print_json(rows)
        return
    print_table(
        ("name", "phone", "state", "since", "languages", "skills"),
        [
            [
                row["name"], row["phone"], row["state"], row["state_since"],
                " ".join(row["languages"]), " ".join(f"{k}={v}" for k, v in row["skills"].items()),
            ]
            for row in rows
        ],
    )  # fmt: skip


@agents_app.command("add")
def agents_add(
    name: Annotated[str, typer.Argument(help="Sign-in and agent name: a-z, 0-9, -.")],
    phone: Annotated[str, typer.Option(help="Number of his desk phone: digits.")],
    skill: Annotated[list[str], typer.Option(help="Such as line.motor=8; may come often.")],
    language: Annotated[list[str], typer.Option(help="zh or en; may come often.")],
    state: State = STATE,
) -> None:
    """Add an agent and his desk phone; the phone's password is made and printed once."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or not re.fullmatch(r"[0-9]{2,6}", phone):
        fail("A name is a-z, 0-9 and -, beginning with a letter; a phone is two to six digits.")
    languages = {f"language.{each}": 10 for each in language}
    agent = people.Agent(
        name, {"zh": name, "en": name}, phone, {**_skills(skill), **languages}, tuple(language), ()
    )
    settings = settings_of(state)
    with opened(state) as store:
        _give_phone(store, settings, agent)
        store.run_now(people.put_agent, agent)
    secrets = load_or_make(settings.state, [phone])
    demo = (settings.state / "demo-users.json").exists()
    told = installing.phone(settings, phone, name, secrets.phones[phone] if demo else "")
    endpoints_file.add_phone(settings.endpoints, told)
    typer.echo(f"{name}: phone {phone}, user {phone}, password {secrets.phones[phone]}")
    typer.echo(f"A sign-in for the desk: claimline users add {name} --role agent --person {name}")


def _give_phone(store: Store, settings: Settings, agent: people.Agent) -> None:
    """Bring the phone of a new agent into Asterisk's configuration."""
    known = store.run_now(people.agents)
    if any(agent.phone == each.phone or agent.name == each.name for each in known):
        fail(f"{agent.name} or {agent.phone} is taken. See them: claimline agents list")
    plan = store.run_now(plans.current)
    if plan is None:
        fail(f"No plan is published yet. Start once: claimline up --state {settings.state}")
    try:
        apply(settings, plan.text, [*(each.phone for each in known), agent.phone])
    except ApplyFailed as fault:
        fail(f"Nothing was changed. {fault}")


def _skills(given: list[str]) -> dict[str, int]:
    """`line.motor=8` -> level 8 of that skill."""
    found = {}
    for each in given:
        match = re.fullmatch(r"((?:line|issue|region|language)\.\w+)=([1-9]|10)", each)
        if match is None:
            fail(f"{each} is no skill. Write it as line.motor=8: a name, =, and a level 1 to 10.")
        found[match[1]] = int(match[2])
    return found


@agents_app.command("set")
def agents_set(
    name: str,
    to: Annotated[str, typer.Argument(help=f"One of {', '.join(CHOOSABLE)}.")],
    state: State = STATE,
) -> None:
    """Make an agent ready, away or offline; takes effect within a quarter of a second."""
    if to not in CHOOSABLE:
        fail(f"{to} cannot be set. Choose one of: {', '.join(CHOOSABLE)}")
    with opened(state) as store:
        try:
            store.run_now(people.set_state, name, to, BY_HAND, SteadyClock(state).now())
        except NotFound:
            fail(f"There is no agent {name}. See them: claimline agents list")
    typer.echo(f"{name}: {to}")


@users_app.command("list")
def users_list(state: State = STATE, json_: Json = False) -> None:
    """All users."""
    with opened(state) as store:
        rows = [asdict(user) for user in store.run_now(people.users)]
    if json_:
        print_json(rows)
        return
    names = ("login", "role", "person", "language", "active")
    print_table(names, [[row[name] for name in names] for row in rows])


@users_app.command("add")
def users_add(
    login: str,
    role: Annotated[str, typer.Option(help="What the user may do.")],
    person: Annotated[str | None, typer.Option(help="Agent or staff name of the user.")] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    state: State = STATE,
) -> None:
    """Add a user; the password is made and printed once."""
    if role not in ROLES:
        fail(f"There is no role {role}. There are: {', '.join(sorted(ROLES))}")
    if language not in ("zh", "en"):
        fail("The language is zh or en.")
    password = passwords.make()
    user = people.User(login, role, {"zh": login, "en": login}, person, language)
    with opened(state) as store:
        hashed = passwords.hashed(password)
        if not store.run_now(people.add_user, user, hashed, SteadyClock(state).now()):
            fail(f"{login} is there already. A new password: claimline users reset {login}")
    typer.echo(f"{login} {password}")


@users_app.command("reset")
def users_reset(login: str, state: State = STATE) -> None:
    """Give a user a new password, printed once; every session of his ends."""
    password = passwords.make()
    with opened(state) as store:
        try:
            store.run_now(people.set_password, login, passwords.hashed(password))
        except NotFound:
            fail(f"There is no user {login}. See them: claimline users list")
        store.run_now(people.end_sessions, login)
    typer.echo(f"{login} {password}")
