"""The watch over the disk: what it finds, says, and makes again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ari_app import disk
from ari_app.alarms import Alarms
from ari_app.disk import DiskWatch, Space, look
from ari_app.healing import Heal

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("space", "codes", "recordable"),
    [
        (Space(60, writable=True), [], True),
        (Space(14, writable=True), ["disk_low"], True),
        (Space(4, writable=True), ["disk_full"], False),
        (Space(60, writable=False), ["recordings_failed"], False),
    ],
)
def test_what_was_found_is_told_until_it_is_over(
    space: Space, codes: list[str], recordable: bool
) -> None:
    told: list[int] = []
    alarms = Alarms(lambda: told.append(1))
    watch = DiskWatch((), alarms, lambda heal: None)
    watch.see(space)
    watch.see(space)
    assert [alarm.code for alarm in alarms.all()] == codes
    assert watch.recordable() is recordable
    assert len(told) == len(codes), "once"
    watch.see(Space(60, writable=True))
    assert alarms.all() == () and watch.recordable()


def test_a_folder_that_is_gone_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    found = look([folder])
    assert found.made == ("monitor",) and found.writable and found.free > 0
    assert folder.stat().st_mode & 0o777 == 0o700 and not list(folder.iterdir())
    healed: list[Heal] = []
    DiskWatch([folder], Alarms(), healed.append).see(found)
    assert healed == [Heal("directory_gone", "monitor")]
    assert look([folder]).made == ()


def test_a_disk_that_takes_nothing_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert not look([in_the_way]).writable

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert not look([tmp_path]).writable
    monkeypatch.setattr(disk, "PROBE", 1)
    assert os.listdir(tmp_path) == ["file"]
