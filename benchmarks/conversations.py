"""Invented claims conversations with typed values that are right, wrong or never asked.

The text is given traits that recognisers were seen to have: figures or words, split and glued
numbers, doubled digits lost or added, lost punctuation, fillers, lost words. No human spoke any of
this; it measures the comparison, not a recogniser.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.phrases import EN, ZH, Phrases
from claims_store.rules.findings import Spoken, Word

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 25, 14, 20, tzinfo=ZONE)
DIGIT_WRONG = 0.01
DOUBLE_CHANGED = 0.05
WORD_LOST = 0.04
QUESTION_LOST = 0.03
UNSURE_WORD = 0.02
ODDS = {"right": 0.6, "wrong": 0.25, "unasked": 0.15}


@dataclass
class Item:
    """One field of a conversation: what is true, what was typed, and what that makes it."""

    name: str
    truth: str
    typed: str
    kind: str  # right, wrong or unasked


@dataclass
class Conversation:
    """Items and the recognised segments of both tracks."""

    language: str
    items: list[Item] = field(default_factory=list)
    segments: list[Spoken] = field(default_factory=list)


class Speaker:
    """Puts sentences on the two tracks, with a recogniser's traits."""

    def __init__(self, rng: random.Random, phrases: Phrases) -> None:
        self.rng, self.phrases = rng, phrases
        self.segments: list[Spoken] = []
        self.clock = 1.0
        self.bare = rng.random() < 0.4  # a recogniser without punctuation and capitals

    def say(self, track: str, text: str) -> None:
        text = self._heard(text)
        if not text:
            return
        pieces = re.findall(r"[A-Za-z0-9'.:]+|[\u4e00-\u9fff]", text)
        words, at = [], self.clock
        for piece in pieces:
            conf = 0.2 if self.rng.random() < UNSURE_WORD else self.rng.uniform(0.6, 1)
            words.append(Word(piece, at, at + 0.3, conf))
            at += 0.3
        self.segments.append(Spoken(track, self.clock, at, text, tuple(words)))
        self.clock = at + 0.5

    def _heard(self, text: str) -> str:
        if self.rng.random() < 0.2:
            text = self.rng.choice(self.phrases.fillers) + text
        if self.bare:
            text = re.sub(r"[,.?!，。？！](?!\d)", " ", text).lower()
        return re.sub(r"\s+", " ", text).strip()

    def lossy(self, text: str) -> str:
        """Free speech with some words lost."""
        parts = re.findall(r"\S+\s*", text) if " " in text else list(text)
        return "".join(part for part in parts if self.rng.random() >= WORD_LOST)

    def digits(self, value: str) -> str:
        """A number character by character, with a recogniser's slips."""
        slipped = "".join(self._slip(char) for char in value)
        slipped = re.sub(r"(\d)\1", self._double, slipped)
        return self.phrases.spell(slipped, self.rng)

    def _slip(self, char: str) -> str:
        wrong = char.isdigit() and self.rng.random() < DIGIT_WRONG
        return self.rng.choice("0123456789") if wrong else char

    def _double(self, match: re.Match[str]) -> str:
        if self.rng.random() >= DOUBLE_CHANGED:
            return match[0]
        return match[1] * self.rng.choice((1, 3))


def conversation(rng: random.Random, language: str) -> Conversation:
    """One call; which values are wrong or unasked is drawn by `ODDS`."""
    phrases = ZH if language == "zh" else EN
    speaker = Speaker(rng, phrases)
    call = Conversation(language)
    speaker.say("agent", phrases.hello)
    for name in phrases.order:
        truth, other = _values(name, rng, phrases)
        kind = rng.choices(list(ODDS), list(ODDS.values()))[0]
        call.items.append(Item(name, truth, other if kind == "wrong" else truth, kind))
        if kind != "unasked":
            _exchange(name, truth, rng, speaker)
    speaker.say("agent", phrases.bye)
    call.segments = speaker.segments
    return call


def _exchange(name: str, truth: str, rng: random.Random, speaker: Speaker) -> None:
    phrases = speaker.phrases
    question = rng.choice(phrases.questions[name])
    if rng.random() < QUESTION_LOST:
        question = rng.choice(phrases.mumbled)
    speaker.say("agent", question)
    answer = _answer(name, truth, rng, speaker)
    for part in answer if isinstance(answer, list) else [answer]:
        speaker.say("customer", part)
    if rng.random() < 0.3:
        speaker.say("agent", rng.choice(phrases.fine))


def _answer(name: str, truth: str, rng: random.Random, speaker: Speaker) -> str | list[str]:
    phrases = speaker.phrases
    if name in ("callback_phone", "plate", "other_plate", "policy_number", "other_phone"):
        spoken = speaker.digits(truth.removeprefix("+86"))
        frame = rng.choice(phrases.frames)
        return frame.format(spoken)
    if name == "loss_time":
        return phrases.time(datetime.fromisoformat(truth), START, rng)
    if name == "loss_region":
        return rng.choice(phrases.regions[truth])
    if name in ("narrative", "loss_place"):
        return speaker.lossy(phrases.free[name][truth])
    if name == "driver_name":
        return rng.choice(phrases.names).format(truth)
    return rng.choice(phrases.answers[name][truth])


def _values(name: str, rng: random.Random, phrases: Phrases) -> tuple[str, str]:
    """A true value and a wrong one as agents mistype: a digit off, two swapped, another value."""
    if name in ("callback_phone", "other_phone"):
        truth = "+861" + "".join(rng.choice("356789") for _ in range(2)) + _figures(rng, 8)
        return truth, _mistyped(truth, rng, first=4)
    if name == "policy_number":
        truth = _figures(rng, 12)
        return truth, _mistyped(truth, rng, first=0)
    if name in ("plate", "other_plate"):
        truth = rng.choice("沪浙苏京粤") + rng.choice("ABCDE") + _figures(rng, 5)
        return truth, _mistyped(truth, rng, first=2)
    if name == "loss_time":
        return _time(rng)
    pool = list(_pool(name, phrases))
    truth = rng.choice(pool)
    return truth, rng.choice([value for value in pool if value != truth])


def _pool(name: str, phrases: Phrases) -> list[str]:
    if name == "loss_region":
        return list(phrases.regions)
    if name in phrases.free:
        return list(phrases.free[name])
    return phrases.people if name == "driver_name" else list(phrases.answers[name])


def _figures(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _mistyped(truth: str, rng: random.Random, first: int) -> str:
    spots = range(first, len(truth))
    if rng.random() < 0.4:
        at = rng.choice(spots)
        return (
            truth[:at] + rng.choice([d for d in "0123456789" if d != truth[at]]) + truth[at + 1 :]
        )
    for _ in range(50):
        at = rng.choice(list(spots)[:-1])
        if truth[at] != truth[at + 1]:
            return truth[:at] + truth[at + 1] + truth[at] + truth[at + 2 :]
    return truth[:first] + _figures(rng, len(truth) - first)


def _time(rng: random.Random) -> tuple[str, str]:
    days = rng.choice((0, 1, 1, 2, 3))
    hour = rng.randint(7, 12) if days == 0 else rng.randint(6, 22)
    truth = (START - timedelta(days=days)).replace(hour=hour, minute=rng.choice(range(0, 60, 5)))
    change = rng.choice((timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)))
    wrong = truth - change
    return truth.isoformat(timespec="minutes"), wrong.isoformat(timespec="minutes")
