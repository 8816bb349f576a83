"""Sound as numbers: tolerant WAV reading, safe writing, resampling, loudness, tones.

Everything here works on mono 16 bit samples (numpy int16), unless a function says stereo.
"""

from __future__ import annotations

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.int16]
Floats: TypeAlias = NDArray[np.float64]

FULL_SCALE = 32768.0
SILENCE_DBFS = -120.0
FRAME_S = 0.02


class BrokenSound(Exception):
    """The file holds no sound that can be read: nothing was changed; look at the file by hand."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples and how many of them make a second; shape (n,) for mono, (n, 2) for stereo."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read_wav(path: Path) -> Sound:
    """Read 16 bit PCM, also when the recorder died before it wrote the sizes into the header.

    A data chunk of size 0, or one that claims more than the file has, is taken to reach to the
    end of the file. Raises BrokenSound when there is no format or it is not 16 bit PCM.
    """
    return parse_wav(path.read_bytes(), path.name)


def parse_wav(raw: bytes, name: str) -> Sound:
    """`read_wav` for bytes; `name` is for the fault."""
    if len(raw) < 12 or raw[:4] != b"RIFF" or raw[8:12] != b"WAVE":
        raise BrokenSound(f"{name} is not a WAV file")
    channels, rate, position = 0, 0, 12
    while position + 8 <= len(raw):
        chunk, size = raw[position : position + 4], _size(raw, position + 4)
        body = position + 8
        if chunk == b"fmt " and body + 16 <= len(raw):
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", raw, body)
            if kind not in (1, 0xFFFE) or bits != 16 or channels not in (1, 2) or not rate:
                raise BrokenSound(f"{name} is not 16 bit PCM in one or two channels")
        if chunk == b"data":
            return _sound(raw, body, size, channels, rate, name)
        position = body + size + (size & 1)
    raise BrokenSound(f"{name} has no sound in it")


def _size(raw: bytes, position: int) -> int:
    return int.from_bytes(raw[position : position + 4], "little")


def _sound(raw: bytes, body: int, size: int, channels: int, rate: int, name: str) -> Sound:
    if not channels:
        raise BrokenSound(f"{name} has sound before its format")
    there = len(raw) - body
    size = there if size == 0 or size > there else size
    whole = size - size % (2 * channels)
    samples = np.frombuffer(raw, dtype="<i2", count=whole // 2, offset=body).astype(np.int16)
    return Sound(samples.reshape(-1, 2) if channels == 2 else samples, rate)


def write_wav(path: Path, sound: Sound) -> None:
    """Write so that the file is either whole or not there: aside, to the disk, then renamed."""
    channels = 2 if sound.samples.ndim == 2 else 1
    body = np.ascontiguousarray(sound.samples, dtype="<i2").tobytes()
    block = 2 * channels
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 1, channels, sound.rate),
        *(sound.rate * block, block, 16, b"data", len(body)),
    )
    write_whole(path, head + body)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, mode 0600, atomically and safely on the disk."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names created, renamed or removed in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def from_ulaw(raw: bytes) -> Samples:
    """G.711 mu-law bytes as linear samples."""
    code = ~np.frombuffer(raw, dtype=np.uint8)
    exponent = (code >> 4) & 7
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + 0x84) << exponent
    return np.where(code & 0x80, 0x84 - magnitude, magnitude - 0x84).astype(np.int16)


def resample(samples: NDArray[Any], rate: int, to: int) -> NDArray[np.float32]:
    """The same sound at another rate, as floats in -1..1 (windowed sinc, phase by phase)."""
    source = samples.astype(np.float32)
    if samples.dtype == np.int16:
        source /= np.float32(FULL_SCALE)
    if rate == to or not len(source):
        return source
    common = math.gcd(rate, to)
    up, down = to // common, rate // common
    half = 16 * max(up, down)
    steps = np.arange(-half, half + 1) / max(up, down)
    taps = (np.sinc(steps) * np.kaiser(2 * half + 1, 8.0) * up / max(up, down)).astype(np.float32)
    length = -(-len(source) * up // down)
    full = np.zeros((len(source) + len(taps)) * up, dtype=np.float32)
    for phase in range(up):
        part = np.convolve(source, taps[phase::up])
        full[phase::up][: len(part)] = part
    return np.ascontiguousarray(full[half::down][:length])


def rms_dbfs(samples: NDArray[Any]) -> float:
    """Mean loudness in decibels below full scale; SILENCE_DBFS for nothing or digital zero."""
    if not samples.size:
        return SILENCE_DBFS
    return _dbfs(float(np.mean(np.square(samples.astype(np.float64)))))


def _dbfs(power: float) -> float:
    return max(SILENCE_DBFS, 10 * math.log10(power / FULL_SCALE**2)) if power else SILENCE_DBFS


def loudest_dbfs(samples: Samples, rate: int, window_s: float = 0.1) -> float:
    """Loudness of the loudest window."""
    width = max(1, int(rate * window_s))
    whole = len(samples) - len(samples) % width
    rest = rms_dbfs(samples[whole:])
    if not whole:
        return rest
    powers = np.square(samples[:whole].astype(np.float64)).reshape(-1, width).mean(axis=1)
    return max(rest, _dbfs(float(powers.max())))


def tone_dbfs(samples: Samples, rate: int, hertz: float) -> float:
    """How loud one frequency is: RMS of that tone in decibels below full scale."""
    if not samples.size:
        return SILENCE_DBFS
    window = np.hanning(len(samples))
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / rate)
    peak = 2 * abs(np.sum(samples * window * turn)) / (np.sum(window) or 1.0)
    rms = peak / math.sqrt(2) / FULL_SCALE
    return max(SILENCE_DBFS, 20 * math.log10(rms)) if rms > 0 else SILENCE_DBFS


def envelope(samples: Samples, rate: int) -> Floats:
    """Loudness of each 20 ms as a linear RMS value: the coarse shape of speech."""
    width = int(rate * FRAME_S)
    frames = samples[: len(samples) // width * width].reshape(-1, width).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(np.square(frames), axis=1)), dtype=np.float64)


def voiced(
    samples: Samples,
    rate: int,
    *,
    floor_dbfs: float = -50.0,
    pad_s: float = 0.4,
    join_s: float = 1.5,
) -> list[tuple[int, int]]:
    """Where somebody may be speaking: (first, last) sample positions, padded, near ones joined.

    Silence is not free for a recogniser, and some of them hear words in it.
    """
    loud = np.flatnonzero(envelope(samples, rate) > FULL_SCALE * 10 ** (floor_dbfs / 20))
    width, pad = int(rate * FRAME_S), int(rate * pad_s)
    found: list[tuple[int, int]] = []
    for frame in loud.tolist():
        first, last = max(0, frame * width - pad), min(len(samples), (frame + 1) * width + pad)
        if found and first - found[-1][1] <= int(rate * join_s):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
