"""Claims handlers and surveyors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims_store import people
from claims_store.people import Staff
from claims_store.store import Store

pytestmark = pytest.mark.store

WANG = Staff(
    "handler1",
    "handler",
    {"zh": "王芳", "en": "Wang Fang"},
    "+8613800139001",
    ("motor",),
    ("zh",),
    ("310000",),
)


def test_staff_come_back_as_they_were_entered_and_by_kind(store: Store) -> None:
    li = replace(WANG, name="surveyor1", kind="surveyor")
    for member in (li, replace(WANG, lines=()), WANG):
        store.run_now(people.put_staff, member)
    assert store.run_now(people.staff) == [WANG, li]
    assert store.run_now(people.staff, "handler") == [WANG]
    assert store.run_now(people.staff, "surveyor") == [li]
