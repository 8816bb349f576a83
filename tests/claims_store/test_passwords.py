"""Passwords are hashed with full strength and match only themselves."""

from __future__ import annotations

import pytest

from claims_store import passwords

pytestmark = pytest.mark.unit


def test_a_password_matches_its_hash_and_nothing_else() -> None:
    stored = passwords.hashed("correct horse")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,")
    assert passwords.matches(stored, "correct horse")
    assert not passwords.matches(stored, "correct hors")
    assert not passwords.matches("not a hash", "correct horse")


def test_made_passwords_are_new_and_easy_to_read() -> None:
    made = {passwords.make() for _ in range(100)}
    assert len(made) == 100
    assert {len(each) for each in made} == {14}
    assert not set("".join(made)) & set("lIO01i")
