"""A speech model for tests: the scripted engine with what it is to hear."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ari_app.speech.installing import install
from ari_app.speech.models import Model, Models
from ari_app.speech.recogniser import Segment, to_json


def scripted(
    folder: Path,
    scripts: Mapping[str, Sequence[Segment]],
    languages: tuple[str, ...] = ("zh", "en"),
) -> Models:
    """Models that hold one scripted model; `scripts` by fingerprint of a sound or `anything`."""
    source = folder / "scripts"
    source.mkdir(parents=True)
    for name, segments in scripts.items():
        text = json.dumps([to_json(segment) for segment in segments], ensure_ascii=False)
        (source / f"{name}.json").write_text(text, encoding="utf-8")
    model = Model("scripted", "scripted", languages, "CC0-1.0", 0, 8000, note="for tests")
    models = Models(folder / "models", (model,))
    install(models, "scripted", source)
    return models
