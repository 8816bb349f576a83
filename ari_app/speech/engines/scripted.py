"""Hears what a script says: for tests and drills, where a sound always gives the same words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ari_app.speech.audio import Samples, voiced
from ari_app.speech.recogniser import Segment, from_json


class ScriptedEngine:
    """A folder of `FINGERPRINT.json`, and `anything.json` for sound that has no script."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def transcribe(self, samples: Samples, rate: int, language: str) -> list[Segment]:
        if not voiced(samples, rate):
            return []
        script = self._folder / f"{fingerprint(samples)}.json"
        script = script if script.exists() else self._folder / "anything.json"
        if not script.exists():
            return []
        return [from_json(shape) for shape in json.loads(script.read_text(encoding="utf-8"))]


def fingerprint(samples: Samples) -> str:
    """The name of the script for this sound."""
    return hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest()[:16]
