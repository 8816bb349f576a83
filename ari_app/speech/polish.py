"""From what a voice or a person recorded to what the telephone plays: mu-law, evenly loud.

Texts in square brackets are not read but made: `[tone HERTZ SECONDS]`, `[silence SECONDS]`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ari_app.speech import audio

RATE = 8000
SPEECH_DBFS = -20.0
PEAK_DBFS = -3.5  # mu-law's coarse steps may round up; the file stays below -3 dBFS
TONE_DBFS = -23.0

_BIAS, _CLIP = 0x84, 32635
_FLOOR_DBFS = -45.0
_FRAME = RATE // 100
_LEAD_S, _TAIL_S, _FADE_S = 0.02, 0.06, 0.005
_MADE = re.compile(r"\[(?:(tone) (\d+) (\d+(?:\.\d+)?)|(silence) (\d+(?:\.\d+)?))\]")


def to_ulaw(samples: NDArray[Any]) -> bytes:
    """16 bit samples as G.711 mu-law bytes."""
    linear = np.clip(samples.astype(np.int32), -_CLIP, _CLIP)
    magnitude = np.abs(linear) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    code = ~(sign | (exponent << 4) | mantissa) & 0xFF
    return bytes(code.astype(np.uint8))


def made(text: str) -> audio.Samples | None:
    """The sound a bracketed text describes, None for a text that is to be read."""
    found = _MADE.fullmatch(text)
    if found is None:
        return None
    if found[4]:
        return np.zeros(int(RATE * float(found[5])), dtype=np.int16)
    at = np.arange(int(RATE * float(found[3]))) / RATE
    wave = np.sin(2 * np.pi * int(found[2]) * at) * 10 ** (TONE_DBFS / 20) * 2**0.5
    return _to_int16(_faded(wave))


def polished(sound: audio.Sound) -> audio.Samples:
    """Speech at 8 kHz, both ends cut, SPEECH_DBFS while it speaks, no peak above PEAK_DBFS."""
    mono = sound.samples if sound.samples.ndim == 1 else sound.samples.mean(axis=1).astype(np.int16)
    wave = audio.resample(mono, sound.rate, RATE).astype(np.float64)
    wave -= float(np.mean(wave)) if len(wave) else 0.0
    loud = _loud(wave)
    if not len(loud):
        return np.zeros(0, dtype=np.int16)
    first = max(0, int(loud[0]) * _FRAME - int(_LEAD_S * RATE))
    last = (int(loud[-1]) + 1) * _FRAME + int(_TAIL_S * RATE)
    speaking = _frames(wave)[loud]
    gain = 10 ** (SPEECH_DBFS / 20) / float(np.sqrt(np.mean(np.square(speaking))))
    return _to_int16(_faded(_limited(wave[first:last] * gain)))


def read(path: Path) -> audio.Sound:
    """A recording by its suffix: `.wav`, or raw 8 kHz `.ulaw`. Raises BrokenSound."""
    if path.suffix == ".ulaw":
        return audio.Sound(audio.from_ulaw(path.read_bytes()), RATE)
    return audio.read_wav(path)


def _frames(wave: audio.Floats) -> audio.Floats:
    return wave[: len(wave) // _FRAME * _FRAME].reshape(-1, _FRAME)


def _loud(wave: audio.Floats) -> NDArray[np.intp]:
    """The 10 ms frames with speech in them: not more than 45 dB below the loudest."""
    power = np.sqrt(np.mean(np.square(_frames(wave)), axis=1))
    top = float(power.max()) if len(power) else 0.0
    return np.flatnonzero(power > top * 10 ** (_FLOOR_DBFS / 20)) if top else np.zeros(0, np.intp)


def _limited(wave: audio.Floats) -> audio.Floats:
    """Peaks bent, not cut: what is below half of the limit stays as it is."""
    top = 10 ** (PEAK_DBFS / 20)
    knee = top / 2
    over = np.maximum(np.abs(wave) - knee, 0.0)
    bent = knee + (top - knee) * np.tanh(over / (top - knee))
    return np.where(np.abs(wave) > knee, np.sign(wave) * bent, wave)


def _faded(wave: audio.Floats) -> audio.Floats:
    width = min(int(_FADE_S * RATE), len(wave) // 2)
    ramp = np.linspace(0.0, 1.0, width, endpoint=False)
    shape = np.ones(len(wave))
    shape[:width], shape[len(wave) - width :] = ramp, ramp[::-1]
    return np.asarray(wave * shape)


def _to_int16(wave: audio.Floats) -> audio.Samples:
    return np.clip(np.round(wave * audio.FULL_SCALE), -32768, 32767).astype(np.int16)
