"""The demo call and the small floor with people who only note what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest

from ari_app.demo import floor_calls, run, scene, story
from ari_app.demo.cast import Cast
from ari_app.demo.telling import Teller
from ari_app.outside.leg import End
from ari_app.outside.world import OutsideWorld
from ari_app.settings import Settings
from claims_store import calls, people
from claims_store.store import Store
from tests import virtual_time
from tests.fakes.outside import FakeWorld

pytestmark = pytest.mark.unit


class Ready:
    """A store in which every agent is ready at the second look, and calls are known by id."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.looks = 0

    async def run(self, query: Callable[..., Any], *args: Any) -> Any:
        if query is people.agent:
            self.looks += 1
            return SimpleNamespace(state="ready") if self.looks % 2 == 0 else None
        assert query is calls.listing
        return [SimpleNamespace(call_id=each) for each in self.ids][: args[0]]


class Desk:
    """The agent's page; keeps what he typed."""

    typed: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, web: str, login: str, password: str) -> None:
        assert web and login and password

    async def __aenter__(self) -> Desk:
        self.typed.clear()
        return self

    async def __aexit__(self, *fault: object) -> None:
        pass

    async def offered(self) -> dict[str, Any]:
        return {"offer": {"call_id": "n1-1.0", "reason": {"en": "a motor matter"}}}

    async def talking(self) -> None:
        pass

    async def begin_report(self, call_id: str) -> str:
        assert call_id == "n1-1.0"
        return "BA-1"

    async def type(self, report: str, field: str, value: str) -> dict[str, Any]:
        self.typed.append((field, value))
        return {"value": value, "missing": []}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> type[Desk]:
    monkeypatch.setattr(scene, "DeskAgent", Desk)
    return Desk


def played(world: FakeWorld, players: Cast, told: list[str]) -> str:
    settings = Settings(state=Path("/nowhere"))
    return virtual_time.run(
        scene.play(
            players, cast(OutsideWorld, world), cast(Store, Ready()), settings,
            Teller(told.append),
        )
    )  # fmt: skip


def test_the_call_is_played_clip_by_clip_and_typed_as_it_is_heard(
    players: Cast, desk: type[Desk]
) -> None:
    world, told = FakeWorld(), list[str]()
    assert played(world, players, told) == "n1-1.0"
    agent, customer = players.agents[0].agent.phone, "customer"
    assert world.log[0] == f"{agent} registers"
    assert world.log[1] == f"customer dials 5550101 as {players.customers[0][0].phone}"
    said = [line.split(" says ") for line in world.log if " says " in line]
    talk = story.load("en").talk
    assert [clip for _, clip in said] == list(talk)
    assert all((who == customer) is clip.startswith("customer") for who, clip in said)
    expected = [typed.field for name in talk for typed in story.load("en").typed_after(name)]
    assert [field for field, _ in desk.typed] == expected and expected
    assert not [value for _, value in desk.typed if "{" in value]
    assert world.log[-1] == "customer hangs up" and f"{agent} hangs up" in world.log
    assert any("a motor matter" in line for line in told)


def test_a_call_that_is_not_answered_stops_the_demo(players: Cast, desk: type[Desk]) -> None:
    world = FakeWorld()
    world.refused = End(17, "busy")
    with pytest.raises(ConnectionError, match="was not answered"):
        played(world, players, [])


def test_a_small_floor_spreads_its_calls_over_a_minute(players: Cast) -> None:
    world, told = FakeWorld(calls=4), list[str]()

    async def floor() -> tuple[list[str], float]:
        store = cast(Store, Ready("c4", "c3", "c2", "c1"))
        ids = await floor_calls.small_floor(
            4, players, cast(OutsideWorld, world), store, Teller(told.append)
        )
        return ids, asyncio.get_running_loop().time()

    ids, seconds = virtual_time.run(floor())
    assert ids == ["c4", "c3", "c2", "c1"] and 45 <= seconds < 60
    dialled = [line for line in world.log if " dials " in line]
    assert len(dialled) == 4 and len(set(dialled)) == 4, "each is another customer"
    assert {line for line in world.log if "registers" in line} == {
        f"{each.agent.phone} registers" for each in players.agents
    }


def test_a_caller_who_is_refused_does_not_stop_the_floor(players: Cast) -> None:
    world = FakeWorld()
    world.refused = End(17, "busy")
    store = cast(Store, Ready("c1"))
    ids = virtual_time.run(
        floor_calls.small_floor(1, players, cast(OutsideWorld, world), store, Teller(print))
    )
    assert ids == ["c1"] and "customer presses 1" not in world.log


def test_an_agent_who_never_gets_ready_is_not_waited_for_for_ever() -> None:
    class Nobody:
        async def run(self, *query: Any) -> None:
            return None

    with pytest.raises(TimeoutError):
        virtual_time.run(scene.until_ready(cast(Store, Nobody()), "agent1"))


def test_nothing_of_the_demo_is_left_when_it_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    monkeypatch.setattr(run.tempfile, "mkdtemp", lambda prefix: str(state))
    state.mkdir()

    async def fails(*args: object) -> None:
        raise ConnectionError("no sound")

    monkeypatch.setattr(run, "_run", fails)
    wanted = run.Wanted(True, None, "en", None, 1)
    with pytest.raises(run.DemoFailed, match="(?s)ConnectionError no sound.*is kept: "):
        run.run(wanted)
    assert state.exists(), "its logs are what one looks at"

    async def ends(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_run", ends)
    run.run(wanted)
    assert not state.exists() and "ended" in capsys.readouterr().err
