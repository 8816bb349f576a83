"""What `claimline status` says of how the system is."""

from __future__ import annotations

import pytest

from ari_app.alarms import Alarms
from ari_app.clock import SystemClock
from ari_app.commands.feeling import lines
from ari_app.healing import Heal, Healings
from ari_app.loop_watch import LoopWatch

pytestmark = pytest.mark.unit


def test_alarms_loop_and_what_was_set_right_are_said() -> None:
    healings, alarms = Healings(), Alarms()
    healings.note(Heal("files_left", "n1-1.1"), SystemClock().now())
    alarms.raise_("disk_low", free=12)
    values = alarms.all()[0].values
    said = {
        "app": {
            "alarms": [{"code": "disk_low", "values": values}],
            "loop": LoopWatch().plain(),
            "healed": Healings().plain(),
        },
        "worker": {"healed": healings.plain()},
    }
    told = "\n".join(lines(said))
    assert "Only 12 % of the disk" in told
    assert "event loop: 0.0 ms" in told
    assert "worker: 1 things did not fit" in told and "n1-1.1: recorders' files" in told


def test_of_a_system_that_says_nothing_nothing_is_said() -> None:
    assert list(lines({})) == []
    assert list(lines({"app": {"alarms": [{"code": "new", "values": {}}]}})) == ["Alarm: new"]


def test_what_waits_and_what_was_set_aside_is_said() -> None:
    backlog = {
        "message": {"open": 3, "late": 2, "oldest": "2026-11-24T08:00:00+00:00", "set_aside": 1},
        "seal": {"open": 1, "late": 0, "oldest": None, "set_aside": 0},
    }
    waiting, aside = lines({"worker": {"backlog": backlog}})
    assert waiting == "waiting: 3 message (2 due, since 2026-11-24T08:00:00+00:00), 1 seal"
    assert "set aside: 1 message" in aside and "claimline backlog list --aside" in aside
