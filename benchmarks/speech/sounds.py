"""What is listened to: Debian's English prompts for Asterisk, spoken by a person at 8 kHz, as they
come over a telephone line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ari_app.installed import find_asterisk
from ari_app.speech.audio import Samples, Sound, from_ulaw, read_wav, resample, write_wav
from ari_app.speech.polish import to_ulaw
from benchmarks.speech.words import words

RATE = 8000
LEAST_WORDS = 5
PAUSE_S = 0.6
OWN = {
    "vm-goodbye": "Goodbye.",
    "conf-onlyperson": "You are currently the only person in this conference.",
    "pbx-invalid": "I am sorry, that is not a valid extension. Please try again.",
    "agent-pass": "Please enter your password followed by the pound key.",
    "queue-thankyou": "Thank you for your patience.",
    "queue-youarenext": "Your call is now first in line and will be answered by the next available "
    "representative.",
    "auth-incorrect": "Password incorrect. Please enter your password followed by the pound key.",
    "ss-noservice": "The number you have dialed is not in service. Please check the number and try "
    "again.",
}
"""A few texts, for when no file of all is at hand."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recording and the words in it."""

    name: str
    said: list[str]
    samples: Samples


def telephone(samples: Samples) -> Samples:
    """As it sounds after G.711."""
    return from_ulaw(to_ulaw(samples))


def sentences(text: Path | None, most: int) -> list[Spoken]:
    """Recordings of at least five words, evenly chosen out of all."""
    folder = find_asterisk().data / "sounds" / "en_US_f_Allison"
    said = OWN if text is None else _texts(text)
    found = [(name, words(each)) for name, each in sorted(said.items())]
    there = [
        (name, each) for name, each in found
        if len(each) >= LEAST_WORDS and (folder / f"{name}.wav").exists()
    ]  # fmt: skip
    step = max(1, len(there) // most)
    return [
        Spoken(name, each, _read(folder / f"{name}.wav")) for name, each in there[::step][:most]
    ]


def _texts(file: Path) -> dict[str, str]:
    lines = file.read_text("utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line and not line.startswith(";"))
    return {name.strip(): said.strip() for name, _, said in pairs}


def _read(file: Path) -> Samples:
    sound = read_wav(file)
    mono = sound.samples[:, 0] if sound.samples.ndim == 2 else sound.samples
    if sound.rate != RATE:
        mono = (resample(mono, sound.rate, RATE) * 32767).astype(np.int16)
    return telephone(mono)


def long(spoken: list[Spoken], seconds: float) -> Samples:
    """All of it with pauses, again and again, as long as wanted."""
    pause = np.zeros(int(PAUSE_S * RATE), np.int16)
    once = np.concatenate([piece for each in spoken for piece in (each.samples, pause)])
    return np.resize(once, int(seconds * RATE))


def write(file: Path, samples: Samples) -> Path:
    write_wav(file, Sound(samples, RATE))
    return file
