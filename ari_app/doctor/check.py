"""A check: how a fact is read, what is decided on it, what can be mended. And how all are asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from ari_app.doctor import words
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, State, Verdict, unknown

logger = logging.getLogger(__name__)

Fact = TypeVar("Fact")
Group = Literal[
    "files", "asterisk", "machine", "store", "speaking", "telephony", "messages", "audit"
]
Mend = Callable[[Place], Sequence[Verdict]]


@dataclass(frozen=True, slots=True)
class Check(Generic[Fact]):
    """`read` may look anywhere and raise CannotTell; `decide` sees only the fact. `mend` does what
    is safe and says what it did; `live` checks need a running system."""

    name: str
    group: Group
    read: Callable[[Place], Fact]
    decide: Callable[[Fact], Sequence[Verdict]]
    mend: Mend | None = None
    live: bool = False

    def verdicts(self, place: Place) -> Sequence[Verdict]:
        if self.live and not place.running:
            return [unknown("system.stopped")]
        try:
            return self.decide(self.read(place))
        except CannotTell as silent:
            return [silent.verdict]
        except Exception as fault:  # a broken installation must not break the doctor
            logger.warning("a check broke", extra={"check": self.name}, exc_info=fault)
            return [unknown("system.fault", reason=f"{type(fault).__name__}: {fault}")]


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its check and its words."""

    check: str
    group: Group
    state: State
    sentence: str
    mend: str


def finding(check: Check[Any], verdict: Verdict, language: str) -> Finding:
    return Finding(
        check.name, check.group, verdict.state,
        words.sentence(verdict.code, language, verdict.values),
        words.mend(verdict.code, language, verdict.values),
    )  # fmt: skip


def examine(checks: Iterable[Check[Any]], place: Place, language: str) -> list[Finding]:
    """Everything the checks find, in their order. What keeps several from looking is told once."""
    found: list[Finding] = []
    told: dict[tuple[str, str], str] = {}
    for check in checks:
        for verdict in check.verdicts(place):
            key = (verdict.code, str(verdict.values))
            cause = told.setdefault(key, check.name)
            if verdict.state == "fail" and cause != check.name:
                verdict = unknown("system.because", cause=cause)
            found.append(finding(check, verdict, language))
    return found


@dataclass(frozen=True, slots=True)
class Mended:
    """What `--fix` did for one check."""

    check: str
    sentence: str


def mend(checks: Iterable[Check[Any]], place: Place, language: str) -> list[Mended]:
    """Mend what is safe of what is not well."""
    done: list[Mended] = []
    for check in checks:
        if check.mend is None or all(each.state == "ok" for each in check.verdicts(place)):
            continue
        done += [
            Mended(check.name, words.sentence(each.code, language, each.values))
            for each in check.mend(place)
        ]
    return done
