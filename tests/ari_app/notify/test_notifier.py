from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ari_app.notify.notifier import Files, Notice

pytestmark = pytest.mark.unit

NOTICE = Notice("message:report_received:BA-1", "+8613800138000", "zh", "report_received", "您好")


def test_given_a_notice_when_sent_twice_then_one_private_file(tmp_path: Path) -> None:
    folder = tmp_path / "messages"
    files = Files(folder)
    files.send(NOTICE)
    files.send(NOTICE)
    (path,) = folder.iterdir()
    assert json.loads(path.read_text("utf-8")) == asdict(NOTICE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_keys_of_any_shape_are_files_of_their_own(tmp_path: Path) -> None:
    for key in ("../../x", "a/b", "", "名"):
        Files(tmp_path / "m").send(replace(NOTICE, key=key))
    assert len(list((tmp_path / "m").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_given_no_place_to_write_when_sent_then_an_error_and_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("in the way")
    with pytest.raises(OSError):
        Files(tmp_path / "m").send(NOTICE)
