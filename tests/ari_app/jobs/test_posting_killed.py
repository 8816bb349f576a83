"""A process that dies at each moment at which it can, over each channel: its next life does the
rest, and how often somebody got a message twice is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import HttpChannel, SmtpChannel
from ari_app.jobs.carrying import NotYet
from ari_app.outside.message_centre import Smsc
from claims_store import preferences
from claims_store.rules.contacting import Wants
from claims_store.store import Store
from tests.ari_app.jobs.posts import NOON, TO, Died, House, Now, ask, bury, state_of
from tests.ari_app.jobs.test_posting import FILES, sms
from tests.ari_app.notify.ports import free_port
from tests.ari_app.notify.test_smpp import until
from tests.ari_app.notify.test_smtp import Mailbox

pytestmark = pytest.mark.store


@dataclass
class Far:
    """A far end: how to reach it, what came there by the name it has for us, and its receipts."""

    channel: Given
    came: Callable[[], Counter[str]]
    told: Callable[[], bool] = lambda: True
    knows_repetitions: bool = False


@asynccontextmanager
async def files(store: Store, state: Path) -> AsyncIterator[Far]:
    def came() -> Counter[str]:
        return Counter(file.name for file in (state / "messages").glob("*.json"))

    yield Far(FILES, came)


@asynccontextmanager
async def gateway(store: Store, state: Path) -> AsyncIterator[Far]:
    keys: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        keys.append(request.headers["Idempotency-Key"])
        return web.json_response({"id": len(keys)})

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        shape = {"name": "gate", "kind": "http", "url": str(server.make_url("/")),
                 "headers": {"Idempotency-Key": "{key}"}, "body": {"t": "{text}"}}  # fmt: skip
        yield Far(HttpChannel.model_validate(shape), lambda: Counter(keys), lambda: True, True)


@asynccontextmanager
async def mails(store: Store, state: Path) -> AsyncIterator[Far]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port(), server_hostname="test")
    server.start()
    store.run_now(preferences.put, TO, Wants(mail="li@example.com"), NOON)
    shape = {"name": "mail", "kind": "smtp", "host": "127.0.0.1", "port": server.port,
             "security": "none", "from": "claims@example.com"}  # fmt: skip
    yield Far(
        SmtpChannel.model_validate(shape),
        lambda: Counter(str(letter["Message-ID"]) for letter in box.letters),
        lambda: True,
        True,
    )
    server.stop()


@asynccontextmanager
async def shorts(store: Store, state: Path) -> AsyncIterator[Far]:
    async with Smsc(password="s3cret", receipts="DELIVRD") as centre:
        yield Far(
            sms(centre.port, receipt_wait=0.05),
            lambda: Counter(short.text for short in centre.taken),
            lambda: not centre.unheard,
        )


@asynccontextmanager
async def shorts_without_receipts(store: Store, state: Path) -> AsyncIterator[Far]:
    async with Smsc(password="s3cret") as centre:
        yield Far(sms(centre.port, receipts=False), lambda: Counter(s.text for s in centre.taken))


End = Callable[[Store, Path], AbstractAsyncContextManager[Far]]


@pytest.mark.parametrize(
    ("end", "repeated"),
    [(files, 0), (gateway, 0), (mails, 0), (shorts, 0), (shorts_without_receipts, 2)],
)
async def test_a_process_that_dies_at_each_moment_sends_each_message_once(
    store: Store, tmp_path: Path, end: End, repeated: int
) -> None:
    async with end(store, tmp_path) as far:
        kills = await killed_at_each_moment(store, tmp_path, Now(), far)
        came = far.came()
    doubles = sum(count - 1 for count in came.values())
    known = ", which it knows by their key" if far.knows_repetitions else ""
    print(f"{end.__name__}: {kills} kills, {len(came)} messages, {doubles} came twice{known}")
    assert len(came) == kills + 1, "none was lost"
    assert max(came.values()) <= 2
    assert far.knows_repetitions or doubles <= repeated


async def killed_at_each_moment(store: Store, state: Path, clock: Now, far: Far) -> int:
    """How often the process died: once at each moment, each time with a message of its own."""
    for moment in range(200):
        key = f"m{moment}"
        ask(store, key)
        clock.on(3600 * 5)  # so that nobody has had enough
        clock.at = clock.at.replace(hour=4)
        first = House(store, state, clock, far.channel)
        try:
            await first.send(key, moment)
            return moment
        except Died:
            pass
        finally:
            await bury()
            await first.end()
        await next_life(store, state, clock, far, key)
    raise AssertionError("it has no end")


async def next_life(store: Store, state: Path, clock: Now, far: Far, key: str) -> None:
    house = House(store, state, clock, far.channel)
    try:
        await house.channels[far.channel.name].look()
        await until(far.told)
        for _ in range(4):
            try:
                await house.send(key)
                break
            except NotYet as wait:
                clock.on(wait.pause.total_seconds())
                channel = house.channels[far.channel.name]
                await until(lambda: channel.listening_s >= channel.doubt_s)  # noqa: B023
        assert state_of(store, key).state in ("sent", "delivered")
    finally:
        await house.end()
