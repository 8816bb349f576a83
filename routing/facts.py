"""What is known about a call and may decide where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
Line = Literal["motor", "home", "health", "travel", "liability"]
Issue = Literal["fnol", "status", "documents", "payout", "other"]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Empty strings mean: not known (yet). `region` has the six digits of GB/T 2260.

    `line` is the line of business, `dialled` the number that was called, `caller` the number that
    calls, `tier` the customer's, `known` whether the caller's number belongs to a customer.
    """

    issue: str = ""
    line: str = ""
    region: str = ""
    language: str = ""
    dialled: str = ""
    caller: str = ""
    tier: str = ""
    known: bool = False
    urgent: bool = False
    has_open_claim: bool = False
