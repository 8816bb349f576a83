"""What must hold after any chaos, computed from what callers heard and what the store has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ari_app.jobs.sealing import SHORT_S
from ari_app.outside.sound import LOUDNESS, RATE
from claims_store import access, callbacks, claims, recordings, reports
from claims_store import calls as ledger
from claims_store.calls import Call
from claims_store.store import Session
from tests.faults import agents
from tests.faults.churn import Story
from tests.real import hearing, listening
from tests.real.house import House

SILENCE_S, GAP_S = 3.0, 0.2
WINDOW_S = 12.0
"""Seconds after a kill in which silence counts as its doing."""
GAP_WINDOW_S = 5.0
FRAME = RATE // 50
LOUD = 2
AFTER = (
    "sorry-fault", "emergency", "agents-none", "person-next", "wait-next", "wait-position",
    "wait-busy", "wait-retry", "goodbye", "report-number", "fallback-sorry",
)  # fmt: skip
"""What is heard of the next app, or of the net."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    name: str
    figure: str
    holds: bool


def dead_air(story: Story) -> list[float]:
    """For each kill in this call that was no talk then: the longest silence until the next app, or
    the net, is heard, in seconds."""
    sound = hearing.normal(story.caller.customer.sound)
    found = []
    for _, at in story.kills:
        piece = sound[at : at + int(WINDOW_S * RATE)]
        heard = hearing.all_prompts(piece, AFTER)
        if heard or len(piece) == int(WINDOW_S * RATE):
            end = heard[0].at if heard else len(piece)
            found.append(_longest(_quiet(piece[: max(end, 0)])) * 0.02)
    return found


