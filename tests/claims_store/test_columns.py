"""Personal columns take sealed bytes only; moments are UTC on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from claims_store.errors import NotSealed
from claims_store.personal import seal
from claims_store.store import Session, Store
from claims_store.tables import Base, CallRow
from claims_store.vault import Sealed

pytestmark = pytest.mark.store


def row(now: datetime, caller: object) -> CallRow:
    return CallRow(call_id="c", node="n1", sip_call_id="x", dialled="1", started=now, caller=caller)


@pytest.mark.parametrize("plain", ["+8613800138001", b"+8613800138001"])
def test_plain_text_never_reaches_a_personal_column(
    store: Store, now: datetime, plain: object
) -> None:
    def write(s: Session) -> None:
        s.add(row(now, plain))
        s.flush()

    with pytest.raises(StatementError) as refused:
        store.run_now(write)
    assert isinstance(refused.value.orig, NotSealed)
    assert "13800138001" not in str(refused.value.orig)


def test_sealed_bytes_come_back_sealed(store: Store, now: datetime) -> None:
    def write(s: Session) -> None:
        s.add(row(now, seal(s, "call:c", "+8613800138001")))

    store.run_now(write)
    found = store.run_now(lambda s: s.scalar(select(CallRow.caller)))
    assert isinstance(found, Sealed)
    assert store.vault.open(found) == "+8613800138001"


def test_a_moment_keeps_its_instant_and_comes_back_as_utc(store: Store) -> None:
    noon = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
    store.run_now(lambda s: s.add(row(noon, None)))
    found = store.run_now(lambda s: s.scalar(select(CallRow.started)))
    assert found == noon
    assert found is not None and found.tzinfo is UTC
    earlier = datetime(2026, 11, 24, 4, 0, 0, tzinfo=UTC)
    query = select(CallRow.call_id).where(CallRow.started > earlier)
    assert store.run_now(lambda s: s.scalars(query).all()) == ["c"]


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError):
        store.run_now(lambda s: s.add(row(datetime(2026, 11, 24, 12), None)))


def test_every_column_that_names_a_person_is_sealed() -> None:
    personal = {"caller", "phone", "identity", "value", "typed", "heard", "payload", "insured"}
    plain = {"agents.phone"}  # an extension of the house, which the PBX has to know
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name in personal and f"{table.name}.{column.name}" not in plain:
                assert type(column.type).__name__ == "Encrypted", f"{table.name}.{column.name}"
