"""`holidays.toml` and the days in the store."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ari_app import days
from ari_app.days import EXAMPLE, FILE, Days
from claims_store import calendar
from claims_store.errors import StoreAway
from claims_store.store import Store
from routing.corrected import BadDays
from tests.databases import open_sqlite

pytestmark = pytest.mark.store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_sqlite(tmp_path)
    yield opened
    opened.close_now()


def test_a_new_installation_is_told_how_to_write_days_down(tmp_path: Path) -> None:
    assert days.read(tmp_path) == []
    days.first(tmp_path)
    assert (tmp_path / FILE).read_text("utf-8") == EXAMPLE and days.read(tmp_path) == []
    written = "".join(line.removeprefix("# ") + "\n" for line in EXAMPLE.splitlines()[3:])
    (tmp_path / FILE).write_text(written, "utf-8")
    days.first(tmp_path)
    assert [each.day for each in days.read(tmp_path)] == [date(2027, 2, 14)]


def test_the_store_follows_the_file(store: Store, tmp_path: Path) -> None:
    kept = Days(store, tmp_path)
    assert not kept.touched() and not kept.keep()
    (tmp_path / FILE).write_text("[[day]]\non = 2027-02-14\nworking = true\n", "utf-8")
    assert kept.touched() and kept.keep()
    assert not kept.touched() and not kept.keep()
    assert [each.working for each in store.run_now(calendar.stored_days)] == [True]
    (tmp_path / FILE).unlink()
    assert kept.touched() and kept.keep()
    assert store.run_now(calendar.stored_days) == []


def test_what_could_not_be_stored_is_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise StoreAway("for the test")

    kept = Days(store, tmp_path)
    (tmp_path / FILE).write_text("[[day]]\non = 2027-02-14\nworking = true\n", "utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(store, "run_now", away)
        with pytest.raises(StoreAway):
            kept.keep()
    assert kept.touched() and kept.keep()
    assert not kept.touched()


def test_a_file_that_cannot_be_read_changes_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Days(store, tmp_path)
    (tmp_path / FILE).write_text("[[day]]\non = 2027-02-14\nworking = true\n", "utf-8")
    kept.keep()
    (tmp_path / FILE).write_bytes(b"\xff")
    os.utime(tmp_path / FILE, (1, 1))
    assert kept.touched()
    with caplog.at_level(logging.WARNING):
        assert not kept.keep()
    assert "cannot be used" in caplog.text
    assert len(store.run_now(calendar.stored_days)) == 1
    with pytest.raises(BadDays):
        days.read(tmp_path)
