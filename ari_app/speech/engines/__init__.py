"""The engines, each behind the Recogniser protocol; a model says which of them it needs."""

from __future__ import annotations

from pathlib import Path

from ari_app.speech.recogniser import Recogniser


def load(engine: str, folder: Path, *, hint: str = "") -> Recogniser:
    """Load the model in `folder`: takes seconds and hundreds of megabytes, so once a process.

    Engines are imported only when asked for: `faster_whisper` is an extra.
    """
    if engine == "vosk":
        from ari_app.speech.engines.vosk import VoskEngine

        return VoskEngine(folder)
    if engine == "whisper":
        from ari_app.speech.engines.whisper import WhisperEngine

        return WhisperEngine(folder, hint=hint)
    if engine == "scripted":
        from ari_app.speech.engines.scripted import ScriptedEngine

        return ScriptedEngine(folder)
    raise ValueError(f"no speech engine is called {engine}")
