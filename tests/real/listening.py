"""Measures what was heard: levels and tones in WAV files, and makes tones to be heard."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE = 8000


def read(file: Path) -> Samples:
    """A mono 16-bit WAV as numbers between -1 and 1."""
    with wave.open(str(file)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (RATE, 1, 2)
        raw = wav.readframes(wav.getnframes())
    return np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768


def read_side(file: Path, side: int) -> Samples:
    """One side of a stereo WAV: 0 the customer, 1 the agents."""
    with wave.open(str(file)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth()) == (2, 2)
        raw = wav.readframes(wav.getnframes())
        assert wav.getframerate() == RATE
    return np.frombuffer(raw, dtype="<i2").astype(np.float64)[side::2] / 32768


def write_tone(file: Path, hertz: float, seconds: float, level: float = 0.25) -> Path:
    """A WAV that holds a pure tone."""
    times = np.arange(int(seconds * RATE)) / RATE
    samples = (np.sin(2 * np.pi * hertz * times) * level * 32767).astype("<i2")
    with wave.open(str(file), "wb") as wav:
        wav.setframerate(RATE)
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.writeframes(samples.tobytes())
    return file


def level(samples: Samples) -> float:
    """Loudness in dBFS; digital silence is -120."""
    if not samples.size:
        return -120.0
    return float(max(-120.0, 20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-12)))


def has_tone(samples: Samples, hertz: float, threshold: float) -> NDArray[np.bool_]:
    """For each frame of 20 ms, whether a tone is present."""
    frame = RATE // 50
    whole = samples[: samples.size // frame * frame].reshape(-1, frame)
    wave_ = np.exp(-2j * np.pi * hertz * np.arange(frame) / RATE)
    found: NDArray[np.bool_] = np.abs(whole @ wave_) * 2 / frame > threshold
    return found


def tone_seconds(samples: Samples, hertz: float, threshold: float = 0.02) -> float:
    """For how long a tone is present, counted in frames of 20 ms."""
    return float(np.count_nonzero(has_tone(samples, hertz, threshold))) / 50


def longest_gap(samples: Samples, hertz: float, threshold: float = 0.02) -> float:
    """The longest time, in seconds, for which a tone is missing between its begin and its end."""
    there = np.flatnonzero(has_tone(samples, hertz, threshold))
    return float(np.max(np.diff(there)) - 1) / 50 if there.size > 1 else float(samples.size) / RATE
