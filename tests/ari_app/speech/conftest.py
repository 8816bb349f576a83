"""A voice for tests: it hums as long as the text is, and remembers what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ari_app.speech import audio
from ari_app.speech.voices import VoiceFailed


@dataclass
class Hum:
    name: str = "hum"
    licence: str = "voice data: none"
    loudness: float = 8000.0
    refuses: str = ""
    read: list[str] = field(default_factory=list)

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        files = []
        for at, text in enumerate(texts):
            if self.refuses and self.refuses in text:
                raise VoiceFailed(f"{text} cannot be read")
            self.read.append(text)
            seconds = 0.3 + 0.1 * len(text)
            wave = np.sin(2 * np.pi * 300 * np.arange(int(16000 * seconds)) / 16000)
            files.append(folder / f"{at}.wav")
            audio.write_wav(files[-1], audio.Sound((wave * self.loudness).astype(np.int16), 16000))
        return files


@pytest.fixture
def hum() -> Hum:
    return Hum()
