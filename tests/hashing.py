"""Passwords of tests at the least cost; `tests/claims_store/test_passwords.py` has the full one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from argon2 import PasswordHasher

from claims_store import passwords


@contextmanager
def quick_hashes() -> Iterator[None]:
    """A hash says what it cost, so that what is made here matches everywhere."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PasswordHasher", cheap)
        yield
