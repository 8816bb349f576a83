"""What does not fit between Asterisk, ledger and app is found by a pure function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ari_app.calls.reconciling import Seen, faults
from ari_app.healing import Heal

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
OLD = NOW - timedelta(minutes=5)


def seen(
    channels: dict[str, tuple[bool, datetime]], rows: str = "", lines: str = "", waiting: str = ""
) -> Seen:
    return Seen(NOW, channels, frozenset(rows), frozenset(lines), frozenset(waiting))


def test_what_fits_is_no_fault() -> None:
    up = {"a": (True, OLD), "b": (False, OLD), "agent": (False, OLD)}
    assert faults(seen(up, rows="ab", lines="ab", waiting="b")) == set()


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        (seen({}, rows="a"), "row_without_channel"),
        (seen({}, rows="a", lines="a"), "line_without_channel"),
        (seen({"a": (True, OLD)}, rows="a"), "channel_without_line"),
        (seen({"b": (True, OLD)}, lines="b", rows="b", waiting="a"), "waiting_without_call"),
    ],
)
def test_what_does_not_fit_is_named(look: Seen, fault: str) -> None:
    assert {(heal.fault, heal.about) for heal in faults(look)} == {(fault, "a")}


def test_who_has_just_come_is_left_time() -> None:
    assert faults(seen({"a": (True, NOW - timedelta(seconds=5))})) == set()


def test_who_is_in_the_net_is_in_good_hands() -> None:
    assert faults(seen({"a": (False, OLD)}, rows="a")) == set()
    assert Heal("files_left", "a") == Heal("files_left", "a")
