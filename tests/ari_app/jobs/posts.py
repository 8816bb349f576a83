"""A post whose process can die at any moment, and the far ends that it speaks to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Generator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import Notify
from ari_app.jobs.mailing import Mailing, post
from ari_app.notify.channel import Channel
from ari_app.notify.opening import opened
from ari_app.notify.smpp import Smpp
from claims_store import backlog, outbox
from claims_store.consequences import message
from claims_store.consequences.effects import Message
from claims_store.store import Store
from claims_store.tables import MessageRow

NOON = datetime.fromisoformat("2026-11-24T04:00:00+00:00")
"""12:00 in Shanghai: nobody sleeps."""
TO = "+8613800138000"


class Died(BaseException):
    """The process is gone."""


class Now:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Stepped:
    """A store whose transactions a process can die before or after, never in the middle."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        done = self._store.run_now(query, *args, **kwargs)
        await asyncio.sleep(0)
        return done


class Mortal:
    """Runs a coroutine up to its nth pause; there the process dies: nothing of it runs again."""

    def __init__(self, work: Coroutine[Any, Any, None], at: int | None) -> None:
        self._work = work
        self._at = at
        self.steps = 0

    def __await__(self) -> Generator[Any, Any, None]:
        inner = self._work.__await__()
        step: Callable[[], Any] = partial(next, inner)
        while True:
            try:
                pause = step()
            except StopIteration:
                return
            if self.steps == self._at:
                GRAVES.append(inner)
                raise Died
            self.steps += 1
            try:
                yield pause
                step = partial(next, inner)
            except Exception as fault:
                step = partial(cast(Any, inner).throw, fault)


GRAVES: list[Any] = []
"""What died is kept: its `finally` must not run."""


async def bury() -> None:
    """Close what died, as the kernel closes its sockets: before the next life opens some."""
    while GRAVES:
        with contextlib.suppress(BaseException):
            GRAVES.pop().close()
    for _ in range(5):
        await asyncio.sleep(0)  # what the loop still held of them goes


class House:
    """One process with its post."""

    def __init__(
        self, store: Store, state: Path, clock: Now, *channels: Given, notify: Notify | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        secrets = {each.name: "s3cret" for each in channels}
        mailing = Mailing(channels, notify or Notify(), secrets)
        self.channels: dict[str, Channel] = {}
        stepped = cast(Store, Stepped(store))
        self.post = post(mailing, self.channels, stepped, state, "Asia/Shanghai", clock)
        for each in channels:
            heard = self.post.heard(each.name)
            self.channels[each.name] = opened(each, state, secrets, heard)

    async def send(self, key: str, dies_at: int | None = None) -> int:
        """One try of a message that was asked for; at how many moments it could have died."""
        row = self.store.run_now(backlog.by_key, key)
        assert row is not None
        (effect,) = self.store.run_now(message.handle, row, self.clock.now())
        assert isinstance(effect, Message)
        work = Mortal(self.post.send(effect), dies_at)
        await work
        return work.steps

    async def end(self) -> None:
        """The connections of the process are gone."""
        for channel in self.channels.values():
            if isinstance(channel, Smpp):
                channel.abort()
            await channel.close()


def ask(store: Store, key: str, **more: object) -> None:
    """Somebody is to be written to."""
    payload = {"to": TO, "text": "report_draft", "values": {"number": key}, "language": "zh"}
    store.run_now(outbox.put, "message", key, payload | more, NOON)


def state_of(store: Store, key: str) -> MessageRow:
    return store.run_now(lambda s: s.get_one(MessageRow, key))
