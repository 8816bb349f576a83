"""Messages as calls: an order to the line, which says where the claim stands.

The order has the message's key, so asking for it twice is one call. What became of it is asked for
until it is over: a notice that was heard is delivered, any other end hands the message on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from ari_app.notify.channel import Notice, Refused, State
from claims_store import voice_notices
from claims_store.store import Store

ASK_AFTER_S = 30.0
UNSAID = "it is about no claim: only where a claim stands can be said"


class Voice:
    """One call for a message; tries, hours and refusals are the order's."""

    doubt_s = 0.0
    listening_s = math.inf
    ask_after_s = ASK_AFTER_S

    def __init__(self, store: Store | None, now: Callable[[], datetime]) -> None:
        """Without a store nothing is said: whoever only looks needs none."""
        self._store = store
        self._now = now

    def parts(self, notice: Notice) -> int:
        return 1

    async def send(self, notice: Notice, part: int) -> str:
        asked, order = (notice.key, notice.to, notice.language), voice_notices.for_message
        key = await self._store.run(order, *asked, self._now()) if self._store else None
        if key is None:
            raise Refused(UNSAID)
        return key

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        order = message_id or voice_notices.key_of(key)
        return await self._store.run(voice_notices.came, order) if self._store else None

    async def look(self) -> None:
        """What the trunks may do is the app's to know: see `claimline doctor`."""

    async def keep(self) -> None:
        return

    async def close(self) -> None:
        return
