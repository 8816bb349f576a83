"""How the trunks are, kept live by AMI: registrations at carriers, and whether carriers answer.

Listed after each login and then followed by events. Asterisk says "Rejected" of a registration also
when nobody answered: whether the carrier answers at all tells the two apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from ari_app import tasks
from ari_app.pbx.ami import Ami
from ari_app.pbx.amiwire import Fields
from ari_app.pbx.errors import PbxError
from ari_app.trunks.model import Trunk
from ari_app.trunks.states import TrunkNow, TrunkState

logger = logging.getLogger(__name__)

TECHNOLOGY = "PJSIP/"
SECTION = "registration-"
ANSWERS = {"Reachable": True, "NonQualified": True, "Unreachable": False}


class Trunks:
    """The states of all trunks; `changed` is called with each that is another one now."""

    def __init__(
        self, ami: Ami, trunks: Iterable[Trunk], now: Callable[[], datetime],
        changed: Callable[[TrunkNow], None],
    ) -> None:  # fmt: skip
        self._ami = ami
        self._now = now
        self._changed = changed
        self._trunks = {trunk.name: trunk for trunk in trunks}
        self._registrations: dict[str, str] = {}
        self._answers: dict[str, bool] = {}
        self._known = {name: TrunkNow(name, self._state(name), now()) for name in self._trunks}
        ami.on_login(self._logged_in)
        ami.on_event("Registry", self._registry)
        ami.on_event("ContactStatus", self._contact)

    def all(self) -> tuple[TrunkNow, ...]:
        return tuple(self._known.values())

    def lost(self) -> frozenset[str]:
        """Over which it makes no sense to dial."""
        return frozenset(each.name for each in self._known.values() if each.state.lost)

    def _logged_in(self) -> None:
        tasks.start(self._list(), name="trunk states")

    async def _list(self) -> None:
        try:
            devices = await self._ami.device_states()
            registrations = await self._ami.registrations()
        except PbxError:
            logger.warning("trunk states could not be listed")
            return
        for name, trunk in self._trunks.items():
            if trunk.host and trunk.qualify:
                self._answers[name] = devices.get(TECHNOLOGY + name) != "UNAVAILABLE"
            self._registrations[name] = registrations.get(SECTION + name, "")
            self._note(name)

    def _registry(self, event: Fields) -> None:
        """The event names the registration by whom it registers, and where."""
        for name, trunk in self._trunks.items():
            if trunk.kind == "registration" and trunk.client_uri == event.get("Username"):
                if trunk.at not in event.get("Domain", ""):
                    continue
                self._registrations[name] = event.get("Status", "")
                self._note(name)

    def _contact(self, event: Fields) -> None:
        name, word = event.get("AOR", ""), event.get("ContactStatus", "")
        if name in self._trunks and word in ANSWERS:
            self._answers[name] = ANSWERS[word]
            self._note(name)

    def _note(self, name: str) -> None:
        state = self._state(name)
        if state is not self._known[name].state:
            self._known[name] = TrunkNow(name, state, self._now())
            self._changed(self._known[name])

    def _state(self, name: str) -> TrunkState:
        trunk, answers = self._trunks[name], self._answers.get(name)
        if answers is False and trunk.qualify:
            return TrunkState.UNREACHABLE
        if trunk.kind == "registration":
            word = self._registrations.get(name, "")
            known = {"Registered": TrunkState.REGISTERED, "Rejected": TrunkState.REJECTED}
            return known.get(word, TrunkState.UNREGISTERED)
        return TrunkState.REACHABLE if trunk.qualify and answers else TrunkState.LISTENING
