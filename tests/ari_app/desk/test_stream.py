"""The stream: names of what moved, for the right eyes, and nothing missed after a break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponse

from ari_app.desk import stream
from ari_app.desk.feed import CLOSED, EVERYTHING, Feed, Told
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, Person
from ari_app.tasks import start
from claims_store import people
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, House, fill, ring

pytestmark = pytest.mark.unit


async def events(answer: ClientResponse) -> AsyncIterator[dict[str, str]]:
    """The stream's messages as they come."""
    message: dict[str, str] = {}
    async for raw in answer.content:
        line = raw.decode().rstrip("\r\n")
        if not line and message:
            yield message
            message = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            message[name] = value


async def next_of(source: AsyncIterator[dict[str, str]]) -> dict[str, str]:
    async with asyncio.timeout(5):
        return await anext(source)


async def test_what_moves_is_told_by_name_with_an_id(house: House, agent: Client) -> None:
    answer = await agent.get("/api/feed")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    source = events(answer)
    here = await next_of(source)
    assert here["data"] == "here" and here["id"]
    house.floor.offer("agent1", CALL)
    told = await next_of(source)
    assert told["data"] == "me" and told["id"] != here["id"]
    answer.close()


async def test_after_a_break_the_missed_changes_come_first(house: House, agent: Client) -> None:
    answer = await agent.get("/api/feed")
    last = (await next_of(events(answer)))["id"]
    answer.close()
    house.floor.offer("agent1", CALL)
    house.floor.tell("waiting", "motor")
    await agent.get("/api/me")  # the pump has run
    again = await agent.get("/api/feed", headers={"Last-Event-ID": last})
    source = events(again)
    assert (await next_of(source))["id"] == last
    assert [(await next_of(source))["data"] for _ in range(2)] == ["me", "waiting"]
    again.close()
    unknown = await agent.get("/api/feed?after=other.7")
    source = events(unknown)
    await next_of(source)
    assert (await next_of(source))["data"] == "everything"
    unknown.close()


async def test_a_session_ended_elsewhere_tells_the_page_to_hide(
    house: House, agent: Client
) -> None:
    answer = await agent.get("/api/feed")
    source = events(answer)
    await next_of(source)
    house.store.run_now(people.end_sessions, "agent1")
    agent.app[FEED].tell(Change("session", "agent1"))
    assert (await next_of(source))["event"] == "out"
    async with asyncio.timeout(5):
        assert [each async for each in source] == []


async def test_a_session_that_goes_on_keeps_its_stream(
    house: House, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_AGAIN", 0.01)
    answer = await agent.get("/api/feed")
    source = events(answer)
    await next_of(source)
    agent.app[FEED].tell(Change("session", "agent1"))
    house.floor.tell("waiting", "")
    assert (await next_of(source))["data"] == "waiting"
    house.store.run_now(people.end_sessions, "agent1")
    assert (await next_of(source))["event"] == "out"


async def test_streams_end_with_the_application(house: House) -> None:
    async with house.client() as client:
        await enter(client, house, "agent1")
        answer = await client.get("/api/feed")
        source = events(answer)
        await next_of(source)
        client.app[FEED].close()
        async with asyncio.timeout(5):
            assert [each async for each in source] == []


@pytest.mark.parametrize(
    ("role", "name", "change", "names"),
    [
        ("agent", "agent1", Change("agent", "agent1"), ["me"]),
        ("agent", "agent2", Change("agent", "agent1"), []),
        ("agent", "agent1", Change("call", CALL), ["me", "calls", f"call:{CALL}"]),
        ("agent", "agent2", Change("call", CALL), []),
        ("supervisor", "x", Change("call", CALL), ["calls", f"call:{CALL}"]),
        ("agent", "agent2", Change("waiting", "motor"), ["waiting"]),
        ("admin", "x", Change("waiting", "motor"), []),
        ("agent", "agent1", Change("session", "agent1"), []),
        ("admin", "x", EVERYTHING, ["everything"]),
        ("agent", "agent2", Change("report", "REPORT"), []),
        ("agent", "agent1", Change("report", "REPORT"), ["report", "report:REPORT", "claims"]),
        ("handler", "handler2", Change("claim", "CLAIM"), []),
        ("admin", "x", Change("claim", "CLAIM"), []),
        ("surveyor", "surveyor1", Change("claim", "CLAIM"), []),
        ("admin", "x", Change("task", "7"), []),
        ("agent", "agent2", Change("task", "7"), ["tasks"]),
        ("handler", "handler1", Change("report", "REPORT"), ["report", "report:REPORT", "claims"]),
        ("agent", "agent1", Change("claim", "CLAIM"), ["claim", "claim:CLAIM", "claims"]),
        ("quality", "x", Change("claim", "CLAIM"), ["claim", "claim:CLAIM", "claims"]),
    ],
)
async def test_each_hears_only_what_he_may_see(
    house: House, client: Client, role: str, name: str, change: Change, names: list[str]
) -> None:
    number = house.store.run_now(ring)
    house.store.run_now(fill, number)
    house.floor.offer("agent1", CALL)

    def real(text: str) -> str:
        return text.replace("REPORT", number).replace("CLAIM", number.replace("BA", "CL"))

    change = change if change is EVERYTHING else Change(change.kind, real(change.key))
    person = Person(name, role, name, name)
    found = await stream.names_for(client.app, person, change)
    assert found == [real(each) for each in names]


async def test_one_who_does_not_keep_up_fetches_everything() -> None:
    feed = Feed("r", kept=4, room=2)
    with feed.listen(None) as inbox:
        for index in range(3):
            feed.tell(Change("waiting", str(index)))
        assert await inbox.next(1) == Told("r.3", EVERYTHING)
        assert await inbox.next(0.001) is None
        for index in range(2):
            feed.tell(Change("waiting", str(index)))
        feed.close()
        told = await inbox.next(1)
        assert told is not None and told.change is CLOSED
    assert feed.listeners == 0


async def test_only_what_was_missed_is_told_again() -> None:
    feed = Feed("r", kept=3)
    for index in range(3):
        feed.tell(Change("waiting", str(index)))
    for after, ids in (("r.1", ["r.2", "r.3"]), ("r.0", ["r.1", "r.2", "r.3"]), ("r.3", [])):
        with feed.listen(after) as inbox:
            assert [told.id for _ in ids if (told := await inbox.next(0))] == ids
            assert await inbox.next(0.001) is None
    feed.tell(Change("waiting", "3"))
    with feed.listen("r.0") as inbox:
        assert await inbox.next(0) == Told("r.4", EVERYTHING)


async def test_the_feed_hands_on_what_a_floor_yields() -> None:
    feed = Feed("r")

    async def changes() -> AsyncIterator[Change]:
        yield Change("call", "x")

    with feed.listen(None) as inbox:
        await start(feed.pump(changes()), name="pump")
        told = await inbox.next(1)
    assert told is not None and told.change == Change("call", "x")
