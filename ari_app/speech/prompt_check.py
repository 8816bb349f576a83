"""Do the prompts' texts and their audio still agree? Every difference is told, none mended."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ari_app.speech import audio, polish, prompts
from ari_app.speech.prompts import LANGUAGES, Made, PromptTable

LONGEST_S = 20.0
QUIETEST_DBFS = -40.0
SHORTEST_S = 0.12
FASTEST = {
    "zh": 0.085,
    "en": 0.03,
}  # seconds a Chinese character, a Latin letter, at the very least

_WORD = re.compile(r"[0-9A-Za-z]+")
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one prompt in one language."""

    name: str
    language: str
    code: str
    sentence: str


def check(
    table: PromptTable, sounds: Path, *, used: Collection[str] | None = None
) -> list[Problem]:
    """Everything wrong with the table and the audio under `sounds`, by language and name.

    With `used`, the names the code speaks, it also tells names that are spoken and have no row.
    """
    problems = [
        Problem(name, "", "unknown", f"{name} is spoken but has no row in {prompts.TABLE}")
        for name in sorted(set(used or ()) - table.names)
    ]
    for language in LANGUAGES:
        folder = sounds / language
        rows = prompts.manifest(folder)
        for name in sorted(table.texts):
            text = table.text(name, language)
            code, sentence = _fault(text, language, folder / f"{name}.ulaw", rows.get(name))
            if code:
                problems.append(Problem(name, language, code, f"{language}/{name}: {sentence}"))
        problems += _left_over(table, language, folder)
    return problems


def shortest_s(text: str, language: str) -> float:
    """The shortest time in which `text` can be said and understood."""
    _, words = prompts.spoken(text, language)
    letters = sum(len(word) for word in _WORD.findall(words))
    characters = len(_CJK.findall(words))
    return max(SHORTEST_S, characters * FASTEST["zh"] + letters * FASTEST["en"])


def loudness_dbfs(samples: audio.Samples) -> float:
    """How loud a prompt is where it is loud: the loudest tenth of a second."""
    return audio.loudest_dbfs(samples, polish.RATE)


def _fault(text: str, language: str, file: Path, row: Made | None) -> tuple[str, str]:
    """The first thing wrong with one prompt: its code and a sentence, or two empty strings."""
    if not text:
        return "no_text", f"has no text in {language}; write one into {prompts.TABLE}"
    if not file.is_file() or row is None:
        return "no_audio", "has no audio yet; run `claimline prompts render`"
    if row.text != prompts.fingerprint(text):
        return "text_changed", "was made from another text; render or record it again"
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != row.sha256:
        return "audio_changed", "is not the audio the manifest names; render it again"
    return _sound_fault(text, language, audio.from_ulaw(content))


def _sound_fault(text: str, language: str, samples: audio.Samples) -> tuple[str, str]:
    seconds = len(samples) / polish.RATE
    if seconds > LONGEST_S:
        return "too_long", f"takes {seconds:.1f} s; nobody listens longer than {LONGEST_S:.0f} s"
    if text.startswith("[silence"):
        return "", ""
    if (loudness := loudness_dbfs(samples)) < QUIETEST_DBFS:
        return "too_quiet", f"is at {loudness:.0f} dBFS, {QUIETEST_DBFS:.0f} is the least"
    if not text.startswith("[tone") and seconds < (least := shortest_s(text, language)):
        return "too_short", f"takes {seconds:.2f} s, its text needs {least:.2f} s"
    return "", ""


def _left_over(table: PromptTable, language: str, folder: Path) -> list[Problem]:
    return [
        Problem(file.stem, language, "left_over", f"{language}/{file.name}: has no row; remove it")
        for file in sorted(folder.glob("*.ulaw"))
        if file.stem not in table.texts
    ]
