"""The client against a fake that freezes, breaks, lies and mumbles; see also the contract."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client, Pace, Server, _delay
from ari_app.pbx.decoding import Connected, Disconnected, Unknown
from ari_app.pbx.errors import Away, Refused
from ari_app.pbx.events import UNWANTED
from ari_app.pbx.link import _request
from ari_app.pbx.results import Done, Gone
from ari_app.pbx.verbs import Verb
from tests.fakes.ari_contract import expect
from tests.fakes.ari_server import FakeAri, fake_ari

pytestmark = pytest.mark.unit

QUICK = Pace(limit=0.3, beat=0.05, beat_limit=0.1, first_wait=0.001, longest_wait=0.01)


@pytest.fixture
async def ari() -> AsyncIterator[tuple[FakeAri, Client]]:
    async with fake_ari() as (fake, server):
        client = Client(server, "claimline", QUICK)
        running = tasks.start(client.run(), name="ARI")
        await client.wait_connected()
        yield fake, client
        running.cancel()
        await asyncio.wait([running])


async def test_the_first_news_is_the_connection(ari: tuple[FakeAri, Client]) -> None:
    assert await ari[1].news.get() == Connected()
    assert ari[1].connected


async def test_what_nobody_decodes_is_not_sent(ari: tuple[FakeAri, Client]) -> None:
    await wait_until(lambda: bool(ari[0].silenced), 3, "the filter")
    assert ari[0].silenced == list(UNWANTED)
    assert "RESTResponse" not in UNWANTED


async def test_a_frozen_asterisk_is_noticed_by_the_round_trip(
    ari: tuple[FakeAri, Client],
) -> None:
    fake, client = ari
    fake.frozen = True
    await expect(client.news, Disconnected)
    with pytest.raises(Away):
        await client.do(verbs.ping())
    fake.frozen = False
    await wait_until(lambda: client.connected, 3, "it is back")
    assert await client.do(verbs.ping(), limit=3) == Done()


async def test_a_verb_under_way_fails_with_the_socket(ari: tuple[FakeAri, Client]) -> None:
    fake, client = ari
    fake.frozen = True
    asking = tasks.start(client.do(verbs.channels(), limit=30), name="asking")
    await asyncio.sleep(0)
    await fake.drop()
    outcome = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(outcome[0], Away)


async def test_verbs_wait_for_a_connection_but_not_for_ever() -> None:
    async with fake_ari() as (_, server):
        client = Client(server, "claimline", QUICK)
        with pytest.raises(Away):
            await client.do(verbs.ping())
        with pytest.raises(Away, match="not running"):
            await client.do(verbs.arm_timer("n1-1.0", 10))
        asking = tasks.start(client.do(verbs.ping(), limit=3), name="asking")
        running = tasks.start(client.run(), name="ARI")
        assert await asking == Done()
        running.cancel()
        await asyncio.wait([running])


async def test_an_asterisk_that_comes_later_is_found() -> None:
    async with fake_ari() as (_, server):
        pass
    client = Client(server, "claimline", QUICK)
    running = tasks.start(client.run(), name="ARI")
    with pytest.raises(Away, match="over HTTP"):
        await asyncio.sleep(0.01)
        await client.do(verbs.arm_timer("n1-1.0", 10))
    async with fake_ari(server.port):
        async with asyncio.timeout(3):
            await client.wait_connected()
    running.cancel()
    await asyncio.wait([running])


async def test_garbage_on_the_socket_hurts_nobody(ari: tuple[FakeAri, Client]) -> None:
    fake, client = ari
    for text in ("", "{", "[]", "3", "null", "{}", '{"type": 5}'):
        await fake.say(text)
    await fake.say('{"type": "RESTResponse"}')
    await fake.say('{"type": "RESTResponse", "request_id": "999", "status_code": 200}')
    await fake.say('{"type": "Dial", "caller": "a string", "peer": 3}')
    odd = await expect(client.news, Unknown)
    assert odd.type == "5"
    assert (await expect(client.news, Unknown)).type == "Dial"
    channel = await fake.call()
    assert (await expect(client.news, events.CallBroadcast)).channel.id == channel


async def test_an_answer_of_an_unexpected_shape_is_refused(ari: tuple[FakeAri, Client]) -> None:
    odd: Verb[events.Channel] = Verb(
        "GET", "/asterisk/ping", verbs.channel("x").read, query={"only": "x"}
    )
    with pytest.raises(Refused, match="unexpected shape"):
        await ari[1].do(odd)


async def test_a_status_that_is_not_gone_is_refused(ari: tuple[FakeAri, Client]) -> None:
    odd: Verb[Done] = Verb("POST", "/nothing", verbs.ping().read, gone=frozenset())
    with pytest.raises(Refused, match="404"):
        await ari[1].do(odd)


async def test_each_reconnection_is_told_to_open_inboxes(ari: tuple[FakeAri, Client]) -> None:
    fake, client = ari
    channel = await fake.call()
    with client.inbox(channel) as inbox:
        for _ in range(3):
            await fake.drop()
            await expect(inbox, Disconnected)
            await expect(inbox, Connected)
    assert fake.connections == 4


async def test_another_asterisk_is_told_from_a_lost_connection(
    ari: tuple[FakeAri, Client],
) -> None:
    fake, client = ari
    assert await client.news.get() == Connected()
    await fake.drop()
    assert await expect(client.news, Connected) == Connected(reborn=False)
    fake.born = "2026-11-24T08:00:00.000+0000"
    await fake.drop()
    assert await expect(client.news, Connected) == Connected(reborn=True)
    assert client.born is not None and client.born.hour == 8


async def test_events_keep_their_order_with_answers(ari: tuple[FakeAri, Client]) -> None:
    fake, client = ari
    channel = await fake.call()
    with client.inbox(channel) as inbox:
        assert await client.do(verbs.claim(channel, client.app))
        heard = [inbox._queue.get_nowait() for _ in range(inbox._queue.qsize())]
        assert isinstance(heard[-1], events.StasisStart)


def test_reconnecting_slows_down_with_jitter() -> None:
    pace = Pace()
    assert all(0.05 <= _delay(0, pace) <= 0.1 for _ in range(50))
    assert all(0.5 <= _delay(99, pace) <= 1.0 for _ in range(50))
    assert len({_delay(3, pace) for _ in range(10)}) > 1


def test_secrets_are_not_shown() -> None:
    assert "hush" not in repr(Server("127.0.0.1", 8088, "app", "hush"))


def test_gone_is_false() -> None:
    assert not Gone(404, "Not Found")
    assert Done()


def test_a_request_names_its_parameters_and_quotes_ids() -> None:
    verb = verbs.record("n1-1.0", "clips/a b", max_seconds=3)
    raw = json.loads(_request("7", verb))
    assert raw["uri"] == "channels/n1-1.0/record"
    assert {"name": "maxDurationSeconds", "value": "3"} in raw["query_strings"]
    assert verbs.stop_recording("clips/a b?").uri == "recordings/live/clips%2Fa%20b%3F/stop"
    filtered = json.loads(_request("8", verbs.silence_events("a", ["ChannelVarset"])))
    assert json.loads(filtered["message_body"]) == {"disallowed": [{"type": "ChannelVarset"}]}
