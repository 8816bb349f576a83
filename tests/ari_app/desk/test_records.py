"""Lists and pages of calls and claims, the recording by ranges, and what of it is logged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ari_app.desk.audio import read_wave
from ari_app.desk.looks import Looks
from ari_app.desk.problems import Problem
from claims_store import access, calls, recordings
from claims_store.calls import CallOpened
from claims_store.recordings import Recording
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, NOW, House, driver, fill, finish_call, ring, stereo

pytestmark = pytest.mark.unit
SOUND = f"/api/calls/{CALL}/recording"


@pytest.fixture
def number(house: House) -> str:
    """The report of a call that the first agent took, recorded and checked."""
    made = house.store.run_now(ring)
    house.store.run_now(fill, made)
    finish_call(house, made)
    return made


async def test_the_call_page_shows_every_step_and_what_the_recording_says(
    agent: Client, number: str
) -> None:
    page = await (await agent.get(f"/calls/{CALL}", headers={"Accept-Language": "en"})).text()
    for seen in (
        "Offered to",
        'data-play-at="2.1"',
        "八点半左右吧",
        "not heard",
        "heard “Tue 24 Nov, 08:30”",
        "never asked",
        "2 not confirmed",
        "138 **** 8001",
        number.replace("BA", "CL"),
        f'src="{SOUND}"',
    ):
        assert seen in page, seen


async def test_the_json_of_a_call_has_the_shape_of_the_command_line(
    house: House, agent: Client, number: str
) -> None:
    told = await (await agent.get(f"/api/calls/{CALL}")).json()
    shown = house.store.run_now(calls.show, CALL)
    assert told.keys() == shown.keys()
    assert told["report_number"] == number and told["caller"] == "138 **** 8001"
    assert len(told["transcript"]) == 4 and told["recording"]["seconds"] == 8.0


async def test_lists_show_ones_own_or_all(house: House, client: Client, number: str) -> None:
    await enter(client, house, "agent2")
    assert (await (await client.get("/api/calls")).json())["calls"] == []
    assert (await (await client.get("/api/claims")).json())["claims"] == []
    assert (await client.get(f"/calls/{CALL}")).status == 403
    assert (await client.get(f"/claims/{number.replace('BA', 'CL')}")).status == 403
    await enter(client, house, "agent1")
    assert len((await (await client.get("/api/calls")).json())["calls"]) == 1
    own = await (await client.get("/api/claims")).json()
    assert [each["number"] for each in own["claims"]] == [number.replace("BA", "CL")]
    await enter(client, house, "quality")
    told = await (await client.get("/api/calls")).json()
    assert told["calls"][0]["caller"] == "138 **** 8001"
    assert len((await (await client.get("/api/claims")).json())["claims"]) > 10
    for path in ("/calls", "/claims", f"/calls/{CALL}", f"/claims/{number.replace('BA', 'CL')}"):
        assert (await client.get(path)).status == 200, path


async def test_a_long_list_is_turned_page_by_page(house: House, client: Client) -> None:
    def many(s: Session) -> None:
        for index in range(120):
            at = NOW - timedelta(minutes=index)
            calls.open_call(s, CallOpened(f"n1-{index}.1", "n1", "s", "", "5550100", at, 1))

    house.store.run_now(many)
    await enter(client, house, "supervisor")
    first = await (await client.get("/api/calls")).json()
    last = await (await client.get("/api/calls?page=3")).json()
    assert (len(first["calls"]), first["more"], len(last["calls"]), last["more"]) == (
        50,
        True,
        20,
        False,
    )
    assert "?page=2" in await (await client.get("/calls")).text()
    for wrong in ("0", "x", "-1", "1e9", "²"):
        assert (await client.get(f"/calls?page={wrong}")).status == 400


async def test_the_claim_page_has_one_timeline_and_what_comes_next(
    house: House, client: Client, number: str
) -> None:
    await enter(client, house, "handler1")
    claim = number.replace("BA", "CL")
    english = {"Accept-Language": "en"}
    page = await (await client.get(f"/claims/{claim}", headers=english)).text()
    for seen in ("Tue 24 Nov, today", "Call with", "Became a claim", "rear-end collision", "Next"):
        assert seen in page, seen
    told = await (await client.get(f"/api/claims/{claim}")).json()
    assert told["claim"]["number"] == claim and told["journal"][0]["event"] == "claim_reported"
    for each in (await (await client.get("/api/claims")).json())["claims"]:
        assert (await client.get(f"/claims/{each['number']}")).status == 200


@pytest.mark.parametrize(
    ("asked", "status", "begin", "length"),
    [
        (None, 200, 0, 256_044),
        ("bytes=0-", 206, 0, 256_044),
        ("bytes=44-143", 206, 44, 100),
        ("bytes=-100", 206, 255_944, 100),
        ("bytes=200000-999999", 206, 200_000, 56_044),
        ("bytes=900000-", 416, 0, 0),
        ("bytes=x", 416, 0, 0),
    ],
)
async def test_any_range_of_the_sealed_file_is_played(
    agent: Client, number: str, asked: str | None, status: int, begin: int, length: int
) -> None:
    answer = await agent.get(SOUND, headers={"Range": asked} if asked else {})
    assert answer.status == status
    if status < 400:
        whole = stereo(8.0)
        assert await answer.read() == whole[begin : begin + length]
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Type"] == "audio/wav"
    if status == 206:
        last = begin + length - 1
        assert answer.headers["Content-Range"] == f"bytes {begin}-{last}/256044"


async def test_playing_is_logged_once_however_many_ranges(
    house: House, agent: Client, number: str
) -> None:
    for asked in ("bytes=44-143", "bytes=0-", "bytes=500-"):
        await agent.get(SOUND, headers={"Range": asked})
    seen = house.store.run_now(access.listing)
    assert [(each.who, each.what, each.about) for each in seen] == [("agent1", "recording", CALL)]
    house.now += timedelta(minutes=11)
    await agent.get(SOUND)
    assert len(house.store.run_now(access.listing)) == 2


async def test_peaks_tell_the_two_sides_apart(agent: Client, number: str) -> None:
    told = await (await agent.get(f"/api/calls/{CALL}/peaks")).json()
    customer, other = told["tracks"]
    assert told["seconds"] == 8.0 and 500 < len(customer) <= 600
    assert customer[10] == 0 and customer[-10] > 0.2
    assert other[10] > 0.2 and other[-10] == 0


async def test_who_may_not_play_hears_nothing(house: House, client: Client, number: str) -> None:
    for login, status in (("agent2", 403), ("auditor", 403), ("admin", 403), ("quality", 200)):
        await enter(client, house, login)
        assert (await client.get(SOUND)).status == status, login
    await enter(client, house, "auditor")
    assert "<audio" not in await (await client.get(f"/calls/{CALL}")).text()


async def test_a_recording_that_is_not_there_or_erased_is_said_so(
    house: House, agent: Client, number: str
) -> None:
    sealed = house.store.run_now(recordings.of_call, CALL)
    assert sealed is not None
    for file in (None, "../../etc/passwd", "/etc/passwd", "gone.sealed"):
        changed = Recording(CALL, file, 2, 2, 8.0, None, True, NOW)
        house.store.run_now(recordings.sealed, changed)
        assert (await agent.get(SOUND)).status == 404, file
    house.store.run_now(recordings.sealed, sealed)
    house.store.vault.erase(f"call:{CALL}")
    answer = await agent.get(SOUND)
    assert answer.status == 410 and (await answer.json())["code"] == "recording_erased"
    assert (await agent.get(f"/calls/{CALL}")).status == 200


async def test_a_call_without_recording_says_why(house: House, agent: Client) -> None:
    house.store.run_now(ring)
    english = {"Accept-Language": "en"}
    for consent, said in (
        ("refused", "The caller refused recording"),
        ("not_asked", "not heard to its end"),
        ("given", "being sealed"),
    ):
        house.store.run_now(calls.change, CALL, agent="agent1", consent=consent)
        assert said in await (await agent.get(f"/calls/{CALL}", headers=english)).text()
    assert (await agent.get(SOUND)).status == 404
    assert (await agent.get("/calls/n1-0.0")).status == 404
    assert (await agent.get("/claims/CL-000000-0000")).status == 404


def test_only_a_wave_file_is_a_wave_file() -> None:
    wave = read_wave(stereo(1.0)[:4096])
    assert (wave.channels, wave.rate, wave.start, wave.seconds) == (2, 8000, 44, 1.0)
    for head in (b"", b"RIFF", b"RIFF0000WAVEdata\0\0\0\0", stereo(0.1)[:36]):
        with pytest.raises(Problem):
            read_wave(head)


def test_looks_forget_the_oldest() -> None:
    looks = Looks(size=2)
    assert [looks.is_new(act, NOW) for act in ("a", "b", "a", "c", "b")] == [
        True,
        True,
        False,
        True,
        True,
    ]


async def test_the_caller_has_no_claim_that_is_hidden(house: House, agent: Client) -> None:
    house.store.run_now(ring)
    house.floor.offer("agent1", CALL)
    customer, policy = house.store.run_now(driver)
    page = await (await agent.get("/desk")).text()
    assert "/claims/CL-" in page and policy.plate[2:] in page
