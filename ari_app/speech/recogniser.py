"""What an engine of speech-to-text is: samples in, words with times out. Words only, no meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ari_app.speech.audio import Samples


class ModelMissing(Exception):
    """No model for this language is installed: calls go on, the job waits for `models install`."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard; times in seconds from the start of the sound, confidence 0..1.

    Engines do not calibrate their confidence: compare it within one engine only.
    """

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance with its words in order."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]

    @property
    def confidence(self) -> float:
        """Mean of its words; 0 when the engine gave none."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


class Recogniser(Protocol):
    """An engine with its model loaded; used by one thread at a time."""

    def transcribe(self, samples: Samples, rate: int, language: str) -> list[Segment]:
        """What is said in the sound, in order of time; an empty list for silence."""


def to_json(segment: Segment) -> dict[str, Any]:
    words = [[word.text, word.start, word.end, word.confidence] for word in segment.words]
    return {"start": segment.start, "end": segment.end, "text": segment.text, "words": words}


def from_json(shape: dict[str, Any]) -> Segment:
    words = tuple(Word(str(w[0]), float(w[1]), float(w[2]), float(w[3])) for w in shape["words"])
    return Segment(float(shape["start"]), float(shape["end"]), str(shape["text"]), words)
