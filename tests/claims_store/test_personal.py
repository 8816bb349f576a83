"""Normal forms and blind marks of personal values."""

from __future__ import annotations

import pytest

from claims_store import personal
from claims_store.store import Session, Store

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    ("kind", "same"),
    [
        ("phone", ("13800138001", "+86 138-0013-8001", "008613800138001")),
        ("phone", ("95518", "9 5518")),
        ("phone", ("201", " 201 ")),
        ("plate", ("沪A·D82K7", "沪a d82k7", "沪AD82K7")),
        ("policy", ("01 2600 4711", "0126-004711", "0126004711")),
        ("identity", ("31011518440329975x", "310115 1844 0329 975X")),
        ("name", ("Chris Curtis", "chris  CURTIS", "ChrisCurtis")),
        ("claim", ("CL-261124-0042", " CL-261124-0042")),
    ],
)
def test_the_same_value_has_one_mark(store: Store, kind: str, same: tuple[str, ...]) -> None:
    def marks(s: Session) -> set[str]:
        return {personal.mark(s, kind, text) for text in same}

    assert len(store.run_now(marks)) == 1


def test_kinds_do_not_meet_and_nothing_has_no_mark(store: Store) -> None:
    def marks(s: Session) -> tuple[str, str, str | None]:
        return (
            personal.mark(s, "name", "123456"),
            personal.mark(s, "policy", "123456"),
            personal.mark(s, "name", None),
        )

    name, policy, nothing = store.run_now(marks)
    assert name != policy
    assert nothing is None


def test_data_goes_through_the_seal_and_back(store: Store) -> None:
    def there_and_back(s: Session) -> tuple[object, object]:
        blob = personal.seal_data(s, "call:1", {"name": "袁伟", "tries": 2})
        return personal.unseal_data(s, blob), personal.seal_data(s, "call:1", {})

    assert store.run_now(there_and_back) == ({"name": "袁伟", "tries": 2}, None)
    assert store.run_now(personal.unseal, None) is None
    assert store.run_now(personal.seal, "call:1", None) is None
