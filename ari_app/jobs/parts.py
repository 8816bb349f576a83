"""The files that the recorders of one call leave behind, and what is joined from them.

Names, as the dialplan gives them: CALL-line-customer.wav, CALL-talkN-customer.wav, and for every
agent's leg CALL-talkN-LEG-agent.wav (he says) and CALL-talkN-LEG-heard.wav (he hears); a leg that
began as a private talk between agents is CALL-talkN-consult-LEG-*. The importer of voice reports
adds CALL-report-customer.wav.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from ari_app.jobs.audio import Leg, join
from ari_app.speech.audio import BrokenSound, Samples, Sound, read_wav, resample
from claims_store.recordings import VOICE_REPORT

logger = logging.getLogger(__name__)

RATE = 8000
HEADER = 44
BY_ROW_S, BY_END_S = 2.0, 0.5
"""How far the clock may be wrong: a row is written when the app hears of a recorder; a file ends
with its leg."""
NAME = re.compile(
    r"(?P<call>[A-Za-z0-9.-]+?)-(?:line|(?P<report>report)|talk(?P<talk>\d+))(?P<consult>-consult)?"
    r"(?:-(?P<leg>[A-Za-z0-9.-]+))?-(?P<side>customer|agent|heard)\.wav"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One recorder's file; segment 0 is the line's part, talks count from 1, then VOICE_REPORT."""

    path: Path
    call_id: str
    segment: int
    leg: str
    side: str
    consult: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a segment lies in the joined recording."""

    segment: int
    offset_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Joined:
    """A whole call: stereo samples (customer left), its stretches, how many agents' legs are in."""

    sound: Sound
    stretches: tuple[Stretch, ...]
    legs: int
    unreadable: tuple[str, ...]

    @property
    def talk_s(self) -> float:
        return sum(
            stretch.seconds for stretch in self.stretches if 0 < stretch.segment < VOICE_REPORT
        )


@dataclass(frozen=True, slots=True)
class Talk:
    """The sound of one segment; the line's part and a voice report are talks without legs."""

    segment: int
    customer: Samples
    legs: list[Leg]


def part_of(path: Path) -> Part | None:
    """What a file is by its name; None for a name that no recorder gives."""
    found = NAME.fullmatch(path.name)
    if found is None:
        return None
    segment = VOICE_REPORT if found["report"] else int(found["talk"] or 0)
    return Part(
        path, found["call"], segment, found["leg"] or "", found["side"], bool(found["consult"])
    )


def parts_of(call_id: str, folder: Path) -> list[Part]:
    """The call's files in `folder`, in the order of their names."""
    found = (part_of(path) for path in sorted(folder.glob(f"{call_id}-*.wav")))
    return [part for part in found if part is not None and part.call_id == call_id]


def assemble(parts: list[Part], began: Mapping[str, datetime]) -> Joined:
    """Join the segments one after the other; talks that nobody answered are left out.

    `began` gives the start of a recorder by its file's name, as far as it is known.
    """
    sounds = {part.path.name: _read(part.path) for part in parts}
    every = [_talk(segment, parts, sounds, began) for segment in _segments(parts)]
    talks = [talk for talk in every if talk.legs or talk.segment in (0, VOICE_REPORT)]
    pieces: list[Samples] = []
    stretches: list[Stretch] = []
    position = 0
    for talk in talks:
        piece = join(talk.customer, talk.legs, RATE)
        stretches.append(Stretch(talk.segment, position / RATE, len(piece) / RATE))
        pieces.append(piece)
        position += len(piece)
    whole = np.concatenate(pieces) if pieces else np.zeros((0, 2), dtype=np.int16)
    unreadable = tuple(name for name, samples in sounds.items() if samples is None)
    legs = sum(len(talk.legs) for talk in talks)
    return Joined(Sound(whole, RATE), tuple(stretches), legs, unreadable)


def _segments(parts: list[Part]) -> list[int]:
    return sorted({part.segment for part in parts})


def _talk(
    segment: int,
    parts: list[Part],
    sounds: Mapping[str, Samples | None],
    began: Mapping[str, datetime],
) -> Talk:
    here = [part for part in parts if part.segment == segment]
    legs = [leg for leg in _legs(here, sounds, began) if leg.answered]
    return Talk(segment, _customer(here, sounds), legs)


def _customer(parts: list[Part], sounds: Mapping[str, Samples | None]) -> Samples:
    for part in parts:
        samples = sounds[part.path.name]
        if part.side == "customer" and samples is not None:
            return samples
    return np.zeros(0, dtype=np.int16)


def _legs(
    parts: list[Part], sounds: Mapping[str, Samples | None], began: Mapping[str, datetime]
) -> list[Leg]:
    customer = next((part for part in parts if part.side == "customer"), None)
    nothing = np.zeros(0, dtype=np.int16)
    legs: list[Leg] = []
    for said in (part for part in parts if part.side == "agent"):
        heard = said.path.name.removesuffix("-agent.wav") + "-heard.wav"
        mine, theirs = sounds[said.path.name], sounds.get(heard)
        leg = Leg(nothing if mine is None else mine, nothing if theirs is None else theirs, 0.0)
        legs.append(_by_the_clock(leg, said, customer, sounds, began))
    return legs


def _by_the_clock(
    leg: Leg, said: Part, customer: Part | None, sounds: Mapping[str, Samples | None],
    began: Mapping[str, datetime],
) -> Leg:  # fmt: skip
    """The leg with what is known of its time: when it began after the customer's track.

    The row of a consult leg is of the moment in which the customer joined it; when it began
    follows from its end.
    """
    here = began.get(said.path.name)
    if said.consult:
        start = _start(said, sounds)
        zero = _start(customer, sounds) if customer else None
        guess = start - zero if start is not None and zero is not None else None
        joined = here.timestamp() - start if here and start is not None else None
        slack = BY_END_S if guess is not None else None
        return replace(leg, guess_s=guess or 0.0, slack_s=slack, consult=True, joined_s=joined)
    there = began.get(customer.path.name) if customer else None
    if here is None or there is None:
        return leg
    return replace(leg, guess_s=(here - there).total_seconds(), slack_s=BY_ROW_S)


def _start(part: Part, sounds: Mapping[str, Samples | None]) -> float | None:
    """When a recorder began, by the end of its file; None when that cannot be told."""
    samples = sounds[part.path.name]
    return None if samples is None else part.path.stat().st_mtime - len(samples) / RATE


def _read(path: Path) -> Samples | None:
    """The file's samples at 8 kHz; None when nothing in it can be read."""
    try:
        sound = read_wav(path)
    except BrokenSound:
        return _salvage(path)
    samples = sound.samples if sound.samples.ndim == 1 else sound.samples[:, 0]
    if sound.rate == RATE:
        return samples
    return np.asarray(resample(samples, sound.rate, RATE) * 32767, dtype=np.int16)


def _salvage(path: Path) -> Samples | None:
    """A power cut can leave a header of zeros before good sound."""
    raw = path.read_bytes()
    if len(raw) <= HEADER or any(raw[:HEADER]):
        logger.warning("a recorder's file cannot be read", extra={"file": path.name})
        return None
    whole = len(raw) - HEADER - (len(raw) - HEADER) % 2
    return np.frombuffer(raw, dtype="<i2", count=whole // 2, offset=HEADER).astype(np.int16)
