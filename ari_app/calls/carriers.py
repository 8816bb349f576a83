"""The ways into the telephone network, as the app watches and uses them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ari_app.calls.outgoing import Outgoing
from ari_app.clock import Clock
from ari_app.desk.floor import TrunkView
from ari_app.noticing import Watch
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client
from ari_app.pbx.trunks import Trunks
from ari_app.settings import Settings
from ari_app.trunks import states
from ari_app.trunks.states import TrunkNow
from claims_store.errors import StoreAway
from claims_store.store import Store

logger = logging.getLogger(__name__)


class Carriers:
    """States of trunks with their alarms, and outgoing calls."""

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, client: Client, ami: Ami,
        watch: Watch, tell: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._clock = clock
        self._watch = watch
        self._tell = tell
        self._news = True
        self._alarmed: set[str] = set()
        self._trunks = Trunks(ami, settings.trunks, clock.now, self._changed)
        self.outgoing = Outgoing(settings, store, clock, client, ami, self._trunks.lost)

    def all(self) -> tuple[TrunkNow, ...]:
        return self._trunks.all()

    def views(self) -> tuple[TrunkView, ...]:
        """As the desk shows them."""
        now, known = self._clock.now(), {each.name: each for each in self._trunks.all()}
        return tuple(
            TrunkView(
                trunk.name, trunk.kind, trunk.at if trunk.host else "", known[trunk.name].state,
                known[trunk.name].since, known[trunk.name].alarms(now),
            )
            for trunk in self._settings.trunks
        )  # fmt: skip

    def alarms(self) -> tuple[TrunkNow, ...]:
        """The trunks that are lost for so long that somebody has to know."""
        now = self._clock.now()
        return tuple(each for each in self._trunks.all() if each.alarms(now))

    async def run(self) -> None:
        """Look after them until cancelled."""
        recovered = away = False
        while True:
            try:
                if not recovered:
                    await self.outgoing.recover()
                    recovered = True
                await self.look()
                away = False
            except StoreAway:
                if not away:
                    logger.warning("no outgoing calls while the store is away")
                away = True
            except Exception:
                logger.exception("could not look after the trunks")
            await self._watch.wait()

    async def look(self) -> None:
        """One round."""
        if self._news:
            self._news = False
            await asyncio.to_thread(states.save, self._settings.trunk_states, self.all())
        self._alarm()
        await self.outgoing.look()

    def _changed(self, trunk: TrunkNow) -> None:
        self._news = True
        logger.info("a trunk changed", extra={"trunk": trunk.name, "state": trunk.state.value})
        self._tell("trunk", trunk.name)

    def _alarm(self) -> None:
        """Say once that a trunk is lost, and once that it is back."""
        alarmed = {each.name for each in self.alarms()}
        for name in alarmed - self._alarmed:
            logger.error("a trunk is lost", extra={"trunk": name})
        for name in self._alarmed - alarmed:
            logger.warning("a trunk is back", extra={"trunk": name})
        for name in alarmed ^ self._alarmed:
            self._tell("trunk", name)
        self._alarmed = alarmed
