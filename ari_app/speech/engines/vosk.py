"""Vosk, the product's engine. A Kaldi assertion aborts the process: only the child loads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import vosk

from ari_app.speech.audio import Samples, resample, voiced
from ari_app.speech.recogniser import Segment, Word

RATE = 16000
CHUNK = RATE // 5


class VoskEngine:
    """One Kaldi model. Always given 16 kHz: most models refuse the telephone's 8 kHz."""

    def __init__(self, folder: Path) -> None:
        vosk.SetLogLevel(-1)
        # By path only: the constructor by language downloads, or ends the whole process.
        self._model = vosk.Model(model_path=str(folder))

    def transcribe(self, samples: Samples, rate: int, language: str) -> list[Segment]:
        found: list[Segment] = []
        for first, last in voiced(samples, rate):
            found += self._stretch(samples[first:last], rate, first / rate)
        return found

    def _stretch(self, samples: Samples, rate: int, offset: float) -> list[Segment]:
        recogniser = vosk.KaldiRecognizer(self._model, RATE)
        recogniser.SetWords(True)
        sound = np.clip(resample(samples, rate, RATE) * 32767, -32768, 32767).astype("<i2")
        results = [
            recogniser.Result()
            for at in range(0, len(sound), CHUNK)
            if recogniser.AcceptWaveform(sound[at : at + CHUNK].tobytes())
        ]
        results.append(recogniser.FinalResult())
        return [said for result in results if (said := _segment(json.loads(result), offset))]


def _segment(result: dict[str, Any], offset: float) -> Segment | None:
    words = tuple(
        Word(str(w["word"]), round(offset + w["start"], 2), round(offset + w["end"], 2), w["conf"])
        for w in result.get("result", ())
        if w["word"] != "[unk]"
    )
    if not words:
        return None
    text = " ".join(word.text for word in words)
    return Segment(words[0].start, words[-1].end, text, words)
