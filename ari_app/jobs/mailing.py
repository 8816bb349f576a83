"""The post of a running worker: its channels opened, kept connected, and closed at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ari_app import tasks
from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import FileChannel, Notify
from ari_app.clock import Clock
from ari_app.jobs.posting import Post
from ari_app.jobs.receiving import FOLDER, Receiving
from ari_app.notify.channel import Channel
from ari_app.notify.opening import opened
from ari_app.notify.texts import TextProblem, Texts
from claims_store.consequences.effects import Follow, Message
from claims_store.rules.contacting import Rules, Way
from claims_store.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mailing:
    """What the operator chose, and the secrets of his channels by their names."""

    channels: tuple[Given, ...] = (FileChannel(name="file", kind="file"),)
    notify: Notify = Notify()
    secrets: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(each.name, each.reaches) for each in self.channels)

    def incoming(self, state: Path) -> Mapping[str, Path]:
        """Where each file channel finds what people write."""
        return {
            each.name: state / each.folder / FOLDER
            for each in self.channels
            if isinstance(each, FileChannel)
        }

    def rules(self, zone: str) -> Rules:
        given = self.notify
        return Rules(given.quiet, given.a_day, given.at_most, timedelta(minutes=given.patience),
                     timedelta(hours=given.give_up), ZoneInfo(zone))  # fmt: skip


class Postbox:
    """The post for threads: jobs wait in theirs while the channels live in the event loop."""

    def __init__(self, post: Post, loop: asyncio.AbstractEventLoop) -> None:
        self._post = post
        self._loop = loop
        self._open: set[Future[None]] = set()

    def send(self, message: Message) -> None:
        self._wait(asyncio.run_coroutine_threadsafe(self._post.send(message), self._loop))

    def follow(self, follow: Follow, now: datetime) -> None:
        self._wait(asyncio.run_coroutine_threadsafe(self._post.follow(follow, now), self._loop))

    def abandon(self) -> None:
        """End what still waits; whether it was sent is cleared at the next start."""
        for each in list(self._open):
            each.cancel()

    def _wait(self, work: Future[None]) -> None:
        self._open.add(work)
        try:
            work.result()
        finally:
            self._open.discard(work)


def post(
    mailing: Mailing, channels: Mapping[str, Channel], store: Store, state: Path, zone: str,
    clock: Clock,
) -> Post:  # fmt: skip
    """The post over channels that may be filled in later. Wordings of the operator's that cannot be
    used are told, and ours are sent instead: a worker that does not start would help nobody."""
    try:
        texts = Texts.of(state, mailing.public_url)
    except TextProblem as fault:
        logger.error("the texts of this installation cannot be used", extra={"fault": str(fault)})
        texts = Texts.of(public_url=mailing.public_url)
    return Post(store, channels, mailing.ways, mailing.rules(zone), texts, clock)


@asynccontextmanager
async def postbox(
    mailing: Mailing, store: Store, state: Path, zone: str, clock: Clock
) -> AsyncIterator[Postbox]:
    """Channels that are open as long as this lasts."""
    channels: dict[str, Channel] = {}
    office = post(mailing, channels, store, state, zone, clock)
    for each in mailing.channels:
        channels[each.name] = opened(
            each, state, mailing.secrets, office.heard(each.name),
            Receiving(store, each.name, clock).wrote, store, clock.now,
        )  # fmt: skip
    keeping = [
        tasks.start(channel.keep(), name=f"channel:{name}") for name, channel in channels.items()
    ]
    box = Postbox(office, asyncio.get_running_loop())
    try:
        yield box
    finally:
        box.abandon()
        for task in keeping:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*keeping, return_exceptions=True)
        for channel in channels.values():
            await channel.close()
