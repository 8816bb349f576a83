"""AMI behind a narrow, typed door: what ARI cannot do without blocking, and phone states.

panoramisk keeps the connection; everything it leaves open is closed here: values are
checked before they reach the line, every action has its own time limit, an action of a lost
connection fails at once and is never sent again, a ping with a deadline finds a dead
connection, and characters split over two reads survive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ari_app.pbx.amiwire import Fields, Silent, Wire
from ari_app.pbx.errors import Away, Refused, Unsafe
from ari_app.pbx.results import Done, Gone

logger = logging.getLogger(__name__)

# How Asterisk words that the channel, or a recorder on it, is not there.
GONE = (
    "No such channel",
    "does not exist",
    "channel not up",
    "Could not stop",
    "Cannot set mute flag",
)


@dataclass(frozen=True, slots=True)
class Login:
    """Where AMI is, and as whom to speak."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


class Ami:
    """The actions the app may take. Each gives `Done`, or `Gone` when the channel is not there."""

    def __init__(self, login: Login, *, limit: float = 2.0, watch: float = 5.0) -> None:
        self._limit = limit
        self._watch = watch
        self._wire = Wire(login.host, login.port, login.user, login.secret)

    @property
    def connected(self) -> bool:
        return self._wire.up.is_set()

    async def wait_connected(self) -> None:
        await self._wire.up.wait()

    def on_login(self, act: Callable[[], None]) -> None:
        """Call `act` now if logged in, and after each login: what was before it is not told."""
        self._wire.on_login.append(act)
        if self.connected:
            act()

    def on_event(self, name: str, act: Callable[[Fields], None]) -> None:
        """Call `act` with the fields of each event of that name."""
        self._wire.on_event(name, act)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        self._wire.open()
        try:
            while True:
                await self._logged_in()
                await asyncio.sleep(self._watch)
                with suppress(Away):
                    await self._send("Ping", {})
        finally:
            self._wire.close()

    async def _logged_in(self) -> None:
        """A connection on which the login is not answered is given up as well."""
        while not self.connected:
            try:
                async with asyncio.timeout(self._watch + self._limit):
                    await self._wire.up.wait()
            except TimeoutError:
                self._wire.drop()

    async def set_variable(self, channel: str, name: str, value: str) -> Done | Gone:
        """Set a channel variable or function; does not wait for prompts."""
        return await self._act("Setvar", Channel=channel, Variable=name, Value=value)

    async def redirect(
        self, channel: str, context: str, exten: str, priority: int = 1
    ) -> Done | Gone:
        """Send a channel on in the dialplan at once, even in mid-prompt."""
        return await self._act(
            "Redirect", Channel=channel, Context=context, Exten=exten, Priority=str(priority)
        )

    async def mute_recorder(
        self, channel: str, muted: bool, *, recorder: str | None = None, direction: str = "both"
    ) -> Done | Gone:
        """Silence the recorders of a channel (or one, by id) in both directions, or end that."""
        state = "1" if muted else "0"
        extra = {"MixMonitorID": recorder} if recorder else {}
        return await self._act(
            "MixMonitorMute", Channel=channel, Direction=direction, State=state, **extra
        )

    async def stop_recorder(self, channel: str, recorder: str | None = None) -> Done | Gone:
        """End all recorders of a channel, or one by its id."""
        extra = {"MixMonitorID": recorder} if recorder else {}
        return await self._act("StopMixMonitor", Channel=channel, **extra)

    async def device_states(self) -> dict[str, str]:
        """State of each device, such as `PJSIP/201`: NOT_INUSE."""
        rows = await self._send("DeviceStateList", {}, as_list=True)
        return {row["Device"]: row["State"] for row in rows if "Device" in row}

    async def registrations(self) -> dict[str, str]:
        """State of each registration at a carrier by its section: Registered, Rejected ..."""
        rows = await self._send("PJSIPShowRegistrationsOutbound", {}, as_list=True)
        # Each registration's secrets follow as rows of their own, without a status.
        return {row["ObjectName"]: row["Status"] for row in rows if "Status" in row}

    async def _act(self, action: str, **fields: str) -> Done | Gone:
        answer = (await self._send(action, fields))[0]
        if answer.get("Response") == "Success":
            return Done()
        message = answer.get("Message", "")
        if any(sign in message for sign in GONE):
            return Gone(404, message)
        raise Refused(action, 0, message)

    async def _send(
        self, action: str, fields: Fields, *, as_list: bool = False
    ) -> Sequence[Fields]:
        for name, value in fields.items():
            if not value.isprintable():
                raise Unsafe(f"{action}: {name} holds control characters")
        try:
            answer = await self._wire.send({"Action": action, **fields}, as_list, self._limit)
        except Silent:
            logger.warning("AMI does not answer; connecting again", extra={"action": action})
            self._wire.drop()
            raise
        return answer if isinstance(answer, list) else [answer]
