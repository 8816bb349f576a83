"""Argon2id for passwords. Hashing takes tens of milliseconds on purpose: never on an event loop."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Without characters that are taken for one another when read from a screen or aloud.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def make(length: int = 14) -> str:
    """A new password, 5 bits a character."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def hashed(password: str) -> str:
    """The text to store, with the library's recommended parameters and its own salt."""
    return PasswordHasher().hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether the password is the one that was stored."""
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
