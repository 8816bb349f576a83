"""`claimline calls`, `claims`, `recordings`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ari_app.speech.audio import read_wav
from claims_store import access, claims, customers
from claims_store.store import Store
from tests.ari_app.commands.conftest import CALLER, FIRST, SECOND, SOUND, Claimline

pytestmark = pytest.mark.unit


def test_calls_are_listed_newest_first(claimline: Claimline) -> None:
    said = claimline("calls", "list", "--json")
    assert said.code == 0 and said.err == ""
    assert [row["call_id"] for row in said.json] == [SECOND, FIRST]
    assert said.json[0]["caller"] == CALLER


def test_a_limit_takes_the_newest(claimline: Claimline) -> None:
    assert [
        row["call_id"] for row in claimline("calls", "list", "--json", "--limit", "1").json
    ] == [SECOND]
    assert claimline("calls", "list", "--limit", "0").code == 2


def test_people_get_a_table(claimline: Claimline) -> None:
    rows = claimline("calls", "list").out.splitlines()
    assert rows[0].split()[:3] == ["started", "call_id", "direction"]
    assert SECOND in rows[1] and FIRST in rows[2] and len(rows) == 3


def test_one_call_is_shown_with_its_events_and_report(claimline: Claimline) -> None:
    said = claimline("calls", "show", SECOND, "--json")
    assert said.json["report"] == {"any_injury": "no"}
    assert [event["event"] for event in said.json["events"]] == ["menu"]
    read = claimline("calls", "show", SECOND).out
    assert "What happened" in read and "any_injury  no" in read
    assert "  -" in read, "what is empty is a dash"


def test_a_call_there_is_not_says_where_to_look(claimline: Claimline) -> None:
    said = claimline("calls", "show", "n1-0.0", "--json")
    assert (said.code, said.out) == (1, "")
    assert "There is no call n1-0.0" in said.err and "claimline calls list" in said.err


def test_claims_are_listed_newest_first(claimline: Claimline) -> None:
    said = claimline("claims", "list", "--json")
    opened = [row["opened"] for row in said.json]
    assert len(opened) == 20 and opened == sorted(opened, reverse=True)
    assert len(claimline("claims", "list", "--limit", "3").out.splitlines()) == 4


def test_one_claim_is_shown_with_its_report_and_journal(claimline: Claimline, store: Store) -> None:
    number = next(
        each.number for each in store.run_now(claims.listing) if each.report_number is not None
    )
    shown = claimline("claims", "show", number, "--json").json
    assert shown["number"] == number and shown["report"]["line"] == "motor"
    assert shown["journal"][0]["event"] == "claim_reported"
    assert f"number         {number}" in claimline("claims", "show", number).out


def test_a_claim_there_is_not_says_where_to_look(claimline: Claimline) -> None:
    said = claimline("claims", "show", "CL-260101-0000")
    assert said.code == 1 and "claimline claims list" in said.err


def test_a_sealed_recording_is_exported_private_whole_and_logged(
    claimline: Claimline, store: Store, tmp_path: Path
) -> None:
    out = tmp_path / "out.wav"
    said = claimline("recordings", "export", SECOND, str(out))
    assert said.code == 0, said.err
    assert hashlib.sha256(out.read_bytes()).hexdigest() in said.out
    assert (read_wav(out).samples == SOUND).all()
    assert out.stat().st_mode & 0o777 == 0o600
    entry = store.run_now(access.listing)[0]
    assert (entry.what, entry.about) == ("export", SECOND)


def test_a_call_without_a_recording_says_so(claimline: Claimline, tmp_path: Path) -> None:
    said = claimline("recordings", "export", FIRST, str(tmp_path / "out.wav"))
    assert said.code == 1 and f"There is no sealed recording of {FIRST}" in said.err
    assert not (tmp_path / "out.wav").exists()


def test_an_erased_recording_stays_closed(
    claimline: Claimline, store: Store, tmp_path: Path
) -> None:
    store.vault.erase(f"call:{SECOND}")
    said = claimline("recordings", "export", SECOND, str(tmp_path / "out.wav"))
    assert said.code == 1 and "erased" in said.err
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_recording_leaves_nothing_behind(
    claimline: Claimline, state: Path, tmp_path: Path, harm: str
) -> None:
    sealed, out = state / "recordings" / "one.cl", tmp_path / "out.wav"
    out.write_text("what was there before")
    if harm == "gone":
        sealed.unlink()
    else:
        sealed.write_bytes(sealed.read_bytes()[:-20])
    said = claimline("recordings", "export", SECOND, str(out))
    assert said.code == 1 and "Nothing was exported" in said.err
    assert out.read_text() == "what was there before"
    assert [each.name for each in tmp_path.glob("out.wav*")] == ["out.wav"]


def test_without_an_installation_it_says_how_to_make_one(
    claimline: Claimline, tmp_path: Path
) -> None:
    empty = tmp_path / "none"
    said = claimline("calls", "list", "--state", str(empty))
    assert said.code == 1 and f"claimline up --state {empty}" in said.err
    assert not empty.exists(), "looking makes nothing"


def test_settings_with_faults_are_told(claimline: Claimline, state: Path) -> None:
    (state / "settings.toml").write_text('language = "fr"\nno_such = 1\n')
    said = claimline("calls", "list")
    assert said.code == 1
    assert "settings.toml: language" in said.err and "settings.toml: no_such" in said.err


def test_customers_are_imported_and_refused_lines_named(
    claimline: Claimline, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    known = store.run_now(customers.listing)[0]
    head = "customer_no,name,phone,identity,language,region,tier"
    file.write_text(
        f"{head}\nC99,New,+8613800139111,{known.identity},zh,310115,standard\n"
        f"C98,Bad,12,{known.identity},zh,310115,standard\n",
        "utf-8",
    )
    said = claimline("import", "customers", str(file), "--json")
    assert said.code == 1, "a script sees that a line was refused"
    assert said.json["accepted"] == 1 and said.json["refused"][0]["line"] == 3
    told = claimline("import", "customers", str(file), "--lang", "zh").out
    assert f"{file}:3: " in told and "1 lines taken, 1 refused" in told


def test_a_file_that_is_not_there_is_named(claimline: Claimline, tmp_path: Path) -> None:
    said = claimline("import", "policies", str(tmp_path / "none.csv"))
    assert said.code == 2 and "none.csv cannot be read" in said.err


def test_a_database_of_another_version_says_what_to_do(claimline: Claimline, state: Path) -> None:
    (state / "claimline.db").write_bytes(b"")
    said = claimline("claims", "list")
    assert said.code == 1 and f"claimline up --state {state}" in said.err
