"""Messages as files."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ari_app.notify.channel import Notice, Unsent
from ari_app.notify.files import Files

pytestmark = pytest.mark.unit

NOTICE = Notice("message:report_received:BA-1", "+8613800138000", "zh", "report_received", "您好")


def files_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.json"))


async def test_given_a_notice_when_sent_twice_then_one_private_file(tmp_path: Path) -> None:
    folder = tmp_path / "messages"
    files = Files(folder)
    assert await files.send(NOTICE, 0) == await files.send(NOTICE, 0)
    (path,) = folder.iterdir()
    assert json.loads(path.read_text("utf-8")) == asdict(NOTICE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_keys_of_any_shape_are_files_of_their_own(tmp_path: Path) -> None:
    files = Files(tmp_path / "m")
    await files.look()
    for key in ("../../x", "a/b", "", "名"):
        await files.send(replace(NOTICE, key=key), 0)
    written = files_in(tmp_path)
    assert len(written) == 4 and {file.parent.name for file in written} == {"m"}


async def test_given_no_place_to_write_when_sent_then_unsent_and_no_half_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "m").write_text("in the way")
    files = Files(tmp_path / "m")
    with pytest.raises(Unsent):
        await files.send(NOTICE, 0)
    with pytest.raises(Unsent):
        await files.look()
    assert await files.ask(NOTICE.key, 0, "") is None
    await files.keep()
    await files.close()
