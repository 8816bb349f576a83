"""Sound for tests: speech-like noise, tones, and files as recorders leave them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ari_app.speech.audio import Samples, Sound, write_wav

RATE = 8000


def babble(seconds: float, seed: int, level: float = 2500.0) -> Samples:
    """Noise that comes and goes like syllables; the same seed gives the same sound."""
    chance = np.random.default_rng(seed)
    length = int(seconds * RATE)
    on = np.repeat(chance.random(int(seconds * 5) + 1) > 0.45, RATE // 5)[:length]
    return np.asarray(chance.normal(0, level, length) * on, dtype=np.int16)


def tone(seconds: float, hertz: float, level: float = 8000.0) -> Samples:
    steps = np.arange(int(seconds * RATE))
    return np.asarray(level * np.sin(2 * np.pi * hertz * steps / RATE), dtype=np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def leave(folder: Path, name: str, samples: Samples) -> Path:
    """A recorder's file, old enough to be settled."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    write_wav(path, Sound(samples, RATE))
    return path
