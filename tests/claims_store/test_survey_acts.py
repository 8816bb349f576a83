"""Acts that come late, twice and in any order: one move each, no illegal stage, none held back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from claims_store import claims, moves, people, surveys
from claims_store.store import Session, Store
from claims_store.surveys.acting import ACTS, ANSWERS
from claims_store.tables import OutboxRow
from tests.claims_store.examples import LINE
from tests.claims_store.test_surveys import a_surveyor
from tests.claims_store.working import messages, work
from tests.databases import open_sqlite

pytestmark = pytest.mark.store

BEGINNING = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)
NUMBERS = count(1)
PHONES = ("surveyor1", "surveyor2")
SENT = st.lists(
    st.tuples(
        st.sampled_from((*ACTS, *ANSWERS)), st.sampled_from(PHONES), st.integers(1, 12),
        st.integers(0, 90),
    ),
    min_size=3, max_size=25,
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_sqlite(tmp_path_factory.mktemp("acts"))
    for name in PHONES:
        opened.run_now(people.put_staff, a_surveyor(name))
    yield opened
    opened.close_now()


def begin(s: Session, number: str) -> str:
    s.execute(update(OutboxRow).values(done=BEGINNING))  # what earlier examples have left
    moves.open_claim(s, number, "motor", BEGINNING, LINE)
    made = surveys.dispatch(s, number, BEGINNING)
    assert made is not None
    return made.id


@settings(max_examples=20, deadline=None)
@given(SENT)
def test_any_order_of_acts_from_two_phones(
    shared: Store, sent: list[tuple[str, str, int, int]]
) -> None:
    number = f"CL-{next(NUMBERS):06d}-0002"
    survey = shared.run_now(begin, number)
    now = BEGINNING
    said: dict[str, str] = {}
    for act, by, id, ago in sent:
        now += timedelta(minutes=1)
        key = f"{act}-{id:08d}".replace("_", "-")
        data = {"line": f"line-{id:04d}", "part": "x", "work": "repair", "amount": str(id)}
        at = now - timedelta(minutes=ago)
        done = shared.run_now(surveys.act, survey, act, at, now, id=key, by=by, **data)
        assert said.setdefault(key, done.result) == done.result
    work(shared, now, twice=True)
    found = shared.run_now(surveys.acts, survey)
    assert len(found) == len({each.id for each in found}) == len(said)
    journal = shared.run_now(claims.journal, number)
    assert [each.at for each in journal] == sorted(each.at for each in journal)
    lines = shared.run_now(surveys.lines, survey)
    assert len({each.id for each in lines}) == len(lines)
    whole = shared.run_now(surveys.get, survey)
    offers = shared.run_now(surveys.offers, survey)
    assert sum(each.state == "accepted" for each in offers) == (whole.surveyor is not None)
    told = [(row.payload["text"], row.key) for row in messages(shared, now)]
    assert len(told) == len(set(told))
    stage = shared.run_now(claims.state_of, number).survey
    assert (whole.surveyor is not None) == (stage not in ("none", "dispatched"))


def test_what_no_phone_of_ours_sends_is_refused(shared: Store) -> None:
    number = f"CL-{next(NUMBERS):06d}-0002"
    survey = shared.run_now(begin, number)
    for act, id in (("eat", "act-00001"), ("left", "x"), ("left", "../../etc"), ("", "act-00001")):
        with pytest.raises(surveys.BadAct):
            shared.run_now(surveys.act, survey, act, BEGINNING, BEGINNING, id=id, by="surveyor1")
    assert shared.run_now(surveys.acts, survey) == []
