"""`claimline plan`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ari_app import applying
from ari_app.planning import DEMO_PLAN
from claims_store import plans
from claims_store.store import Store
from tests.ari_app.commands.conftest import Claimline
from tests.fakes.asterisk import fake_asterisk

pytestmark = pytest.mark.unit


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A plan with a menu that leads into a queue there is not, in line 19."""
    text = DEMO_PLAN.read_text("utf-8").replace('0 = "person"', '0 = "queue.moter"')
    file = tmp_path / "broken.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_plan_without_a_problem_is_told(claimline: Claimline) -> None:
    said = claimline("plan", "check", str(DEMO_PLAN))
    assert (said.code, said.out) == (0, f"{DEMO_PLAN}: no problem found\n")
    assert claimline("plan", "check", str(DEMO_PLAN), "--json").json == []


def test_a_broken_plan_is_told_by_file_line_and_column(claimline: Claimline, broken: Path) -> None:
    said = claimline("plan", "check", str(broken))
    lines = DEMO_PLAN.read_text("utf-8").splitlines()
    place = next(n for n, line in enumerate(lines, 1) if line.startswith("keys = "))
    assert said.code == 1
    assert said.out.startswith(f"{broken}:{place}:"), said.out
    assert "moter" in said.out


def test_all_files_are_checked_and_told_in_either_language(
    claimline: Claimline, broken: Path
) -> None:
    said = claimline("plan", "check", str(DEMO_PLAN), str(broken), "--json")
    (problem,) = said.json
    assert said.code == 1 and problem["file"] == str(broken) and problem["stops"]
    assert problem["sentence"]["zh"] in claimline("plan", "check", str(broken), "--lang", "zh").out


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    claimline: Claimline, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "plan.toml"
    if content is not None:
        file.write_bytes(content)
    said = claimline("plan", "check", str(file))
    assert said.code == 2 and f"{file} cannot be read" in said.err


def test_a_plan_is_published_once_its_configuration_was_tried(
    claimline: Claimline, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = fake_asterisk(tmp_path / "asterisk")
    monkeypatch.setattr(applying, "find_asterisk", lambda: found)
    said = claimline("plan", "publish", str(DEMO_PLAN), "--reason", "again")
    assert (said.code, said.out) == (0, "Revision 2 is in force for new calls.\n")
    now = store.run_now(plans.current)
    assert now is not None and now.reason == "again" and now.by.startswith("command line")


def test_a_plan_that_no_asterisk_takes_is_not_published(
    claimline: Claimline, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead = fake_asterisk(tmp_path / "asterisk", "cannot bind", after="exit 1")
    monkeypatch.setattr(applying, "find_asterisk", lambda: dead)
    said = claimline("plan", "publish", str(DEMO_PLAN))
    assert said.code == 1 and "Nothing was changed." in said.err and "cannot bind" in said.err
    now = store.run_now(plans.current)
    assert now is not None and now.revision == 1


def test_a_broken_plan_is_not_even_tried(
    claimline: Claimline, store: Store, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "find_asterisk", lambda: pytest.fail("it was tried"))
    said = claimline("plan", "publish", str(broken))
    assert said.code == 1 and f"{broken}:" in said.err
    now = store.run_now(plans.current)
    assert now is not None and now.revision == 1
