"""panoramisk tamed: the connection to AMI, typed, that never repeats an action by itself."""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections.abc import Callable, Mapping
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from ari_app.pbx.errors import Away

logger = logging.getLogger(__name__)

Fields = Mapping[str, str]

# panoramisk sends again after a reconnect what it had not seen answered, save these. A repeated
# Redirect would move a caller twice, so all our actions are here.
ONCE = (
    "ping",
    "login",
    "setvar",
    "redirect",
    "mixmonitormute",
    "stopmixmonitor",
    "devicestatelist",
    "pjsipshowregistrationsoutbound",
)


class Silent(Away):
    """An action was not answered in time: the connection is dead, or Asterisk hangs."""


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """Whole characters only: a read may end in the middle of one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        super().data_received(self._decoder.decode(data).encode())


class _Manager(Manager):  # type: ignore[misc]
    """Does not come back after it was closed, and tells a refused login."""

    closed = False

    def connect(self, *args: Any, **kwargs: Any) -> asyncio.Task[Any] | None:
        task: asyncio.Task[Any] | None = None if self.closed else super().connect(*args, **kwargs)
        return task

    def login(self, future: asyncio.Future[Any]) -> bool:
        if future.cancelled():
            return False
        accepted = bool(super().login(future))
        if not accepted:
            logger.error("AMI refuses the login: user, secret or address do not fit manager.conf")
        return accepted

    def connection_made(self, future: asyncio.Future[Any]) -> None:
        if future.cancelled():
            return
        if self.closed:
            if future.exception() is None:
                future.result()[0].close()
            return
        super().connection_made(future)


class Wire:
    """One AMI connection: actions with a deadline out, events in."""

    def __init__(self, host: str, port: int, user: str, secret: str) -> None:
        self.up = asyncio.Event()
        self.on_login: list[Callable[[], None]] = []
        self._pending: set[asyncio.Future[Any]] = set()
        self._handlers: dict[str, list[Callable[[Fields], None]]] = {}
        self._config = {"host": host, "port": port, "username": user, "secret": secret}
        self._manager: _Manager | None = None

    def on_event(self, name: str, act: Callable[[Fields], None]) -> None:
        self._handlers.setdefault(name, []).append(act)

    def open(self) -> None:
        """Connect, and again after each loss, until closed."""
        self._manager = _Manager(
            **self._config,
            loop=asyncio.get_running_loop(),
            log=logging.getLogger("panoramisk"),
            protocol_factory=_Protocol,
            forgetable_actions=ONCE,
            reconnect_timeout=1,
            ping_delay=86400,  # it never looks at the answer; our own ping does
            on_login=self._logged_in,
            on_disconnect=self._lost,
        )
        self._manager.register_event("*", self._heard)
        self._manager.connect()

    def close(self) -> None:
        if self._manager is not None:
            self._manager.closed = True
            self._manager.close()
        self._fall()

    def drop(self) -> None:
        """Give the connection up; panoramisk makes a new one."""
        self._fall()
        if self._manager is not None and self._manager.protocol is not None:
            self._manager.protocol.connection_lost(None)

    async def send(self, action: dict[str, str], as_list: bool, limit: float) -> Any:
        """The answer: one message, or a list of them. Raises Away."""
        if self._manager is None or not self.up.is_set():
            raise Away("AMI is not connected")
        answer: asyncio.Future[Any] = self._manager.send_action(action, as_list=as_list or None)
        self._pending.add(answer)
        try:
            return await asyncio.wait_for(answer, limit)
        except TimeoutError:
            raise Silent(f"AMI does not answer {action['Action']}") from None
        except asyncio.CancelledError:
            if self.up.is_set():
                raise
            raise Away("the connection to AMI is lost") from None
        finally:
            self._pending.discard(answer)

    def _logged_in(self, _: Manager) -> None:
        self.up.set()
        for act in self.on_login:
            act()

    def _lost(self, _: Manager, fault: object) -> None:
        logger.warning("AMI is disconnected")
        self._fall()

    def _fall(self) -> None:
        self.up.clear()
        for waiting in list(self._pending):
            waiting.cancel()

    def _heard(self, _: Manager, event: Any) -> None:
        for act in self._handlers.get(event.event, []):
            act(event)