def _quiet(sound: bytes) -> NDArray[np.bool_]:
    """For each frame of 20 ms, whether nothing is heard."""
    loud = np.frombuffer(sound[: len(sound) // FRAME * FRAME].translate(LOUDNESS), np.uint8)
    quiet: NDArray[np.bool_] = loud.reshape(-1, FRAME).mean(axis=1) <= LOUD
    return quiet


def _longest(quiet: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    spans = edges.reshape(-1, 2)
    return int((spans[:, 1] - spans[:, 0]).max()) if spans.size else 0


async def check(house: House, stories: list[Story]) -> list[Result]:
    """The table of I1-I6, and of what callers noticed."""
    rows = await house.store.run(ledger.listing, 10_000)
    answered = [each for each in stories if each.caller.sip_call_id]
    mine = {each.caller.sip_call_id for each in answered}
    own = [row for row in rows if row.sip_call_id in mine]
    return [
        *_ends(answered), _one_row(answered, own), _one_end(own), await _answers(house, answered),
        await _callbacks(house, answered),
        Result("I4 channels left", str(len(await house.channels())), not await house.channels()),
        await _recordings(house, own), await _chain(house), *_noticed(answered),
    ]  # fmt: skip


def _ends(stories: list[Story]) -> list[Result]:
    ends = Counter(each.end for each in stories)
    told = ", ".join(f"{name} {count}" for name, count in sorted(ends.items()))
    return [Result("every caller ends well", f"{len(stories)} calls: {told}", not ends["lost"])]


def _one_row(stories: list[Story], rows: list[Call]) -> Result:
    count = Counter(row.sip_call_id for row in rows)
    wrong = [s for s in stories if count[s.caller.sip_call_id] != 1]
    return Result("I1 rows of an answered call", f"{len(rows)} of {len(stories)}", not wrong)


def _one_end(rows: list[Call]) -> Result:
    outcomes = Counter(str(row.outcome) for row in rows)
    told = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    return Result("I2 one outcome each", told, all(r.ended and r.outcome for r in rows))


async def _answers(house: House, stories: list[Story]) -> Result:
    def look(s: Session) -> tuple[int, int, int]:
        given = lost = doubled = 0
        owners = Counter(reports.state(s, number).number for number in reports.listing(s))
        doubled += sum(count > 1 for count in owners.values())
        made = (claim.report_number for claim in claims.listing(s))
        numbers = Counter(number for number in made if number)
        doubled += sum(count > 1 for count in numbers.values())
        for story in stories:
            kept = _kept(s, story)
            given += len(story.acknowledged)
            lost += sum(kept.get(name) != value for name, value in story.acknowledged.items())
        return given, lost, doubled

    given, lost, doubled = await house.store.run(look)
    told = f"{given} acknowledged, {lost} lost, {doubled} doubled"
    return Result("I3 answers", told, not lost and not doubled)


async def _callbacks(house: House, stories: list[Story]) -> Result:
    """Who was told that he is rung back is on the list once, and only who asked, or the net's."""
    rows = await house.store.run(callbacks.listing)
    listed = Counter(row.phone for row in rows)
    told = [each for each in stories if each.rung_back]
    lost = [each for each in told if listed[each.caller.number] != 1]
    mine = {each.caller.number for each in stories}
    twice = [number for number, count in listed.items() if number in mine and count > 1]
    figure = f"{len(told)} told, {len(lost)} lost, {len(twice)} doubled"
    return Result("I3 callbacks", figure, not lost and not twice)


def _kept(s: Session, story: Story) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in ledger.of_caller(s, story.caller.number, datetime.now(UTC)):
        if row.report_number:
            state = reports.state(s, row.report_number)
            found |= {name: each.value for name, each in state.values.items()}
    return found


async def _recordings(house: House, rows: list[Call]) -> Result:
    """Each recording is at least as long as the talk; `partial` is one of which sound is missing,
    such as the silence of a line in which nothing was played."""
    talked = [row for row in rows if (row.talk_s or 0) > 1 and row.consent == "given"]
    found = [(row, await house.store.run(recordings.of_call, row.call_id)) for row in talked]
    whole = [
        1 for row, kept in found if kept is not None and kept.seconds >= (row.talk_s or 0) - SHORT_S
    ]
    partial = sum(kept is not None and kept.partial for _, kept in found)
    told = f"{len(whole)} of {len(talked)} cover their talk, {partial} marked partial"
    return Result("I5 recordings", told, len(whole) == len(talked))


async def _chain(house: House) -> Result:
    wrong = await house.store.run(access.verify)
    return Result("I6 chain of the access log", "whole" if wrong is None else f"row {wrong}",
                  wrong is None)  # fmt: skip


def _noticed(stories: list[Story]) -> list[Result]:
    air = sorted(value for story in stories for value in dead_air(story))
    p50, p95 = (float(np.percentile(air, q)) if air else 0.0 for q in (50, 95))
    silence = f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {max(air, default=0.0):.2f} s"
    return [
        Result("silence after a kill", f"{silence} of {len(air)}", p95 <= SILENCE_S),
        _gaps([each for each in stories if each.talk is not None]),
    ]


def _gaps(stories: list[Story]) -> Result:
    """Of talks only what a kill can have done is judged; packets that a full machine sends late are
    told beside it."""
    struck = [gap for each in stories for gap in killed_gaps(each)]
    other = max((each.talk.longest() for each in stories if each.talk), default=0.0)
    longest = max(struck, default=0.0)
    told = f"{longest * 1000:.0f} ms at {len(struck)} kills in talks"
    rest = f"longest of {len(stories)} talks {other * 1000:.0f} ms"
    return Result("gap of a talk", f"{told}; {rest}", longest <= GAP_S)


def killed_gaps(story: Story) -> list[float]:
    """For each kill in his talk the longest gap after it."""
    if story.talk is None:
        return []
    sound = listening.read(story.caller.customer.heard())
    kills = (at / RATE for _, at in story.kills)
    return [
        story.talk.longest(at - 0.1, at + GAP_WINDOW_S)
        for at in kills
        if agents.heard(sound[int(at * RATE) - RATE // 2 : int(at * RATE) + RATE // 2]) is not None
    ]
