"""What lists and record pages share: one page of rows out of one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from ari_app.desk.problems import Problem
from claims_store import calls, customers, seeing
from claims_store.calls import Call
from claims_store.claims import Claim
from claims_store.customers import Customer
from claims_store.seeing import Eyes
from claims_store.store import Session

ROWS = 50


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call with its customer."""

    call: Call
    customer: Customer | None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim with its customer."""

    claim: Claim
    customer: Customer | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which page of a list; `before` and `after` are numbers of pages, or None."""

    number: int
    more: bool

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.more else None


def sheet_number(request: web.Request) -> int:
    """The page of the address: ?page=2."""
    text = request.query.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise Problem("bad_value", 400, name="page")
    return int(text)


# Inside one transaction of the store.


def call_rows(session: Session, sheet: int, agent: str | None) -> tuple[list[CallRow], Sheet]:
    """A page of calls, newest first; with `agent` only his."""
    found = calls.listing(session, ROWS + 1, (sheet - 1) * ROWS, agent=agent)
    rows = [CallRow(call, _of_call(session, call)) for call in found[:ROWS]]
    return rows, Sheet(sheet, len(found) > ROWS)


def claim_rows(session: Session, sheet: int, eyes: Eyes) -> tuple[list[ClaimRow], Sheet]:
    """A page of the claims that these eyes see, newest first."""
    found = seeing.listing(session, eyes, ROWS + 1, (sheet - 1) * ROWS)
    rows = [ClaimRow(each, _customer(session, each.customer_id)) for each in found[:ROWS]]
    return rows, Sheet(sheet, len(found) > ROWS)


def _of_call(session: Session, call: Call) -> Customer | None:
    if call.customer_id:
        return customers.get(session, call.customer_id)
    return customers.by_phone(session, call.caller) if call.caller else None


def _customer(session: Session, id: str | None) -> Customer | None:
    return customers.get(session, id) if id else None
