"""A recorded conversation as turns: which question was put when, and what followed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from claims_store.rules.fields import Field
from claims_store.rules.readings.values import tidy

_ANSWER_TURNS = 4
"""An answer is looked for in this many turns of the customer after the question."""
_CUT_S = 0.15
"""A longer silence between two segments is a pause of the speaker, not a cut."""
_SENTENCE = re.compile(r"[^.?!。？！]+[.?!。？！]*")
# 有没有, 能不能: both answers are offered, so the question leans to neither.
_NEUTRAL = re.compile("有没有|能不能|在不在|是不是|会不会|对不对")
_NEGATIVE = re.compile(
    r"没.*[吗吧]|不.{0,6}[吗吧]"
    r"|\b(nobody|no one|no-one|isn't|aren't|wasn't|not|didn't|haven't|hasn't)\b"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds of the recording, ``conf`` 0 to 1."""

    text: str
    start: float
    end: float
    conf: float = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recognised segment of a track (``customer`` or ``agent``)."""

    track: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()


class Passage:
    """Several turns as one text, in which a place can be found again in the recording."""

    def __init__(self, turns: Iterable[Spoken], joint: str = " ") -> None:
        self.turns = tuple(turns)
        parts: list[str] = []
        self._marks: list[tuple[int, int, float, float]] = []
        offset = 0
        for turn in self.turns:
            text = tidy(turn.text)
            self._mark(turn, text, offset)
            parts.append(text)
            offset += len(text) + len(joint)
        self.text = joint.join(parts)

    def _mark(self, turn: Spoken, text: str, offset: int) -> None:
        cursor = 0
        self._marks.append((offset, offset, turn.start, 1.0))
        for word in turn.words:
            form = tidy(word.text)
            found = text.find(form, cursor) if form else -1
            if found >= 0:
                cursor = found + len(form)
                self._marks.append((offset + found, offset + cursor, word.start, word.conf))

    def at(self, offset: int) -> float | None:
        """When the word at an offset begins, in seconds."""
        times = [start for first, _, start, _ in self._marks if first <= offset]
        return times[-1] if times else None

    def conf(self, start: int, end: int) -> float:
        """The mean confidence of the words between two offsets; 1 when nothing is known."""
        values = [conf for first, last, _, conf in self._marks if first < end and last > start]
        return sum(values) / len(values) if values else 1.0


@dataclass(frozen=True, slots=True)
class Asking:
    """One time a field was asked: the question's turn, and the customer's turns after it."""

    question: Spoken
    answers: tuple[Spoken, ...]
    negative: bool

    @property
    def passage(self) -> Passage:
        """The answer as one text; pieces of a number over several turns stay together."""
        return Passage(self.answers)


class Talk:
    """A whole conversation, seen through the questions of a line of business."""

    def __init__(self, segments: Sequence[Spoken], rows: Sequence[Field], language: str) -> None:
        self._turns = _whole_sentences(segments)
        self._language = "zh" if language == "zh" else "en"
        self._asked = [self._fields_asked(turn, rows) for turn in self._turns]
        self.customer = Passage([t for t in self._turns if t.track == "customer"], joint=" ; ")

    def askings(self, name: str) -> list[Asking]:
        """Every time a field was asked, in order."""
        found = []
        for index, turn in enumerate(self._turns):
            if name in self._asked[index]:
                negative = bool(_NEGATIVE.search(_NEUTRAL.sub("", self._asked[index][name])))
                found.append(Asking(turn, self._answers(index, name), negative))
        return found

    def asks(self, turn: Spoken, name: str) -> bool:
        """Whether a turn speaks of a field in the words of its question."""
        return any(
            turn is each and name in asked
            for each, asked in zip(self._turns, self._asked, strict=True)
        )

    def read_backs(self) -> list[tuple[Spoken, Spoken]]:
        """Every turn of the agent with the customer's turn right after it."""
        return [
            (said, answer)
            for said, answer in pairwise(self._turns)
            if said.track == "agent" and answer.track == "customer"
        ]

    def _answers(self, index: int, name: str) -> tuple[Spoken, ...]:
        turns: list[Spoken] = []
        for later in range(index + 1, len(self._turns)):
            turn = self._turns[later]
            others = self._asked[later]
            if turn.track == "agent" and others and name not in others:
                break
            if turn.track == "customer":
                turns.append(turn)
            if len(turns) == _ANSWER_TURNS:
                break
        return tuple(turns)

    def _fields_asked(self, turn: Spoken, rows: Sequence[Field]) -> dict[str, str]:
        """Names of the fields a turn of the agent asks for, each with the asking sentence."""
        if turn.track != "agent":
            return {}
        sentences = _SENTENCE.findall(tidy(turn.text))
        marked = [each for each in sentences if each.rstrip().endswith(("?", "？"))]
        asking = sentences if not marked else dict.fromkeys((*marked, sentences[-1]))
        asked: dict[str, str] = {}
        for sentence in asking:
            for name in self._asks(sentence, rows):
                asked[name] = sentence.strip()
        return asked

    def _asks(self, sentence: str, rows: Sequence[Field]) -> list[str]:
        spans: list[tuple[int, int, Field]] = []
        for row in rows:
            forms = row.asks.get(self._language, ())
            hits = [match.span() for form in forms for match in re.finditer(form, sentence)]
            if hits:
                start, end = min(hits, key=lambda span: (span[0], -span[1]))
                spans.append((start, end, row))
        return [row.name for start, end, row in spans if not _outdone(start, end, row, spans)]


def _whole_sentences(segments: Sequence[Spoken]) -> list[Spoken]:
    """The segments in order; what a recogniser cut in mid-sentence is one turn again."""
    turns: list[Spoken] = []
    for turn in sorted(segments, key=lambda each: (each.start, each.end)):
        before = turns[-1] if turns else None
        if before is not None and before.track == turn.track and _goes_on(before, turn):
            text, words = f"{before.text} {turn.text}", before.words + turn.words
            turns[-1] = Spoken(turn.track, before.start, turn.end, text, words)
        else:
            turns.append(turn)
    return turns


def _goes_on(before: Spoken, turn: Spoken) -> bool:
    ended = before.text.rstrip().endswith((".", "?", "!", "。", "？", "！"))
    return not ended and 0 <= turn.start - before.end <= _CUT_S


def _outdone(start: int, end: int, row: Field, spans: list[tuple[int, int, Field]]) -> bool:
    """Whether a more telling question of the same kind covers this one.

    "Their phone number" begins before "phone number" and asks for the other party's.
    """
    return any(
        other.kind == row.kind
        and other.name != row.name
        and other_start < end
        and start < other_end
        and (other_start, -other_end) < (start, -end)
        for other_start, other_end, other in spans
    )
