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

from ari_app.jobs.audio import Leg, join, place
from ari_app.speech.audio import BrokenSound, Samples, Sound, read_wav, resample
from claims_store.recordings import VOICE_REPORT

logger = logging.getLogger(__name__)

RATE = 8000
HEADER = 44
SAME = 0.95
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
    talks = _merged([_talk(segment, parts, sounds, began) for segment in _segments(parts)])
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


def _merged(talks: list[Talk]) -> list[Talk]:
    """Without talks that nobody answered, and with those taken into the one before whose
    customer's recorder ran on: a blind transfer starts a second one beside it."""
    kept: list[Talk] = []
    for talk in talks:
        if talk.segment not in (0, VOICE_REPORT) and not talk.legs:
            continue
        if kept and kept[-1].segment and talk.segment < VOICE_REPORT:
            inside = place(Leg(talk.customer, talk.customer, 0.0), kept[-1].customer, RATE)
            over = inside.at + len(talk.customer) - len(kept[-1].customer)
            if inside.likeness > SAME and over < RATE:
                moved = [replace(leg, guess_s=leg.guess_s + inside.at / RATE) for leg in talk.legs]
                kept[-1] = replace(kept[-1], legs=[*kept[-1].legs, *moved])
                continue
        kept.append(talk)
    return kept


def _customer(parts: list[Part], sounds: Mapping[str, Samples | None]) -> Samples:
    for part in parts:
        samples = sounds[part.path.name]
        if part.side == "customer" and samples is not None:
            return samples
    return np.zeros(0, dtype=np.int16)


def _legs(
    parts: list[Part], sounds: Mapping[str, Samples | None], began: Mapping[str, datetime]
) -> list[Leg]:
    start = next((began.get(part.path.name) for part in parts if part.side == "customer"), None)
    nothing = np.zeros(0, dtype=np.int16)
    legs: list[Leg] = []
    for said in (part for part in parts if part.side == "agent"):
        heard = said.path.name.removesuffix("-agent.wav") + "-heard.wav"
        here = began.get(said.path.name)
        guess = (here - start).total_seconds() if start and here else 0.0
        mine, theirs = sounds[said.path.name], sounds.get(heard)
        legs.append(
            Leg(
                nothing if mine is None else mine,
                nothing if theirs is None else theirs,
                guess,
                said.consult,
            )
        )
    return legs


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
