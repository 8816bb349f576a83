"""Answers from closed lists: yes and no by the question before them, choices, regions, amounts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from claims_store.rules.fields import UNKNOWN
from claims_store.rules.findings.hearing import Case, Hearing, Match, best, hearing
from claims_store.rules.findings.talk import Asking, Passage
from claims_store.rules.readings import numbers, regions
from claims_store.rules.readings.answers import mentioned, read_yes_no

_LOOKED_AT = 2
"""A yes or no is in the first turn after the question, or in the next one after a filler."""


def judge_yes_no(case: Case) -> Hearing | None:
    """What was answered to the question; without one, what the customer said unasked."""
    found = [_answer(case, asking) for asking in case.talk.askings(case.row.name)]
    heard = [each for each in found if each]
    if not heard:
        return _volunteered(case)
    last = heard[-1]
    if len({each.heard for each in heard}) > 1 and last.match == "other":
        return Hearing("near", last.heard, last.at_s)
    return last


def _answer(case: Case, asking: Asking) -> Hearing | None:
    for turn in asking.answers[:_LOOKED_AT]:
        reading = read_yes_no(turn.text, case.language, case.row.says)
        if reading is None:
            continue
        passage = Passage([turn])
        own = any(_says(case, answer, passage.text) for answer in ("yes", "no"))
        # A bare "yes" to "nobody is hurt?" can mean either.
        unclear = (asking.negative and not own) or not reading.certain
        same = reading.value == case.typed
        unclear = unclear or (not same and UNKNOWN in (reading.value, case.typed))
        match: Match = "near" if unclear else "exact" if same else "other"
        return hearing(match, reading.value, passage, 0, len(passage.text))
    return None


def _says(case: Case, answer: str, text: str) -> re.Match[str] | None:
    hits = (re.search(form, text) for form in case.row.says.get(answer, ()))
    return next((hit for hit in hits if hit), None)


def _volunteered(case: Case) -> Hearing | None:
    passage = case.talk.customer
    contrary = "no" if case.typed == "yes" else "yes"
    hit = _says(case, case.typed, passage.text)
    if hit is None or _says(case, contrary, passage.text):
        return None
    return hearing("exact", case.typed, passage, *hit.span())


def judge_choice(case: Case) -> Hearing | None:
    """Which choice was named; a more special one confirms the general one it is part of."""
    askings = case.talk.askings(case.row.name)
    found = [each for asking in askings for each in _named(case, asking)]
    scoped = best(found)
    # "My wife is hurt" does not say who calls: such a row's words count in its answer only.
    if case.row.says or (scoped and scoped.match == "exact"):
        return scoped
    passage = case.talk.customer
    named = mentioned(passage.text, case.language, case.row.choices)
    if case.typed not in named:
        return scoped
    start = named[case.typed]
    match: Match = "near" if scoped and scoped.match == "other" else "exact"
    return hearing(match, case.typed, passage, start, start + 1)


def _named(case: Case, asking: Asking) -> list[Hearing]:
    passage = asking.passage
    named = mentioned(passage.text, case.language, case.row.choices)
    if not named and case.row.says and asking.answers:
        # "Are you the insured?": a yes or no is about the first choice.
        first = case.row.choices[0].value
        reading = read_yes_no(asking.answers[0].text, case.language)
        if reading and reading.value == "yes" and reading.certain:
            named = {first: 0}
        elif reading and reading.value == "no" and case.typed == first:
            return [hearing("other", "no", passage, 0, len(asking.answers[0].text))]
    parts = {each.value: each.part_of for each in case.row.choices}
    if case.typed in named or any(parts[value] == case.typed for value in named):
        value = next(v for v in named if case.typed in (v, parts[v]))
        return [hearing("exact", value, passage, named[value], named[value] + 1)]
    clear = len(named) == 1 and parts.get(case.typed) not in named
    match: Match = "other" if clear else "near"
    return [hearing(match, value, passage, at, at + 1) for value, at in list(named.items())[:1]]


def judge_place(case: Case) -> Hearing | None:
    """Which region was named: the typed one, a wider one (near), or clearly another one."""
    found = []
    for asking in case.talk.askings(case.row.name):
        passage = asking.passage
        exact = _region_exact(case, passage)
        found += [exact] if exact else _region_else(case, passage)
    scoped = best(found)
    if scoped and scoped.match == "exact":
        return scoped
    return _region_exact(case, case.talk.customer) or scoped


def _region_exact(case: Case, passage: Passage) -> Hearing | None:
    for codes, start in regions.mentions(passage.text, case.language):
        fitting = [code for code in codes if regions.within(code, case.typed)]
        if fitting:
            return hearing("exact", fitting[0], passage, start, start + 1)
    return None


def _region_else(case: Case, passage: Passage) -> list[Hearing]:
    found = regions.mentions(passage.text, case.language)
    if not found:
        return []
    codes, start = found[0]
    wider = any(regions.within(case.typed, code) for codes_, _ in found for code in codes_)
    clear = not wider and len(regions.candidates(passage.text, case.language)) == 1
    match: Match = "other" if clear else "near"
    return [hearing(match, codes[0], passage, start, start + 1)]


def judge_amount(case: Case) -> Hearing | None:
    """Which number was named; another one counts only when it is the only one."""
    try:
        typed = Decimal(case.typed)
    except InvalidOperation:
        return None
    found = []
    for asking in case.talk.askings(case.row.name):
        passage = asking.passage
        values = numbers.found(passage.text, case.language)
        for value, start, end in values:
            match: Match = "exact" if value == typed else _other_amount(value, typed, len(values))
            found.append(hearing(match, str(value), passage, start, end))
    return best(found)


def _other_amount(value: Decimal, typed: Decimal, count: int) -> Match:
    # Recognisers add or lose a unit: 三千二 as 3,200万. A power of ten is no contradiction.
    scaled = value and typed and (value / typed).normalize().as_tuple().digits == (1,)
    return "near" if scaled or count > 1 else "other"
