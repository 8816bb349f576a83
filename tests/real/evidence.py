"""What is left of a call: the recorders' files while there are any, and the sealed recording."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ari_app.jobs.sealing import open_recording
from ari_app.speech.audio import Samples, read_wav, rms_dbfs
from claims_store import recordings
from claims_store.recordings import Recording
from tests.real.house import House, until
from tests.real.listening import RATE

HOP = RATE // 400
WINDOW = RATE // 50
LOUD = 0.05
GAP_S = 0.15
"""Seconds of a gap that a packet which comes late leaves in a tone on a busy machine."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed recording, opened: the customer's side and the agents'."""

    recording: Recording
    customer: Samples
    agents: Samples


async def sealed(house: House, call_id: str, limit: float = 30) -> Sealed:
    """The call's recording once the worker has sealed it."""

    async def there() -> Recording | None:
        return await house.store.run(recordings.of_call, call_id)

    found = await until(there, limit)
    assert found is not None
    sound = open_recording(house.store, found, house.settings.recordings)
    assert sound is not None, "nothing was recorded"
    return Sealed(found, sound.samples[:, 0], sound.samples[:, 1])


def files(house: House, call_id: str) -> list[Path]:
    """Every file below the state directory that is named after the call."""
    return sorted(path for path in house.settings.state.rglob(f"*{call_id}*") if path.is_file())


def recorders(house: House, call_id: str) -> list[Path]:
    """What the recorders of the call have written so far."""
    return sorted(house.settings.incoming_recordings.glob(f"{call_id}-*.wav"))


def kept_aside(house: House, call_id: str, folder: Path) -> dict[str, Samples]:
    """Copies of the recorders' files, by name: the worker removes them soon."""
    found = {}
    for path in recorders(house, call_id):
        shutil.copy(path, folder / path.name)
        found[path.name] = read_wav(folder / path.name).samples
    return found


def tones(samples: Samples, hertz: float) -> list[tuple[float, float]]:
    """Begin and end, in seconds, of each stretch in which a tone is heard."""
    if len(samples) < WINDOW:
        return []
    frames = np.lib.stride_tricks.sliding_window_view(samples / 32768, WINDOW)[::HOP]
    wave = np.exp(-2j * np.pi * hertz * np.arange(WINDOW) / RATE) * np.hanning(WINDOW)
    heard = np.abs(frames @ wave) * 4 / WINDOW > LOUD
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(int), [0]])))
    spans: list[tuple[float, float]] = []
    for first, last in (edges.reshape(-1, 2) * HOP + WINDOW / 2) / RATE:
        if spans and first - spans[-1][1] < GAP_S:
            spans[-1] = (spans[-1][0], float(last))
        else:
            spans.append((float(first), float(last)))
    return [span for span in spans if span[1] - span[0] > 0.1]


def between(samples: Samples, begin: float, end: float, margin: float = 0.08) -> float:
    """How loud it is between two moments, in dBFS."""
    return rms_dbfs(samples[round((begin + margin) * RATE) : round((end - margin) * RATE)])
