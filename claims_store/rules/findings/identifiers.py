"""Numbers and plates: the whole typed value is laid beside what was spoken one by one.

A window that slides hides swapped digits, so whole runs are compared. One difference is as often
the recogniser's as the agent's, hence near; two at the right length are another value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from claims_store.rules import identifiers
from claims_store.rules.findings.hearing import (
    Case,
    Hearing,
    Match,
    agreed,
    best,
    hearing,
    weighed,
)
from claims_store.rules.findings.talk import Passage
from claims_store.rules.readings.digits import Run, runs
from claims_store.rules.readings.plates import plate_runs

_SHORTEST = 4
"""Shorter runs tell nothing about a long value."""


@dataclass(frozen=True, slots=True)
class _Forms:
    """The ways a value may be spoken, the fullest first."""

    kind: str
    values: tuple[str, ...]


def judge(case: Case) -> Hearing | None:
    """What was heard about an identifier."""
    forms = _forms(case.row.kind, case.typed)
    answers = [asking.passage for asking in case.talk.askings(case.row.name)]
    scoped = best([each for answer in answers for each in _own(forms, answer, case.language)])
    if scoped is None or scoped.match == "near":
        anywhere = _exact(forms, case.talk.customer, case.language)
        scoped = anywhere or scoped
    return weighed(scoped, _read_back(case, forms))


def _forms(kind: str, typed: str) -> _Forms:
    value = identifiers.squeeze(typed).lstrip("+")
    if kind == "plate":
        return _Forms(kind, (value, value[1:]) if len(value) >= 7 else (value,))
    if kind != "phone" or not typed.startswith("+86"):
        return _Forms(kind, (value,))
    national = value[2:]
    if national.startswith("1"):
        return _Forms(kind, (national, value))
    return _Forms(kind, (f"0{national}", national, value))


def _runs(forms: _Forms, passage: Passage, language: str) -> list[Run]:
    find = plate_runs if forms.kind == "plate" else runs
    return [run for run in find(passage.text, language) if len(run.value) >= _SHORTEST]


def _exact(forms: _Forms, passage: Passage, language: str) -> Hearing | None:
    for run in _runs(forms, passage, language):
        if _says(forms, run.value):
            return hearing("exact", run.value, passage, run.start, run.end)
    return None


def _says(forms: _Forms, run: str) -> bool:
    for form in forms.values:
        where = run.find(form)
        if where < 0:
            continue
        # A plate's tail alone counts only when no other province was spoken before it.
        tail = forms.kind == "plate" and form == forms.values[-1] and len(forms.values) > 1
        if not (tail and where and run[where - 1] in identifiers.PROVINCES):
            return True
    return False


def _own(forms: _Forms, passage: Passage, language: str) -> list[Hearing]:
    found = []
    for run in _runs(forms, passage, language):
        if _says(forms, run.value):
            found.append(hearing("exact", run.value, passage, run.start, run.end))
        elif (match := _distance_match(forms, run.value)) is not None:
            found.append(hearing(match, run.value, passage, run.start, run.end))
    return found


def _distance_match(forms: _Forms, run: str) -> Match | None:
    distance, form = min((Levenshtein.distance(run, form), form) for form in forms.values)
    if distance <= 1 or _collapsed(run) == _collapsed(form):
        return "near"
    if any(len(run) == len(each) for each in forms.values):
        return "other" if _plausible(forms.kind, run) else "near"
    part = form.startswith(run) or form.endswith(run)
    return "near" if part or distance <= max(2, len(form) // 4) else None


def _plausible(kind: str, run: str) -> bool:
    """Whether another run could be a value of this kind at all."""
    if kind == "phone":
        return identifiers.phone(run) is not None
    if kind == "plate":
        return identifiers.plate(run) is not None or run[0] not in identifiers.PROVINCES
    return any(char.isdigit() for char in run)


def _read_back(case: Case, forms: _Forms) -> Hearing | None:
    """What the agent read back and the customer agreed to."""
    found = []
    for said, answer in case.talk.read_backs():
        if not agreed(answer, case.language):
            continue
        passage = Passage([said])
        exact = _exact(forms, passage, case.language)
        if exact:
            found.append(exact)
        elif case.talk.asks(said, case.row.name):
            found += [each for each in _own(forms, passage, case.language) if each.match == "other"]
    return best(found)


def _collapsed(value: str) -> str:
    return "".join(char for char, _ in groupby(value))
