"""Who drives to a loss: surveyors are filtered, then ranked by distance; every candidate's fate is
said, and so is what happens when nobody accepts.

Filters widen step by step; what may never be given up (line of business, absence, conflict of
interest, a phone, whoever was asked already) is in every step. Distances are bands of the tree of
regions: no map is needed to know that somebody of the same county is near.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from claims_store.rules import simple
from claims_store.rules.assigning import Choice, Fate
from claims_store.rules.fields import Words
from claims_store.rules.simple import Value

Band = Literal["county", "city", "province", "beyond"]
BANDS: tuple[Band, ...] = ("county", "city", "province", "beyond")
PLACES: Mapping[Band, str] = {
    "county": "city", "city": "suburb", "province": "far", "beyond": "far",
}  # fmt: skip
"""Which limit of SV4 a distance means."""
_CITIES = ("11", "12", "31", "50")
"""Provinces that are one city."""

VISITED: Mapping[str, frozenset[str]] = {
    "motor": frozenset({"glass", "scratch"}),
    "home": frozenset(),
}
"""Lines of business in which somebody drives there, and the kinds of loss in which nobody does."""


@dataclass(frozen=True, slots=True)
class Job:
    """The loss to be looked at. `parties` are marks of who takes part in it."""

    line: str
    region: str
    language: str
    urgent: bool = False
    parties: frozenset[str] = frozenset()
    not_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Surveyor:
    """A surveyor as the choice sees him. `load` counts what he accepted and has not ended, `since`
    is when he was last sent somewhere."""

    name: str
    lines: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    on_shift: bool = True
    absent: bool = False
    reachable: bool = True
    conflicts: frozenset[str] = frozenset()
    load: int = 0
    urgent_load: int = 0
    since: datetime | None = None


def band(region: str, regions: Sequence[str]) -> Band:
    """How far a loss is from where somebody is at home; who has no region is at home anywhere."""
    if not region or not regions:
        return "city"
    return min((_band(region, each) for each in regions), key=BANDS.index)


def _band(region: str, home: str) -> Band:
    if home == region and not home.endswith("00"):
        return "county"
    if home[:2] != region[:2]:
        return "beyond"
    if home[:2] in _CITIES or (home[:4] == region[:4] and not home.endswith("0000")):
        return "city"
    return "province"


Holds = Callable[[Job, Surveyor], bool]
FILTERS: Mapping[str, Holds] = {
    "line": lambda job, each: job.line in each.lines,
    "absent": lambda job, each: not each.absent,
    "conflict": lambda job, each: not (job.parties & each.conflicts),
    "reachable": lambda job, each: each.reachable,
    "asked": lambda job, each: each.name not in job.not_to,
    "language": lambda job, each: job.language in each.languages,
    "region": lambda job, each: band(job.region, each.regions) != "beyond",
    "hours": lambda job, each: each.on_shift,
}
STEPS: Mapping[str, tuple[str, ...]] = {
    "exact": tuple(FILTERS),
    "any_language": tuple(name for name in FILTERS if name != "language"),
    "any_hours": tuple(name for name in FILTERS if name not in ("language", "hours")),
    "any_region": ("line", "absent", "conflict", "reachable", "asked"),
}
"""Which filters hold in which step, in the order of the steps: rather somebody who needs an
interpreter than nobody, and rather somebody off duty than somebody of another province."""
_LAST = "any_region"

WORDS: Mapping[str, Words] = {
    "line": {"zh": "不查勘该险种", "en": "does not survey this line of business"},
    "absent": {"zh": "不在岗", "en": "is absent"},
    "conflict": {"zh": "利益冲突", "en": "has a conflict of interest"},
    "reachable": {"zh": "没有电话号码", "en": "has no phone number"},
    "asked": {"zh": "已经问过", "en": "was asked already"},
    "language": {"zh": "不说该语言", "en": "does not speak the language"},
    "region": {"zh": "不在该省", "en": "is in another province"},
    "hours": {"zh": "不在班", "en": "is off duty"},
    "rank": {"zh": "排名靠后", "en": "ranked behind"},
    "county": {"zh": "同区县，最近", "en": "same county, the nearest"},
    "city": {"zh": "同城，最近", "en": "same city, the nearest"},
    "province": {"zh": "同省，最近", "en": "same province, the nearest"},
    "beyond": {"zh": "外省，没有更近的", "en": "another province, nobody is nearer"},
    "given": {"zh": "由人指定", "en": "a person chose him"},
}


def choose(job: Job, candidates: Sequence[Surveyor]) -> Choice:
    """The best candidate of the first step in which there is one."""
    for step, filters in STEPS.items():
        against = {each.name: _against(job, each, filters) for each in candidates}
        left = [each for each in candidates if not against[each.name]]
        if left or step == _LAST:
            ranked = sorted(left, key=lambda each: rank(job, each))
            chosen = ranked[0].name if ranked else None
            return Choice(chosen, step, _fates(job, ranked, against))
    raise AssertionError("unreachable: the last step returns")


def rank(job: Job, each: Surveyor) -> tuple[Any, ...]:
    """Lower comes first: for an urgent loss who has the fewest urgent ones; then the nearest, the
    least loaded, the longest idle, the name."""
    urgent = each.urgent_load if job.urgent else 0
    idle = each.since.timestamp() if each.since else 0.0
    return (urgent, BANDS.index(band(job.region, each.regions)), each.load, idle, each.name)


def _against(job: Job, each: Surveyor, filters: Sequence[str]) -> str:
    return next((name for name in filters if not FILTERS[name](job, each)), "")


def _fates(job: Job, ranked: Sequence[Surveyor], against: Mapping[str, str]) -> tuple[Fate, ...]:
    fates = [
        Fate(each.name, f"ranked {place + 1}", "rank")
        if place
        else Fate(each.name, "chosen", band(job.region, each.regions))
        for place, each in enumerate(ranked)
    ]
    return (*fates, *(Fate(name, "filtered", why) for name, why in against.items() if why))


def needed(line: str, said: Mapping[str, str]) -> Literal["now", "when_filed", "no"]:
    """Whether somebody has to drive there, and from when on: at once while the customer waits at
    the scene or the damage goes on, else once a handler has filed the claim."""
    if line not in VISITED or said.get("loss_kind") in VISITED[line]:
        return "no"
    waits = said.get("at_scene") == "yes" or said.get("source_stopped") == "no"
    return "now" if waits else "when_filed"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done when nobody has accepted so long after the dispatch."""

    name: Literal["supervisor", "lead", "instead"]
    after: timedelta
    what: Words


ESCALATION: tuple[Step, ...] = (
    Step("supervisor", timedelta(minutes=5),
         {"zh": "班长收到任务", "en": "the supervisor gets a task"}),
    Step("lead", timedelta(minutes=10),
         {"zh": "区域负责人收到任务，客户听到实话", "en": "the region's lead gets a task, and the"
          " customer hears a true time"}),
    Step("instead", timedelta(minutes=15),
         {"zh": "客户自助拍照，或约定时间", "en": "photos by the customer, or a fixed time"}),
)  # fmt: skip
NEXT = timedelta(minutes=2)
"""How long an offer waits before the next surveyor is asked too."""
RING = timedelta(minutes=1)
"""How long a message may stay without an answer before the surveyor is called."""

_ABLE = {"motor": "drivable", "home": "habitable"}


def photos_do(line: str, said: Mapping[str, str], facts: Mapping[str, Value]) -> bool:
    """Whether the customer's own photos are enough: a simple claim, or one that lacks nothing but
    a sum for being one; nobody hurt, nobody in danger, a car that drives, a home to live in."""
    able = _ABLE.get(line)
    if able is None or said.get(able) != "yes":
        return False
    if said.get("any_injury") != "no" or said.get("safe_place") == "no":
        return False
    open_sum = facts.get("amount") in (None, "")
    for rule in simple.RULES:
        if line not in rule.lines:
            continue
        verdict, failed = simple.judge(rule, facts)
        if verdict != "no" or (open_sum and set(failed) == {"amount"}):
            return True
    return False
