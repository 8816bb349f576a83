"""Where a claim stands, for its customer: the one query behind page, text message, interface and
line, which only put it into words (`rules.telling`, prompts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claim_journal, claims, clocks, facts, people
from claims_store.claim_journal import ClaimEvent
from claims_store.claims import ClaimStatus
from claims_store.clocks import Running
from claims_store.errors import NotFound
from claims_store.rules.clocks import limit_of
from claims_store.rules.deadlines import DEADLINES
from claims_store.rules.fields import Words
from claims_store.rules.telling import EVENTS
from claims_store.tables import ClaimRow


@dataclass(frozen=True, slots=True)
class Until:
    """Something that is done by a time, by promise or by law. `by_day`: by the end of a day, which
    `at` is. `state` as of `clocks.Running`."""

    rule: str
    at: datetime
    by_day: bool
    state: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a customer is told of."""

    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim as its customer sees it. `who` acts next; `until` is the first time that he may
    count on, `promises` are all of them; `review_days` are the working days in which his papers
    are reviewed once they are complete; `events` come newest first."""

    status: ClaimStatus
    line: str
    opened: datetime
    closed: datetime | None
    plate: str
    loss_kind: str
    loss_time: str
    phone: str
    language: str
    who: Words
    until: Until | None
    promises: tuple[Until, ...]
    review_days: int
    events: tuple[Happened, ...]


def of(s: Session, number: str, now: datetime) -> Standing:
    """The claim, or the one that it was merged into. Raises `NotFound`."""
    status = claims.status(s, number)
    row = s.get(ClaimRow, status.number)
    if row is None:
        raise NotFound("claim", number)
    said = facts.values(s, row)
    journal = claim_journal.journal(s, row.number)
    phone, language = facts.contact(s, row)
    promises = _promises(clocks.of(s, row.number))
    return Standing(
        status=status,
        line=row.line,
        opened=row.opened,
        closed=row.closed,
        plate=said.get("plate", ""),
        loss_kind=said.get("loss_kind", ""),
        loss_time=said.get("loss_time", ""),
        phone=phone,
        language=language,
        who=_who(s, status, journal),
        until=_first(promises, now),
        promises=promises,
        review_days=_review_days(s, row, said, journal),
        events=_told(journal),
    )


def _review_days(
    s: Session, row: ClaimRow, said: dict[str, str], journal: Sequence[ClaimEvent]
) -> int:
    state = claim_journal.state(s, row.number)
    known = facts.for_clocks(state, row.line, said, facts.place_of(journal))
    return limit_of(DEADLINES["SV6"], known)


def first(s: Session, number: str, now: datetime) -> Until | None:
    """The first time that the customer may count on; the line asks for nothing else."""
    return _first(_promises(clocks.of(s, number)), now)


def _promises(running: Sequence[Running]) -> tuple[Until, ...]:
    """What he may count on, and what became of it, by time."""
    told = [
        Until(each.rule, each.due, clocks.rule_of(each).unit != "minute", each.state)
        for each in running
        if each.due and clocks.rule_of(each).told and each.state not in ("void", "moved", "paused")
    ]
    return tuple(sorted(told, key=lambda each: each.at))


def _first(promises: Sequence[Until], now: datetime) -> Until | None:
    return next((each for each in promises if each.state == "open" and each.at > now), None)


def _told(journal: Sequence[ClaimEvent]) -> tuple[Happened, ...]:
    return tuple(Happened(e.at, e.event) for e in reversed(journal) if e.event in EVENTS)


def _who(s: Session, status: ClaimStatus, journal: Sequence[ClaimEvent]) -> Words:
    """Who acts next: the surveyor while the damage is looked at, else the handler."""
    name = status.owner
    if status.next_step == "survey":
        sent = (each.data.get("surveyor") for each in journal if each.event == "survey_dispatched")
        name = next((str(each) for each in reversed(list(sent)) if each), name)
    member = people.member(s, name) if name else None
    return member.title if member else {}
