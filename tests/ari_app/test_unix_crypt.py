"""Asterisk's crypt(3) must find the same hash."""

from __future__ import annotations

import pytest

from ari_app.unix_crypt import hashed

pytestmark = pytest.mark.unit

# The two examples of the specification.
KNOWN = [
    (
        "Hello world!", "saltstring", 5000,
        "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    ),
    (
        "Hello world!", "saltstringsaltstring", 10000,
        "OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "salt", "rounds", "wanted"), KNOWN)
def test_the_examples_of_the_specification(
    secret: str, salt: str, rounds: int, wanted: str
) -> None:
    assert hashed(secret, salt, rounds) == f"$6$rounds={rounds}${salt[:16]}${wanted}"


def test_one_secret_has_one_hash_and_another_has_another() -> None:
    one, two = "a" * 64, "b" * 64
    assert hashed(one) == hashed(one) != hashed(two)
    assert one not in hashed(one)
