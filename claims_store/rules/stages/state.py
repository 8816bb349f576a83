"""Where a claim stands, and who moves it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

FLAGS: dict[str, dict[str, str]] = {
    "litigation": {"zh": "诉讼", "en": "litigation"},
    "subrogation": {"zh": "代位求偿", "en": "subrogation"},
    "fraud_referral": {"zh": "疑似欺诈，调查中", "en": "referred for investigation"},
    "prepaid": {"zh": "已预付", "en": "advance paid"},
    "catastrophe": {"zh": "大灾", "en": "catastrophe"},
}
"""Side states: each may come and go at any stage of an open claim."""

SURVEY_DONE = frozenset({"assessed", "loss_reviewed"})
SURVEY_UNDER_WAY = frozenset({"dispatched", "accepted", "on_way", "arrived", "surveyed"})
ENDED = frozenset({"closed", "cancelled", "merged"})
CALL = "handler_calls"
"""What is promised where nothing else is said: what the line promises at the end of a report."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move. `authority` is the sum up to which he may decide; None: any sum."""

    name: str
    role: str
    authority: Decimal | None = None


SYSTEM = Actor("system", "system")


@dataclass(frozen=True, slots=True)
class ClaimState:
    """Where a claim stands.

    `promises` are those that are open, each with its time, the first due first; `missing` is what
    the last request for papers named and `request` its reason; `closed` is empty again once a
    claim is reopened, `first_closed` and `last_closed` stay.
    """

    stage: str = ""
    survey: str = "none"
    documents: str = "open"
    owner: str | None = None
    promises: tuple[tuple[str, datetime], ...] = ()
    closed: datetime | None = None
    missing: tuple[str, ...] = ()
    first_closed: datetime | None = None
    last_closed: datetime | None = None
    flags: frozenset[str] = frozenset()
    simple: str | None = None
    amount: Decimal | None = None
    request: str | None = None
    rejection_by: str | None = None
    merged_into: str | None = None

    @property
    def promised_at(self) -> datetime | None:
        """The first time that was promised and is still open, broken or not."""
        return self.promises[0][1] if self.promises else None

    @property
    def tracks_met(self) -> bool:
        """Whether the calculation can begin."""
        return self.documents == "complete" and self.survey in SURVEY_DONE

    @property
    def track_open(self) -> bool:
        """Whether somebody is still under way, or the customer still looks for papers."""
        waits = self.documents in ("queried", "partly") and self.stage not in (
            "rejected",
            "withdrawn",
        )
        return waits or self.survey in SURVEY_UNDER_WAY
