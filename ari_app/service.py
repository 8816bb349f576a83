"""The composition root of `claimline serve`: builds, connects, runs and stops everything of the
app.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import ssl
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from ari_app import health, heart
from ari_app.alarms import Alarms
from ari_app.calls.arrivals import Arrivals
from ari_app.calls.carriers import Carriers
from ari_app.calls.floor import CallFloor
from ari_app.calls.house import House
from ari_app.calls.ledger import WRITE_LIMIT, Ledger
from ari_app.calls.reconciling import Reconciler
from ari_app.calls.recovery import Recovery
from ari_app.calls.roster import Roster
from ari_app.calls.switchboard import Switchboard
from ari_app.care import Care
from ari_app.clock import SteadyClock
from ari_app.days import Days
from ari_app.desk import limits
from ari_app.desk.app import build
from ari_app.desk.settings import DeskSettings, FirstRun
from ari_app.installed import assets
from ari_app.lease import DatabaseLease, file_lease
from ari_app.noticing import Noticing
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.client import Client, Server
from ari_app.pbx.phones import Phones
from ari_app.planning import read_plan
from ari_app.render import AMI_USER, APP, ARI_USER, DEAD_MAN
from ari_app.secrets_file import Secrets, load_or_make
from ari_app.settings import Ports, Settings
from ari_app.speech import prompts
from claims_store import calendar, people, plans, webhooks
from claims_store.errors import StoreAway
from claims_store.journal import Journal
from claims_store.people import Agent
from claims_store.rules.contacting import Way
from claims_store.store import Session, Store
from routing.corrected import corrected
from routing.plan import Plan

logger = logging.getLogger(__name__)

READY_LINE = "READY"
"""What `serve` says on standard output once calls can be taken; the supervisor waits for it."""
AMI_LIMIT = 3.0
"""Seconds to wait for AMI before calls are taken without it."""


@dataclass(slots=True)
class Published:
    """The plan in force: a call keeps the one it began with."""

    plan: Plan
    revision: int


class Service:
    """Everything of one app process."""

    def __init__(
        self, settings: Settings, ports: Ports, secrets: Secrets, store: Store, plan: Published,
        first_run: FirstRun | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._ports = ports
        self._store = store
        self._published = plan
        self._clock = SteadyClock(settings.state)
        self._noticing = Noticing(store.changes())
        self._told_to = 0
        self._days = Days(store, settings.state)
        alarms = Alarms(lambda: self._tell("alarm", ""))
        self._care = Care(settings, self._clock, alarms, self._is_quiet)
        self._channels = secrets.channels
        self._client = Client(Server("127.0.0.1", ports.ari, ARI_USER, secrets.ari), APP)
        self._ami = Ami(Login("127.0.0.1", ports.ami, AMI_USER, secrets.ami))
        self._floor: CallFloor | None = None
        self._first_run = first_run
        self._board = Switchboard(store, self._clock, plan.plan, self._tell)
        self._roster = Roster(
            store, self._clock, self._board, settings.ready_when_registered,
            health.last(settings.health, "app"),
        )  # fmt: skip
        table = prompts.load(assets() / "sounds" / "prompts.tsv")
        journal = Journal(settings.journal, store.vault)
        self._ledger = Ledger(store, journal, self._clock, lambda: self._tell("late", ""))
        house = House(
            settings, self._ledger, self._clock, frozenset(table.texts),
            self._care.disk.recordable,
        )  # fmt: skip
        self._arrivals = Arrivals(
            house, self._client, self._ami, self._board,
            lambda: (self._published.plan, self._published.revision), DEAD_MAN,
        )  # fmt: skip
        self._carriers = Carriers(
            settings, store, self._clock, self._client, self._ami, self._noticing.watch(),
            self._tell,
        )  # fmt: skip
        self._arrivals.outside = self._carriers.outgoing.dialled
        self._floor = CallFloor(self._board, self._arrivals, self._roster, self._carriers.views)
        self._recovery = Recovery(house, self._client, self._ami, self._arrivals)
        self._reconciler = Reconciler(
            house, self._client, self._ami, self._arrivals, self._board, self._care.healed,
            self._care.healings.looked,
        )  # fmt: skip

    def _is_quiet(self) -> bool:
        """Whether nobody's time runs, neither a caller's nor an agent's."""
        busy = ("offered", "talking", "wrap_up")
        return not self._arrivals.lines and all(
            agent.state not in busy for agent in self._board.engine.agents()
        )

    def _tell(self, kind: str, key: str) -> None:
        if self._floor is not None:
            self._floor.tell(kind, key)

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until cancelled; `ready` is called once calls can be taken."""
        await self._roster.load()
        self._told_to, _ = await self._store.run(webhooks.moved_since, None)
        self._roster.phones = Phones(
            self._ami, self._roster.numbers, self._roster.phone_changed,
            self._roster.phone_registered,
        )  # fmt: skip
        runner = await self._open_desk()
        try:
            async with asyncio.TaskGroup() as group:
                for work in (
                    self._client.run(), self._ami.run(), self._board.run(), self._arrivals.keep(),
                    self._look(), self._ledger.run(), heart.beat(),
                    self._care.run(), self._noticing.run(),
                ):  # fmt: skip
                    group.create_task(work)
                await self._client.wait_connected()
                with suppress(TimeoutError):  # calls can be taken without it
                    async with asyncio.timeout(AMI_LIMIT):
                        await self._ami.wait_connected()
                await self._ledger.recover()
                earlier = await self._recovery.earlier()
                group.create_task(self._arrivals.run())
                await self._recovery.run(earlier)
                group.create_task(self._carriers.run())
                group.create_task(self._reconciler.keep())
                _settle()
                ready()
                self._care.loop.restart()
        finally:
            await runner.cleanup()

    async def _open_desk(self) -> web.AppRunner:
        desk = DeskSettings(
            recordings=self._settings.recordings, photos=self._settings.photos,
            zone=ZoneInfo(self._settings.zone),
            language=self._settings.language, first_run=self._first_run, now=self._clock.now,
            late=lambda: self._ledger.late, alarms=self._care.alarms.all,
            public_url=self._settings.public_url, proxies=frozenset(self._settings.proxies),
            secret_of=lambda channel: self._channels.get(channel, ""),
            ways=tuple(Way(each.name, each.reaches) for each in self._settings.channels),
        )  # fmt: skip
        assert self._floor is not None
        runner = web.AppRunner(build(self._store, self._floor, desk), **limits.RUNNER)
        await runner.setup()
        await web.TCPSite(runner, self._settings.host, self._ports.http).start()
        if self._settings.https.port:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(*self._settings.web_certificate)
            port = self._settings.https.port
            await web.TCPSite(runner, self._settings.host, port, ssl_context=tls).start()
        return runner

    async def _look(self) -> None:
        """Act on rows that others changed: agents' states, a new plan, claims."""
        watch = self._noticing.watch()
        while True:
            await watch.wait()
            if self._ledger.blind:
                continue
            try:
                if self._days.touched() and await asyncio.to_thread(self._days.keep):
                    await self._take_plan()
                known = len(self._roster.agents), self._roster.looked
                agents, revision = await self._store.run(_news, *known)
                self._roster.take(agents)
                await self._tell_of_claims()
                if revision != self._published.revision:
                    await self._take_plan()
            except StoreAway:
                self._ledger.lost_sight()
            except Exception:
                logger.exception("could not look at changed rows")

    async def _tell_of_claims(self) -> None:
        """Pages that show a claim hear of what worker, command line and surveyors did with it."""
        self._told_to, moved = await self._store.run(webhooks.moved_since, self._told_to)
        for number in moved:
            self._tell("claim", number)

    async def _take_plan(self) -> None:
        found = await _in_force(self._store)
        if found is None:
            return
        self._published = found
        self._board.publish(self._published.plan)
        logger.info("a new plan is in force", extra={"revision": found.revision})


