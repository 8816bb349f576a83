from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.voice_spool import CALL_ID, SUFFIX, Spool, VoiceReport, read

pytestmark = pytest.mark.unit

CALL = "n1-1764145200.3"
BARE = VoiceReport(CALL, "13800138000", "5550100", "zh")
TEXT = st.text(max_size=12)
VALUES = st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=2)


def test_what_is_kept_is_read_back_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    spool = Spool(folder, BARE)
    spool.keep(callback="13900139000", policy_keys="827", finished=True)
    assert read(folder / f"{CALL}{SUFFIX}") == spool.report
    assert spool.report.callback == "13900139000"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


@pytest.mark.parametrize(
    ("changes", "held"),
    [({}, False), ({"finished": True}, False), ({"callback": "13900139000"}, True),
     ({"policy_keys": "827"}, True), ({"time_keys": "0830"}, True)],
)  # fmt: skip
def test_only_what_helps_to_help_him_counts_as_left(
    tmp_path: Path, changes: dict[str, str | bool], held: bool
) -> None:
    spool = Spool(tmp_path, BARE)
    spool.keep(**changes)
    assert spool.holds_something is held


def test_a_write_that_fails_leaves_the_one_before_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path, BARE)
    spool.keep(callback="13900139000")
    before = spool.report

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            spool.keep(policy_keys="827")
    assert read(tmp_path / f"{CALL}{SUFFIX}") == before


def test_a_report_of_an_older_script_is_read(tmp_path: Path) -> None:
    path = tmp_path / f"{CALL}{SUFFIX}"
    old = {name: value for name, value in asdict(BARE).items() if "keys" not in name}
    path.write_text(json.dumps(old), "utf-8")
    assert read(path) == BARE


@given(
    st.dictionaries(st.sampled_from([*VoiceReport.__slots__, "more"]), VALUES)
    | st.lists(VALUES, max_size=2) | VALUES,
    st.booleans(),
)  # fmt: skip
def test_every_file_is_a_report_of_a_call_of_ours_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: object, whole: bool
) -> None:
    if isinstance(content, dict) and whole:
        content = asdict(BARE) | content
    path = tmp_path_factory.mktemp("spool") / f"x{SUFFIX}"
    path.write_text(json.dumps(content), "utf-8")
    try:
        report = read(path)
    except ValueError:
        return
    assert CALL_ID.fullmatch(report.call_id)
    assert all(isinstance(value, str | bool) for value in asdict(report).values())
