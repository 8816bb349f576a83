"""Sound as telephones carry it: G.711 mu-law, 8000 samples a second."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME = 160
"""Samples in the 20 ms of one packet; in mu-law as many bytes."""
SILENCE = b"\xff" * FRAME

_BIAS = 0x84


def _decoded() -> NDArray[np.int16]:
    """The linear value of each of the 256 mu-law bytes (ITU-T G.711)."""
    code = ~np.arange(256, dtype=np.uint8)
    magnitude = ((code & 0x0F).astype(np.int32) << 3) + _BIAS
    magnitude = (magnitude << ((code & 0x70) >> 4)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


DECODE = _decoded()
LOUDNESS = bytes(int(value) for value in np.minimum(np.abs(DECODE.astype(np.int32)) >> 7, 255))
"""The magnitude of each mu-law byte in steps of 128: a table for `bytes.translate`."""


def decode(sound: bytes) -> NDArray[np.int16]:
    return DECODE[np.frombuffer(sound, np.uint8)]


def encode(samples: NDArray[np.int16]) -> bytes:
    """Linear samples as mu-law."""
    sign = np.where(samples < 0, 0x80, 0).astype(np.uint8)
    magnitude = np.minimum(np.abs(samples.astype(np.int32)), 32635) + _BIAS
    exponent = np.clip(np.floor(np.log2(magnitude)).astype(np.int32) - 7, 0, 7)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    codes: NDArray[np.uint8] = ~(
        sign | (exponent << 4).astype(np.uint8) | mantissa.astype(np.uint8)
    )
    return codes.tobytes()


def read_clip(clip: Path) -> bytes:
    """A raw mu-law file, or a mono WAV of 8 kHz and 16 bits, as mu-law."""
    if clip.suffix == ".ulaw":
        return clip.read_bytes()
    with wave.open(str(clip)) as wav:
        if (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{clip} is not mono, 8 kHz, 16 bits.")
        return encode(np.frombuffer(wav.readframes(wav.getnframes()), "<i2"))


def write_wav(file: Path, sound: bytes) -> Path:
    """Mu-law sound as a WAV of 16 bits."""
    with wave.open(str(file), "wb") as wav:
        wav.setframerate(RATE)
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.writeframes(decode(sound).astype("<i2").tobytes())
    return file
