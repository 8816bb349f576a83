"""The installation's clock goes on steadily, whatever is set on the machine's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.clock import FILE, Machine, SteadyClock, SystemClock

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3600.0


@dataclass
class Hands:
    """A machine whose clocks a test turns."""

    wall: float = NOON.timestamp()
    since: float = 1000.0
    boot: str = "a"

    @property
    def machine(self) -> Machine:
        return Machine(lambda: self.wall, lambda: self.since, lambda: self.boot)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.since += seconds


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_step_is_not_felt_until_it_is_followed(tmp_path: Path, step: float) -> None:
    hands = Hands()
    app, worker = SteadyClock(tmp_path, hands.machine), _worker(tmp_path, hands)
    hands.wall += step
    hands.passes(5)
    assert app.now() == worker.now() == NOON + timedelta(seconds=5)
    assert app.stepped == step
    assert SteadyClock(tmp_path, hands.machine).now() == app.now(), "a process that starts later"
    app.follow()
    assert app.now() == NOON + timedelta(seconds=5 + step) and app.stepped == 0
    assert worker.now() == app.now()


def test_a_machine_that_was_started_again_is_followed(tmp_path: Path) -> None:
    hands = Hands()
    SteadyClock(tmp_path, hands.machine)
    later = Hands(wall=NOON.timestamp() + HOUR, since=7.0, boot="b")
    assert SteadyClock(tmp_path, later.machine).now() == NOON + timedelta(hours=1)
    (tmp_path / FILE).write_text("{")
    assert SteadyClock(tmp_path, hands.machine).now() == NOON


def _worker(state: Path, hands: Hands) -> SteadyClock:
    return SteadyClock(state, hands.machine, follows=True)


@given(moves=st.lists(st.tuples(st.floats(0, 1000), st.floats(-1e6, 1e6)), max_size=20))
def test_no_duration_is_wrong(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[float, float]]
) -> None:
    hands = Hands()
    clock = SteadyClock(tmp_path_factory.mktemp("state"), hands.machine)
    for seconds, step in moves:
        before = clock.now()
        hands.wall += step
        hands.passes(seconds)
        passed = (clock.now() - before).total_seconds()
        assert passed == pytest.approx(seconds, abs=1e-4)


def test_the_machines_clock_has_a_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
