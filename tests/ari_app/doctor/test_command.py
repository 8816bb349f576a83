"""`claimline doctor` as people and programs run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from ari_app.commands import doctoring
from ari_app.doctor.place import Place
from tests.ari_app.doctor.conftest import Broken

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def this_place(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor finds the test's Asterisk, not the machine's."""
    monkeypatch.setattr(doctoring, "_place", lambda settings: broken.place)


def doctor(state: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.app, ["doctor", "--state", str(state), *words])


def test_programs_get_a_list_and_a_code(broken: Broken) -> None:
    said = doctor(broken.state, "--json")
    found = json.loads(said.stdout)
    assert said.exit_code == 0
    assert {frozenset(each) for each in found} == {
        frozenset({"check", "group", "state", "sentence", "mend"})
    }
    (broken.state / "secrets.json").chmod(0o644)
    assert doctor(broken.state, "--json").exit_code == 1


def test_people_get_a_table_in_their_language(broken: Broken) -> None:
    (broken.state / "secrets.json").chmod(0o644)
    said = doctor(broken.state)
    assert said.exit_code == 1 and "故障" in said.stdout and "其他用户能读" in said.stdout
    said = doctor(broken.state, "--lang", "en")
    assert "FAIL" in said.stdout and "-> claimline doctor --fix" in said.stdout


def test_fix_says_what_it_did_and_looks_again(broken: Broken) -> None:
    (broken.state / "secrets.json").chmod(0o644)
    said = doctor(broken.state, "--fix", "--lang", "en")
    assert said.exit_code == 0 and "Closed to others: secrets.json" in said.stdout
    assert (broken.state / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_audit_lists_what_is_not_met(broken: Broken) -> None:
    said = doctor(broken.state, "--audit", "--lang", "en")
    assert said.exit_code == 0, said.stdout
    assert "Not met yet:" in said.stdout and "fail2ban" in said.stdout
    assert json.loads(doctor(broken.state, "--audit", "--json").stdout)[0]["group"] == "audit"


def test_settings_that_cannot_be_read_are_the_one_finding(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text('zone = "Asia/Shanghai\n')
    said = doctor(broken.state, "--json", "--lang", "en")
    (only,) = json.loads(said.stdout)
    assert said.exit_code == 1 and only["check"] == "settings.unreadable"


def test_a_directory_that_is_not_there_is_the_one_finding(tmp_path: Path) -> None:
    said = doctor(tmp_path / "none", "--json", "--lang", "en")
    (only,) = json.loads(said.stdout)
    assert said.exit_code == 1 and "no directory" in only["sentence"]
    assert not (tmp_path / "none").exists()


def test_another_language_is_refused(broken: Broken) -> None:
    assert doctor(broken.state, "--lang", "fr").exit_code == 1


def test_a_place_is_found_from_the_settings(broken: Broken) -> None:
    place = Place.of(broken.settings, broken.place.now)
    assert place.ports == broken.ports and not place.running and not place.processes
