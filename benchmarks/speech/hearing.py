"""How well and how fast is heard: the product's way through its child process, beside the engine's
library alone with the same settings."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ari_app.settings import cache_home
from ari_app.speech.audio import Samples, resample
from ari_app.speech.models import Models
from ari_app.speech.transcripts import Transcriber
from benchmarks.load.figures import Spread, paired, spread
from benchmarks.load.processes import used
from benchmarks.speech.sounds import RATE, Spoken, long, write
from benchmarks.speech.words import errors, words

LONG_S = 180.0


@dataclass(slots=True)
class Heard:
    """Error rates by words, and times of a long sound by its length."""

    model: str = ""
    sounds: int = 0
    words: int = 0
    wrong: int = 0
    wrong_raw: int = 0
    product_rtf: list[float] = field(default_factory=list)
    raw_rtf: list[float] = field(default_factory=list)
    product_cpu: list[float] = field(default_factory=list)
    """CPU seconds of the child by a second of sound."""

    @property
    def speed(self) -> Spread:
        """The product's speed by the library's; 1 is as fast."""
        return paired(self.raw_rtf, self.product_rtf)

    @property
    def rtf(self) -> Spread:
        return spread(self.product_rtf)


def hear(spoken: Sequence[Spoken], rounds: int, say: Callable[[str], None]) -> Heard:
    """Listen to all sentences by both ways, then to three minutes of them in turn."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Transcriber(Models(cache_home() / "models")) as transcriber,
    ):
        installed = transcriber.model_for("en")
        found = Heard(installed.model.name)
        raw = Raw(installed.folder)
        transcriber.warm("en")
        for each in spoken:
            file = write(Path(folder) / f"{each.name.replace('/', '-')}.wav", each.samples)
            heard = " ".join(s.text for s in transcriber.transcribe(file, "en"))
            found.sounds += 1
            found.words += len(each.said)
            found.wrong += errors(each.said, words(heard))
            found.wrong_raw += errors(each.said, words(raw.text(each.samples)))
        say(f"{found.sounds} sounds: {found.wrong} of {found.words} words wrong")
        whole = long(list(spoken), LONG_S)
        file = write(Path(folder) / "long.wav", whole)
        for number in range(1, rounds + 1):
            _race(found, transcriber, raw, file, whole)
            say(f"round {number}: {found.product_rtf[-1]:.3f}, raw {found.raw_rtf[-1]:.3f}")
    return found


def _race(found: Heard, ours: Transcriber, raw: Raw, file: Path, whole: Samples) -> None:
    assert ours.pid is not None
    before, began = used(ours.pid), time.perf_counter()
    ours.transcribe(file, "en")
    middle = time.perf_counter()
    found.product_cpu.append((used(ours.pid) - before).all / 1000 / LONG_S)
    raw.text(whole)
    ended = time.perf_counter()
    found.product_rtf.append((middle - began) / LONG_S)
    found.raw_rtf.append((ended - middle) / LONG_S)


class Raw:
    """The library alone, set as the product sets it."""

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel  # it belongs to an extra

        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
        )

    def text(self, samples: Samples) -> str:
        heard, _ = self._model.transcribe(
            resample(samples, RATE, 16000), language="en", beam_size=1, temperature=0.0,
            vad_filter=True, word_timestamps=True, condition_on_previous_text=False,
        )  # fmt: skip
        return " ".join(part.text for part in heard)
