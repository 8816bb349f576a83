"""Whisper by CTranslate2, an installable extra, with guards against what it makes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from ari_app.speech.audio import Samples, resample, voiced
from ari_app.speech.recogniser import Segment, Word

RATE = 16000
THREADS = 2
LEAST_LOGPROB = -1.0
MOST_COMPRESSION = 2.4
MOST_REPEATS = 4
PAUSE_S = 0.8


class WhisperEngine:
    """One Whisper model, 8 bit, greedy: about ten times faster than speech on one core."""

    def __init__(self, folder: Path, *, hint: str = "") -> None:
        self._hint = hint
        self._model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=THREADS,
            local_files_only=True,
        )

    def transcribe(self, samples: Samples, rate: int, language: str) -> list[Segment]:
        if not voiced(samples, rate):
            return []
        heard, _ = self._model.transcribe(
            resample(samples, rate, RATE),
            language=language,
            beam_size=1,
            temperature=0.0,
            vad_filter=True,
            word_timestamps=True,
            # Conditioning on its own words is how Whisper falls into loops.
            condition_on_previous_text=False,
            compression_ratio_threshold=MOST_COMPRESSION,
            log_prob_threshold=LEAST_LOGPROB,
            initial_prompt=self._hint or None,
        )
        believed = [part for part in heard if self._believable(part)]
        return [_segment(words) for part in believed for words in utterances(part.words or ())]

    def _believable(self, part: Any) -> bool:
        text = part.text.strip()
        return bool(
            text
            and part.avg_logprob > LEAST_LOGPROB
            and part.compression_ratio < MOST_COMPRESSION
            and not loops(text)
            and text not in self._hint
        )


def loops(text: str) -> bool:
    """Whether one piece of text comes again and again in a row: no speech, a stuck decoder."""
    pieces = text.lower().split() if " " in text.strip() else list(text)
    if not any(piece.isalpha() for piece in pieces):
        return False  # digits repeat in telephone numbers
    runs = Counter[str]()
    for width in range(1, 5):
        units = ["".join(pieces[at : at + width]) for at in range(0, len(pieces), width)]
        run = 1
        for before, unit in zip(units, units[1:], strict=False):
            run = run + 1 if unit == before else 1
            runs[unit] = max(runs[unit], run)
    return any(run > MOST_REPEATS and not unit.isdigit() for unit, run in runs.items())


def utterances(words: Iterable[Any]) -> list[list[Any]]:
    """Split at pauses: Whisper makes one segment of a question, the other's answer, and the next
    question, and who asked before what was answered would be lost."""
    found: list[list[Any]] = []
    for word in words:
        if found and word.start - found[-1][-1].end <= PAUSE_S:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _segment(words: list[Any]) -> Segment:
    text = "".join(word.word for word in words).strip()
    return Segment(
        round(words[0].start, 2),
        round(words[-1].end, 2),
        text,
        tuple(
            Word(w.word.strip(), round(w.start, 2), round(w.end, 2), round(w.probability, 3))
            for w in words
        ),
    )
