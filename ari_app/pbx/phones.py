"""Which desk phones can be reached, ring or are in use, kept live by AMI.

States are listed after each login and then follow Asterisk's events. Nothing here asks for
ARI's device states: in Asterisk 22 these can lock ARI for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from enum import StrEnum

from ari_app import tasks
from ari_app.pbx.ami import Ami
from ari_app.pbx.amiwire import Fields
from ari_app.pbx.errors import PbxError

logger = logging.getLogger(__name__)

TECHNOLOGY = "PJSIP/"
HERE = ("NonQualified", "Reachable")


class PhoneState(StrEnum):
    """What a phone is doing."""

    AWAY = "away"
    FREE = "free"
    RINGING = "ringing"
    IN_USE = "in_use"

    @property
    def reachable(self) -> bool:
        return self is not PhoneState.AWAY


_STATES = {
    "NOT_INUSE": PhoneState.FREE,
    "RINGING": PhoneState.RINGING,
    "INUSE": PhoneState.IN_USE,
    "RINGINUSE": PhoneState.IN_USE,
    "BUSY": PhoneState.IN_USE,
    "ONHOLD": PhoneState.IN_USE,
}

Changed = Callable[[str, PhoneState], None]
Registered = Callable[[str], None]


class Phones:
    """The states of the phones in `numbers`, which may grow; trunks are devices as well.

    `changed(number, state)` is called for each change, also those found after a gap;
    `registered(number)` when a phone has come (back): it was away and is reachable, or it
    proved itself in a new SIP dialog. Its own refreshes are no news.
    """

    def __init__(
        self, ami: Ami, numbers: Container[str], changed: Changed, registered: Registered
    ) -> None:
        self._ami = ami
        self._numbers = numbers
        self._changed = changed
        self._registered = registered
        self._states: dict[str, PhoneState] = {}
        self._addresses: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        ami.on_login(self._logged_in)
        ami.on_event("DeviceStateChange", self._device)
        ami.on_event("ContactStatus", self._contact)
        ami.on_event("SuccessfulAuth", self._proved)

    def state(self, number: str) -> PhoneState:
        """The last known state; a phone never heard of is away."""
        return self._states.get(number, PhoneState.AWAY)

    def reachable(self) -> set[str]:
        return {number for number, state in self._states.items() if state.reachable}

    def _logged_in(self) -> None:
        tasks.start(self._list(), name="phone states")

    async def _list(self) -> None:
        try:
            states = await self._ami.device_states()
        except PbxError:
            logger.warning("phone states could not be listed")
            return
        for device, state in states.items():
            self._note(device, state)

    def _device(self, event: Fields) -> None:
        self._note(event.get("Device", ""), event.get("State", ""))

    def _contact(self, event: Fields) -> None:
        """A reachable phone with a new address has registered anew; a mere refresh is not told."""
        number, address = event.get("AOR", ""), event.get("URI", "")
        if number not in self._numbers or event.get("ContactStatus") not in HERE:
            return
        before = self._addresses.get(number, address)
        self._addresses[number] = address
        if address != before and self.state(number).reachable:
            self._registered(number)

    def _proved(self, event: Fields) -> None:
        """A phone has proved who it is. Its refreshes keep their Call-ID and are no news; another
        one means that somebody switched it on, or dials."""
        number, session = event.get("AccountID", ""), event.get("SessionID", "")
        before = self._sessions.get(number)
        if number not in self._numbers:
            return
        self._sessions[number] = session
        if before is not None and before != session and self.state(number).reachable:
            self._registered(number)

    def _note(self, device: str, word: str) -> None:
        number = device.removeprefix(TECHNOLOGY)
        if number == device or number not in self._numbers:
            return
        before, now = self.state(number), _STATES.get(word, PhoneState.AWAY)
        self._states[number] = now
        if now is before:
            return
        self._changed(number, now)
        if not before.reachable:
            self._registered(number)
