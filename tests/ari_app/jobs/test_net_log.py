"""The queue's log: read while Asterisk writes it, erased in its place, nothing twice."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.jobs.net_log import LATER, NetLog, drop_empty
from claims_store import calls, net_calls, recordings
from claims_store.store import Store
from tests.fakes.sounds import leave, tone

pytestmark = pytest.mark.store

CALL = "n1-1764145200.3"
CALLER = "+8613800138000"
LEG = "n1-1764145210.4"
START = "1764145190|NONE|NONE|NONE|QUEUESTART|"


def lines_of(call: str = CALL) -> list[str]:
    return [
        f"1764145200|{call}|net|NONE|NETBEGIN|{CALLER}|5550100|zh|yes|sip",
        f"1764145210|{call}|fallback|PJSIP/201|CONNECT|9|{LEG}|2",
        f"1764145270|{call}|fallback|PJSIP/201|COMPLETEAGENT|9|60|1",
        f"1764145271|{call}|net|NONE|NETEND|",
    ]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


@pytest.fixture
def importer(store: Store, log: Path, tmp_path: Path) -> NetLog:
    return NetLog(store, log, tmp_path / "in")


def write(log: Path, *lines: str, end: str = "\n") -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + end)


def outcome(store: Store, call: str = CALL) -> str | None:
    found = store.run_now(calls.get, call)
    return found.outcome if found else None


def test_given_lines_when_imported_then_rows_and_nothing_is_left_of_the_caller(
    store: Store, importer: NetLog, log: Path, now: datetime
) -> None:
    write(log, START, *lines_of())
    size = log.stat().st_size
    assert importer.import_all(now) == 1
    assert outcome(store) == "fallback"
    assert log.stat().st_size == size and not log.read_bytes().strip(b"\0")
    assert importer.import_all(now) == 0


def test_given_no_log_when_imported_then_nothing(importer: NetLog, now: datetime) -> None:
    assert importer.import_all(now) == 0


def test_given_half_a_line_when_imported_then_it_waits_for_its_end(
    store: Store, importer: NetLog, log: Path, now: datetime
) -> None:
    begin, *rest = lines_of()
    write(log, begin[:30], end="")
    assert importer.import_all(now) == 0
    write(log, begin[30:])
    assert importer.import_all(now) == 1
    write(log, *rest)
    assert importer.import_all(now) == 1
    assert outcome(store) == "fallback"


def test_given_broken_lines_when_imported_then_kept_aside_and_told(
    store: Store, importer: NetLog, log: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with log.open("wb") as file:
        file.write(b"nonsense\n\xff\xfe|x\n" + "\n".join(lines_of()).encode() + b"\n")
    assert importer.import_all(now) == 1
    aside = log.with_name("queue_log.unreadable")
    assert aside.read_bytes() == b"nonsense\n\xff\xfe|x\n"
    assert aside.stat().st_mode & 0o777 == 0o600
    assert caplog.messages.count("a line of the net cannot be read") == 2
    assert not log.read_bytes().strip(b"\0")


def test_given_a_call_that_cannot_be_taken_when_imported_then_the_others_are(
    store: Store, importer: NetLog, log: Path, now: datetime, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    other, real = "n1-1764145205.7", net_calls.take

    def refuse(s: object, lines: list[object], *rest: object) -> None:
        if lines[0].call_id == CALL:  # type: ignore[attr-defined]
            raise OSError("the disk is full")
        real(s, lines, *rest)  # type: ignore[arg-type]

    write(log, *lines_of(), *lines_of(other))
    with monkeypatch.context() as patch:
        patch.setattr(net_calls, "take", refuse)
        assert importer.import_all(now) == 1
        assert importer.import_all(now) == 0
    assert (outcome(store), outcome(store, other)) == (None, "fallback")
    assert caplog.messages.count("a call of the net is tried again") == 1
    assert importer.import_all(now + LATER / 2) == 0
    assert importer.import_all(now + LATER) == 1
    assert outcome(store) == "fallback"


def test_given_lines_written_meanwhile_when_imported_then_none_is_lost(
    store: Store, importer: NetLog, log: Path, now: datetime
) -> None:
    """Asterisk holds the file open and appends, and knows nothing of the importer."""
    names = [f"n1-{1764145200 + count}.{count}" for count in range(60)]

    def asterisk() -> None:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for name in names:
            for line in lines_of(name):
                os.write(handle, line.encode() + b"\n")
        os.close(handle)

    writer = threading.Thread(target=asterisk)
    writer.start()
    while writer.is_alive():
        importer.import_all(now)
    writer.join()
    importer.import_all(now)
    assert {outcome(store, name) for name in names} == {"fallback"}
    assert not log.read_bytes().strip(b"\0")


def test_given_recorders_files_when_the_call_is_over_then_they_have_rows(
    store: Store, importer: NetLog, log: Path, now: datetime, tmp_path: Path
) -> None:
    for name in ("talk1-customer", f"talk1-{LEG}-agent", f"talk1-{LEG}-heard"):
        leave(tmp_path / "in", f"{CALL}-{name}.wav", tone(2, 440))
    begin, *rest = lines_of()
    write(log, begin)
    importer.import_all(now)
    assert store.run_now(recordings.segments, CALL) == []
    write(log, *rest)
    importer.import_all(now)
    rows = store.run_now(recordings.segments, CALL)
    assert [(each.side, each.segment) for each in rows] == [("agent", 1), ("customer", 1)] or [
        (each.side, each.segment) for each in rows
    ] == [("customer", 1), ("agent", 1)]
    assert len({each.began for each in rows}) == 1
    assert datetime.now(UTC) - rows[0].began < timedelta(seconds=60)


def test_given_another_file_in_its_place_when_imported_then_from_its_beginning(
    store: Store, importer: NetLog, log: Path, now: datetime
) -> None:
    write(log, START, *lines_of())
    assert importer.import_all(now) == 1
    log.rename(log.with_name("old"))
    write(log, START, *lines_of("n1-1764145205.7"))
    assert importer.import_all(now) == 1
    assert outcome(store, "n1-1764145205.7") == "fallback"
    log.write_bytes(b"")
    write(log, *lines_of("n1-1764145206.8"))
    assert importer.import_all(now) == 1


def test_an_emptied_log_is_dropped_and_one_with_lines_is_not(log: Path) -> None:
    drop_empty(log)
    write(log, *lines_of())
    drop_empty(log)
    assert log.exists()
    log.write_bytes(b"\0" * 200)
    drop_empty(log)
    assert not log.exists()