def _news(s: Session, known: int, since: datetime | None) -> tuple[list[Agent], int | None]:
    """Agents who changed, and the plan in force."""
    return people.news(s, known, since), plans.newest(s)


async def _in_force(store: Store) -> Published | None:
    """The plan that holds now, with the days that the operator corrected."""
    newest = await store.run(plans.current)
    if newest is None:
        return None
    days = await store.run(calendar.stored_days)
    await store.run(calendar.handlers_hours)  # read once here: the first deadline does not wait
    plan = await asyncio.to_thread(read_plan, newest.text)
    return Published(corrected(plan, days), newest.revision)


def _settle() -> None:
    """Leave what a start has made out of all further searches for garbage: one over all of it
    holds the loop for 70 ms."""
    gc.collect()
    gc.freeze()


async def serve(settings: Settings, ports: Ports, first_run: FirstRun | None) -> None:
    """Open the store and run the app until SIGTERM or SIGINT. Raises `LeaseTaken` while another
    app leads this node."""
    with file_lease(settings):
        await _serve(settings, ports, first_run)


async def _serve(settings: Settings, ports: Ports, first_run: FirstRun | None) -> None:
    keys = settings.keys / "keys.db"
    store = await Store.open(settings.database_url, keys, settings.zone, WRITE_LIMIT)
    lease = DatabaseLease(store, settings.node)
    try:
        await lease.take()
        plan = await _in_force(store)
        if plan is None:
            raise RuntimeError("No plan is published. Publish one: claimline plan publish FILE")
        secrets = load_or_make(settings.state, [])
        service = Service(settings, ports, secrets, store, plan, first_run)
        await _until_signal(_both(service.run(_say_ready), lease.keep()))
    finally:
        lease.release()
        await store.close()


async def _both(serving: Coroutine[Any, Any, None], holding: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        held = group.create_task(holding)
        await serving
        held.cancel()


def _say_ready() -> None:
    sys.stdout.write(READY_LINE + "\n")
    sys.stdout.flush()


async def _until_signal(work: object) -> None:
    """Run `work` until it ends or this process is asked to end."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, task.cancel)
    try:
        await work  # type: ignore[misc]  # a coroutine
    except asyncio.CancelledError:
        logger.info("the app ends")
