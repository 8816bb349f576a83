"""Times and days: what was said, seen from the start of the call, beside what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from claims_store.rules.checks import instant
from claims_store.rules.findings.hearing import Case, Hearing, Match, agreed, best, hearing, weighed
from claims_store.rules.findings.talk import Passage
from claims_store.rules.readings import times
from claims_store.rules.readings.clock import (
    DAY,
    HALF_DAY,
    Clock,
    Day,
    Mentions,
    Since,
    text_of,
)

_SAME = timedelta(minutes=10)
"""How far "half an hour ago" may be from the minute that was typed."""
_ABOUT = timedelta(minutes=30)
_JUST_NOW = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class _Typed:
    when: datetime
    today: date

    def day(self, shift: bool) -> date:
        """The typed day; an evening's "one o'clock" belongs to the night before."""
        return self.when.date() - timedelta(days=1 if shift else 0)

    @property
    def minutes(self) -> int:
        return self.when.hour * 60 + self.when.minute


def judge_datetime(case: Case) -> Hearing | None:
    """What was heard about an instant."""
    when = instant(case.typed, case.ctx.zone)
    if when is None:
        return judge_date(case)
    zone = case.ctx.zone
    typed = _Typed(when.astimezone(zone), case.ctx.now.astimezone(zone).date())
    askings = case.talk.askings(case.row.name)
    scoped = best([each for a in askings for each in _in_answer(case, typed, a.passage)])
    if scoped is None or scoped.match == "near":
        scoped = _anywhere(case, typed) or scoped
    return _weighed(scoped, _read_back(case, typed))


def _weighed(own: Hearing | None, read_back: Hearing | None) -> Hearing | None:
    """A near hearing (the day was left out) is settled by an agreed read-back."""
    if own and own.match == "near" and read_back and read_back.match == "exact":
        return Hearing("exact", own.heard, own.at_s)
    return weighed(own, read_back)


def _mentions(case: Case, passage: Passage) -> Mentions:
    return times.mentions(passage.text, case.language, case.ctx.now, case.ctx.zone)


def _clock_fits(clock: Clock, typed: _Typed) -> bool:
    gap = (typed.minutes - clock.minutes) % DAY
    return gap == 0 or (clock.open and gap == HALF_DAY)


def _clock_near(clock: Clock, typed: _Typed) -> bool:
    half = HALF_DAY if clock.open else DAY
    gap = (typed.minutes - clock.minutes) % half
    return min(gap, half - gap) <= _ABOUT.total_seconds() / 60


def _in_answer(case: Case, typed: _Typed, passage: Passage) -> list[Hearing]:
    said = _mentions(case, passage)
    found = [_since(each, typed, passage) for each in said.since]
    if found and not said.clocks:
        return [each for each in found if each]
    if not said.clocks:
        return _only_days(said.days, typed, passage)
    fitting = next((each for each in said.clocks if _clock_fits(each, typed)), None)
    if fitting is None:
        return [_other_clock(said, typed, passage)]
    return [_with_day(case, said, typed, passage, fitting)]


def _since(since: Since, typed: _Typed, passage: Passage) -> Hearing | None:
    gap = abs(since.value - typed.when)
    match: Match = "other" if since.certain else "near"
    if gap <= _SAME and since.certain:
        match = "exact"
    elif gap <= _JUST_NOW:
        match = "near"
    heard = text_of(since.value)
    return hearing(match, heard, passage, since.start, since.start + 1)


def _only_days(days: tuple[Day, ...], typed: _Typed, passage: Passage) -> list[Hearing]:
    if not days:
        return []
    same = next((each for each in days if each.value == typed.when.date()), None)
    day = same or days[-1]
    clear = not same and day.certain and len({each.value for each in days}) == 1
    match: Match = "other" if clear else "near"
    return [hearing(match, day.value.isoformat(), passage, day.start, day.start + 1)]


def _other_clock(said: Mentions, typed: _Typed, passage: Passage) -> Hearing:
    clock = said.clocks[-1]
    several = len({each.minutes for each in said.clocks}) > 1
    # "At eight" for 8:10: the minutes were rounded, or the recogniser lost them.
    rounded = clock.minutes % 60 == 0 and (typed.minutes - clock.minutes) % HALF_DAY < 60
    doubtful = several or rounded or (said.about and _clock_near(clock, typed))
    heard = f"{clock.minutes // 60:02d}:{clock.minutes % 60:02d}"
    return hearing("near" if doubtful else "other", heard, passage, clock.start, clock.start + 1)


def _with_day(case: Case, said: Mentions, typed: _Typed, passage: Passage, clock: Clock) -> Hearing:
    days = said.days or _mentions(case, case.talk.customer).days
    named = {each.value for each in days if each.certain}
    match: Match = "exact"
    if typed.day(clock.next_day) not in {each.value for each in days}:
        if not named:
            match = "exact" if typed.when.date() == typed.today else "near"
        else:
            match = "other" if said.days and len(named) == 1 else "near"
    heard = f"{clock.minutes // 60:02d}:{clock.minutes % 60:02d}"
    if said.days and match != "exact":
        heard = f"{said.days[-1].value.isoformat()} {heard}"
    return hearing(match, heard, passage, clock.start, clock.start + 1)


def _anywhere(case: Case, typed: _Typed) -> Hearing | None:
    """A turn of the customer that names both the typed day and the typed time."""
    for turn in case.talk.customer.turns:
        passage = Passage([turn])
        found = _whole(case, typed, passage)
        if found:
            return found
    return None


def _whole(case: Case, typed: _Typed, passage: Passage) -> Hearing | None:
    said = _mentions(case, passage)
    for clock in said.clocks:
        days = {each.value for each in said.days}
        if _clock_fits(clock, typed) and typed.day(clock.next_day) in days:
            heard = text_of(typed.when)
            return hearing("exact", heard, passage, clock.start, clock.start + 1)
    return None


def _read_back(case: Case, typed: _Typed) -> Hearing | None:
    found = []
    for said, answer in case.talk.read_backs():
        passage = Passage([said])
        if agreed(answer, case.language) and (exact := _whole(case, typed, passage)):
            found.append(exact)
    return best(found)


def judge_date(case: Case) -> Hearing | None:
    """What was heard about a day."""
    try:
        typed = date.fromisoformat(case.typed[:10])
    except ValueError:
        return None
    found = []
    for asking in case.talk.askings(case.row.name):
        passage = asking.passage
        for day in _mentions(case, passage).days:
            match: Match = "exact" if day.value == typed else "other" if day.certain else "near"
            heard = day.value.isoformat()
            found.append(hearing(match, heard, passage, day.start, day.start + 1))
    return best(found)
