"""Steps that wait in a file: whole after a crash, unreadable for others, gone when replayed."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from claims_store.journal import ASIDE, FILE, Journal, JournalFull, Waiting, waiting
from claims_store.steps import Step
from claims_store.vault import Vault

pytestmark = pytest.mark.unit

CALL = "n1-1.1"
Made = Callable[[], Journal]


def step(number: int, **data: object) -> Step:
    return Step(CALL, number, "note", data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def made(tmp_path: Path, folder: Path) -> Made:
    """A journal of the folder; each call is another process."""
    vault = Vault.at(tmp_path / "keys.db")
    return lambda: Journal(folder, vault)


def test_what_was_put_in_comes_out_in_order(made: Made, folder: Path, now: datetime) -> None:
    steps = [step(1, at=now, event="数据"), step(2, data={"due": now, "n": [1, None]}), step(3)]
    journal = made()
    journal.append(steps[:2])
    journal.append(steps[2:])
    assert made().read() == steps
    assert waiting(folder) == Waiting(3, 0)


def test_nobody_else_can_read_it_and_nothing_of_it_stays(made: Made, folder: Path) -> None:
    journal = made()
    journal.append([step(1, value="+8613800138001")])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert b"13800138001" not in (folder / FILE).read_bytes()
    journal.clear()
    assert list(folder.iterdir()) == [] and made().read() is None


def test_an_empty_file_says_that_the_database_is_away(made: Made, folder: Path) -> None:
    assert waiting(folder) == Waiting(None, 0)
    made().append([])
    assert waiting(folder) == Waiting(0, 0)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_last_line_that_was_cut_off_is_dropped_and_written_over(
    made: Made, folder: Path, cut: int
) -> None:
    journal = made()
    journal.append([step(1), step(2)])
    file = folder / FILE
    file.write_bytes(file.read_bytes()[:-cut])
    after = made()
    assert after.read() == [step(1)]
    after.append([step(2, again=True)])
    assert made().read() == [step(1), step(2, again=True)]
    assert not (folder / ASIDE).exists()


def test_a_damaged_line_in_the_middle_is_set_aside_and_told(
    made: Made, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made().append([step(1), step(2), step(3)])
    lines = (folder / FILE).read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:20] + bytes([lines[1][20] ^ 1]) + lines[1][21:]
    (folder / FILE).write_bytes(b"".join(lines))
    assert made().read() == [step(1), step(3)]
    assert waiting(folder).set_aside == 1
    assert "set aside" in caplog.text


def test_a_line_of_another_vault_is_set_aside(made: Made, folder: Path, tmp_path: Path) -> None:
    Journal(folder, Vault.at(tmp_path / "others" / "keys.db")).append([step(1)])
    assert made().read() == []
    assert waiting(folder).set_aside == 1


def test_a_step_that_cannot_be_applied_is_kept_for_a_person(made: Made, folder: Path) -> None:
    made().set_aside(step(4))
    assert waiting(folder) == Waiting(None, 1)


def test_a_disk_without_room_is_an_error_that_leaves_the_rest(
    made: Made, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = made()
    journal.append([step(1)])

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(JournalFull, match="No space left"):
            journal.append([step(2)])
    journal.append([step(2, again=True)])
    assert made().read() == [step(1), step(2, again=True)]
