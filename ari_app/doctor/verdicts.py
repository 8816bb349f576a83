"""What a check says: good, worth a look, broken, or that it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ok", "warn", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing a check found. `code` names its sentence, and how to mend it, in `words.toml`."""

    state: State
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def ok(code: str, **values: object) -> Verdict:
    return Verdict("ok", code, values)


def warn(code: str, **values: object) -> Verdict:
    return Verdict("warn", code, values)


def fail(code: str, **values: object) -> Verdict:
    return Verdict("fail", code, values)


def unknown(code: str, **values: object) -> Verdict:
    return Verdict("unknown", code, values)


class CannotTell(Exception):
    """A fact cannot be read; the verdict says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict
