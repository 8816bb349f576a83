"""What has to be there before processes start: schema, demo, plan, secrets, first admin's token.

Every step is idempotent: a second start finds it done.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets as random
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ari_app import days
from ari_app.clock import SystemClock
from ari_app.demo.seed import Login, seed
from ari_app.desk.settings import FIRST_RUN
from ari_app.installed import assets
from ari_app.planning import DEMO_PLAN, given, read_plan
from ari_app.render import TRUNK_USER, Given
from ari_app.secrets_file import Secrets, load_or_make
from ari_app.settings import Ports, Settings, write_private
from ari_app.speech import own_prompts, prompts
from ari_app.trunks import certificate
from claims_store import migrate, people, plans
from claims_store.store import Store

logger = logging.getLogger(__name__)

TOKEN_LIFE = timedelta(minutes=30)
DEMO_SETTINGS = (
    "# Made for the demo; an operator's file stays as it is.\nready_when_registered = true\n"
)


@dataclass(frozen=True, slots=True)
class Installation:
    """What the processes are started with; `token` makes the first admin, if there is none."""

    secrets: Secrets
    given: Given
    agents: dict[str, str]
    """Phone number -> agent."""
    logins: list[Login]
    sounds: Path
    token: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def write_agi(self, folder: Path, settings: Settings) -> None:
        """The one script of the fallback dialplan, run by this Python with its spool named."""
        script = folder / "voice-report"
        settings.report_spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        script.write_text(
            "#!/bin/sh\n"
            f"CLAIMLINE_SPOOL={_quoted(settings.report_spool)} "
            f"exec {_quoted(Path(sys.executable))} -m agi_scripts.voice_report\n"
        )
        script.chmod(0o700)

    def endpoints(self, settings: Settings, ports: Ports) -> dict[str, Any]:
        """What `endpoints.json` says, but for the processes. Passwords only of the demo."""
        demo = bool(self.logins)
        return {
            "sip": {"host": settings.host, "port": ports.sip, "transport": "udp"}
            | _tls(settings, ports),
            "hotline": self.given.numbers[0].number,
            "trunk": {"username": TRUNK_USER, "password": self.secrets.of_trunk(TRUNK_USER)},
            "phones": [
                phone(settings, number, self.agents[number],
                      self.secrets.phones[number] if demo else "")
                for number in self.given.phones
            ],
            "web": f"http://{settings.host}:{ports.http}",
            "users": [
                {"login": each.login, "password": each.password, "role": each.role}
                for each in self.logins
            ],
        }  # fmt: skip


def phone(settings: Settings, number: str, agent: str, password: str) -> dict[str, Any]:
    """One desk phone, as `endpoints.json` has it."""
    way = settings.phones.way(number)
    return {
        "number": number, "username": number, "agent": agent,
        **({"password": password} if password else {}),
        **({"transport": way.transport, "srtp": way.srtp} if way.transport != "udp" else {}),
    }  # fmt: skip


def _tls(settings: Settings, ports: Ports) -> dict[str, Any]:
    """Where TLS is spoken, and the certificate that phones have to know; empty without TLS."""
    if not settings.uses_tls:
        return {}
    return {"tls_port": ports.sips, "certificate": str(settings.certificate)}


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


async def prepare(settings: Settings, seeding: str | None) -> Installation:
    """Bring the state directory up to date and say what is in it."""
    await asyncio.to_thread(migrate.upgrade, settings.database_url)
    store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
    try:
        return await asyncio.to_thread(_prepare, store, settings, seeding)
    finally:
        await store.close()


def _prepare(store: Store, settings: Settings, seeding: str | None) -> Installation:
    now = SystemClock().now()
    logins = _seed(store, settings, now) if seeding == "demo" else []
    agents = {agent.phone: agent.name for agent in store.run_now(people.agents)}
    text = _plan(store, now)
    token, environment = _first_run(store, now)
    peers = [trunk.name for trunk in settings.trunks if trunk.kind == "peer"]
    certificate.ready(settings, now)
    settings.recordings.mkdir(mode=0o700, exist_ok=True)
    days.first(settings.state)
    days.Days(store, settings.state).keep()
    return Installation(
        secrets=load_or_make(settings.state, list(agents), peers),
        given=given(read_plan(text), list(agents)), agents=agents, logins=logins,
        sounds=_prompts(settings), token=token, environment=environment,
    )  # fmt: skip


def _seed(store: Store, settings: Settings, now: datetime) -> list[Login]:
    """The demo's insurer, once; its logins are kept beside it for the next start."""
    kept = settings.state / "demo-users.json"
    if kept.exists():
        return [Login(**each) for each in json.loads(kept.read_text("utf-8"))]
    own = settings.state / "settings.toml"
    if not own.exists():
        own.write_text(DEMO_SETTINGS, "utf-8")
    logins = seed(store, now)
    rows = [{"login": each.login, "password": each.password, "role": each.role} for each in logins]
    write_private(kept, json.dumps(rows))
    return logins


def _prompts(settings: Settings) -> Path:
    """What the line speaks with: the operator's own recordings win."""
    shipped = assets() / "sounds"
    table = prompts.load(shipped / "prompts.tsv")
    laid = own_prompts.lay_out(table, shipped, settings.prompts, settings.live_prompts)
    for refused in laid.refused:
        logger.warning("an own prompt is not played", extra={"file": str(refused.file)})
    return settings.live_prompts


def _plan(store: Store, now: datetime) -> str:
    """The text of the plan in force; a new installation begins with the example."""
    current = store.run_now(plans.current)
    if current is not None:
        return current.text
    text = DEMO_PLAN.read_text("utf-8")
    read_plan(text, str(DEMO_PLAN))
    store.run_now(plans.publish, text, "claimline", "first start", now)
    return text


def _first_run(store: Store, now: datetime) -> tuple[str, dict[str, str]]:
    """A one-time token for the first admin, when nobody can sign in yet."""
    if store.run_now(people.users):
        return "", {}
    token = random.token_urlsafe(18)
    digest = hashlib.sha256(token.encode()).hexdigest()
    return token, {FIRST_RUN: f"{digest} {(now + TOKEN_LIFE).isoformat()}"}
