"""Short messages by SMPP: one lasting session, over which the receipts come too."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Awaitable, Callable

from ari_app.channel_settings import SmppChannel
from ari_app.notify.channel import Doubt, Heard, Notice, Refused, State, Unsent
from ari_app.notify.pace import Pace
from ari_app.notify.smpp_delivered import Said, receipt, said
from ari_app.notify.smpp_pdus import Submission, final_state, query, split
from ari_app.notify.smpp_session import BoundAlready, Session
from claims_store.rules.contacting import reference

logger = logging.getLogger(__name__)

AGAIN_S = (1.0, 60.0)
"""First and longest pause between two tries to connect."""
NOT_NOW = frozenset({0x08, 0x14, 0x58, 0x64})
"""System error, queue full, throttled, try later."""
NO_SUCH_MESSAGE = 0x0C
MORE_PARTS = 255
Wrote = Callable[[Said], Awaitable[None]]
"""Where messages from people go; when it returns they are stored."""


class Smpp:
    """One message centre. Receipts go to `heard`; it is acknowledged only once they are stored."""

    def __init__(
        self, settings: SmppChannel, secret: str, heard: Heard | None = None,
        wrote: Wrote | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._secret = secret
        self._pace = Pace(settings.per_second)
        self._heard = heard
        self._wrote = wrote
        self._session: Session | None = None
        self._since = 0.0
        self._connecting = asyncio.Lock()
        self.doubt_s = settings.receipt_wait if settings.receipts else 0.0
        self.ask_after_s = float(settings.ask_after)

    @property
    def listening_s(self) -> float:
        if self._session is None or self._session.ended.is_set():
            return 0.0
        return asyncio.get_running_loop().time() - self._since

    def parts(self, notice: Notice) -> int:
        return len(split(notice.body, 0)[0])

    async def send(self, notice: Notice, part: int) -> str:
        mark = hashlib.sha256(notice.key.encode("utf-8", "replace")).digest()[0]
        pieces, wide = split(notice.body, mark)
        if len(pieces) > MORE_PARTS:
            raise Refused("the text is too long")
        submission = Submission(
            self._settings.sender, notice.to, pieces[part], wide, len(pieces) > 1,
            reference(notice.key, part), self._settings.receipts,
        )  # fmt: skip
        try:
            submission.make(1)
        except (ValueError, UnicodeError) as fault:
            raise Refused("the number cannot be written") from fault
        await self._pace.turn()
        answer = await (await self._bound()).request(submission.make)
        if answer.status in NOT_NOW:
            raise Unsent(answer.name)
        if answer.status:
            raise Refused(answer.name)
        return answer.text

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        if not message_id:
            return None
        try:
            asked = query(self._settings.sender, message_id)
            answer = await (await self._bound()).request(asked)
        except (Unsent, Doubt):
            return None
        if answer.status:
            return "missing" if answer.status == NO_SUCH_MESSAGE else None
        match final_state(answer.body):
            case "delivered":
                return "delivered"
            case "failed":
                return "failed"
        return "sent"

    async def look(self) -> None:
        try:
            await self._bound()
        except BoundAlready:
            return  # by the worker that runs: the user is known there

    async def keep(self) -> None:
        """Bind, and bind again when the connection is lost, until cancelled."""
        least, most = AGAIN_S
        pause = least
        while True:
            try:
                session = await self._bound()
                pause = least
                await session.ended.wait()
            except Unsent as fault:
                logger.warning("a message centre is away", extra={
                    "channel": self._settings.name, "reason": str(fault)})  # fmt: skip
                pause = min(most, pause * 2)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def abort(self) -> None:
        """Drop the connection without a word."""
        if self._session is not None:
            self._session.abort()
            self._session = None

    async def _bound(self) -> Session:
        async with self._connecting:
            if self._session is None or self._session.ended.is_set():
                self._session = await self._connect()
                self._since = asyncio.get_running_loop().time()
            return self._session

    async def _connect(self) -> Session:
        given = self._settings
        trusted = ssl.create_default_context() if given.tls else None
        try:
            async with asyncio.timeout(given.timeout):
                reader, writer = await asyncio.open_connection(given.host, given.port, ssl=trusted)
        except (OSError, TimeoutError) as fault:
            raise Unsent(f"nobody answers: {type(fault).__name__}") from fault
        return await Session.bound(
            reader, writer, self._delivered, user=given.user, password=self._secret,
            system_type=given.system_type, timeout=given.timeout, window=given.window,
            enquire_s=given.enquire,
        )  # fmt: skip

    async def _delivered(self, body: bytes) -> None:
        try:
            told, written = receipt(body), said(body)
        except ValueError:
            logger.warning("a message centre sent what cannot be read")
            return
        if told is not None and self._heard is not None:
            await self._heard(told)
        if written is not None and self._wrote is not None:
            await self._wrote(written)
