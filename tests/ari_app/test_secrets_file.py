"""Secrets are made once, are kept, and only their owner reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from ari_app.secrets_file import load_or_make

pytestmark = pytest.mark.unit


def test_the_first_start_makes_every_secret_anew(tmp_path: Path) -> None:
    one, two = (load_or_make(tmp_path / name, ["201", "202"]) for name in ("a", "b"))
    programs = [s for each in (one, two) for s in (each.ari, each.ami, each.monitor, each.doctor)]
    typed = [s for each in (one, two) for s in (each.trunk, *each.phones.values())]
    assert len({*programs, *typed}) == 14
    assert {len(secret) for secret in programs} == {64} and {len(each) for each in typed} == {32}
    assert (tmp_path / "a" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_new_phone_gets_a_secret_and_the_others_keep_theirs(tmp_path: Path) -> None:
    before = load_or_make(tmp_path, ["201"])
    after = load_or_make(tmp_path, ["201", "202"])
    assert after.phones["201"] == before.phones["201"]
    assert (after.ari, after.ami, after.trunk) == (before.ari, before.ami, before.trunk)
    assert load_or_make(tmp_path, []) == after, "a phone that is not asked for is not forgotten"


def test_what_an_older_program_did_not_know_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"ari": "a", "ami": "b", "trunk": "c"}')
    first = load_or_make(tmp_path, [])
    assert first.ari == "a" and len(first.monitor) == 64
    assert load_or_make(tmp_path, []) == first


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path) -> None:
    load_or_make(tmp_path, ["201"])
    (tmp_path / "secrets.json").chmod(0o400)
    (tmp_path).chmod(0o500)
    before = (tmp_path / "secrets.json").stat().st_mtime_ns
    load_or_make(tmp_path, ["201"])
    (tmp_path).chmod(0o700)
    assert (tmp_path / "secrets.json").stat().st_mtime_ns == before


def test_a_damaged_file_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    """New secrets in place of unreadable ones would lock every phone out."""
    (tmp_path / "secrets.json").write_text("{}")
    with pytest.raises(ValidationError):
        load_or_make(tmp_path, [])
