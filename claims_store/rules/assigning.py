"""Who gets a claim: candidates are filtered, then ranked; every candidate's fate is said.

Filters widen step by step, so that a claim without a perfect handler still gets one; what may
never be given up (line of business, authority, absence, conflict of interest) is in every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims_store.rules.fields import Words


@dataclass(frozen=True, slots=True)
class Work:
    """The claim to be given away. `parties` are marks of who takes part in it (a customer, a
    garage, an agent), against which conflicts of interest are held."""

    line: str
    region: str
    language: str
    amount: Decimal | None = None
    urgent: bool = False
    parties: frozenset[str] = frozenset()
    sticky: str | None = None
    not_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A handler as the choice sees him. `since` is when he was last given a claim."""

    name: str
    lines: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    authority: Decimal | None = None
    on_shift: bool = True
    absent: bool = False
    conflicts: frozenset[str] = frozenset()
    load: int = 0
    urgent_load: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one candidate: chosen, ranked, or filtered out by what."""

    name: str
    fate: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen` is empty when nobody may have it: then a supervisor decides."""

    chosen: str | None
    step: str
    fates: tuple[Fate, ...]


Holds = Callable[[Work, Candidate], bool]


def _region(work: Work, each: Candidate) -> bool:
    return not work.region or not each.regions or work.region[:2] in {r[:2] for r in each.regions}


FILTERS: Mapping[str, Holds] = {
    "line": lambda work, each: work.line in each.lines,
    "authority": lambda work, each: (
        work.amount is None or each.authority is None or work.amount <= each.authority
    ),
    "absent": lambda work, each: not each.absent,
    "conflict": lambda work, each: not (work.parties & each.conflicts),
    "excluded": lambda work, each: each.name not in work.not_to,
    "language": lambda work, each: work.language in each.languages,
    "region": _region,
    "shift": lambda work, each: each.on_shift,
}
STEPS: Mapping[str, tuple[str, ...]] = {
    "exact": tuple(FILTERS),
    "any_region": tuple(name for name in FILTERS if name != "region"),
    "any_shift": tuple(name for name in FILTERS if name not in ("region", "shift")),
    "any_language": ("line", "authority", "absent", "conflict", "excluded"),
}
"""Which filters hold in which step, in the order of the steps."""

WORDS: Mapping[str, Words] = {
    "line": {"zh": "不办理该险种", "en": "does not handle this line of business"},
    "authority": {"zh": "权限不足", "en": "authority is below the sum"},
    "absent": {"zh": "不在岗", "en": "is absent"},
    "conflict": {"zh": "利益冲突", "en": "has a conflict of interest"},
    "excluded": {"zh": "刚从他那里移出", "en": "it was taken from him"},
    "language": {"zh": "不说该语言", "en": "does not speak the language"},
    "region": {"zh": "不负责该地区", "en": "does not cover the region"},
    "shift": {"zh": "不在班", "en": "is off shift"},
    "sticky": {"zh": "办理过该客户的案件", "en": "handled this customer before"},
    "rank": {"zh": "排名靠后", "en": "ranked behind"},
    "first": {"zh": "负载最轻、空闲最久", "en": "least loaded, longest idle"},
}


def choose(work: Work, candidates: Sequence[Candidate]) -> Choice:
    """The best candidate of the first step in which there is one."""
    for step, filters in STEPS.items():
        against = {each.name: _against(work, each, filters) for each in candidates}
        left = [each for each in candidates if not against[each.name]]
        if left or step == "any_language":
            ranked = sorted(left, key=lambda each: rank(work, each))
            return Choice(ranked[0].name if ranked else None, step, _fates(work, ranked, against))
    raise AssertionError("unreachable: the last step returns")


def rank(work: Work, each: Candidate) -> tuple[Any, ...]:
    """Lower comes first: whom the customer knows; for urgent claims who is there and has the
    fewest urgent ones; then load, then the longest idle, then the name."""
    urgent = (not each.on_shift, each.urgent_load) if work.urgent else (False, 0)
    idle = each.since.timestamp() if each.since else 0.0
    return (each.name != work.sticky, *urgent, each.load, idle, each.name)


def _against(work: Work, each: Candidate, filters: Sequence[str]) -> str:
    return next((name for name in filters if not FILTERS[name](work, each)), "")


def _fates(work: Work, ranked: Sequence[Candidate], against: Mapping[str, str]) -> tuple[Fate, ...]:
    fates = []
    for place, each in enumerate(ranked):
        why = "sticky" if place == 0 and each.name == work.sticky else "rank" if place else "first"
        fates.append(Fate(each.name, "chosen" if place == 0 else f"ranked {place + 1}", why))
    return (*fates, *(Fate(name, "filtered", why) for name, why in against.items() if why))
