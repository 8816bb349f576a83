"""The demo call as data: clips of both sides, what the agent types, what the check must find.

The story is `story.toml` beside this file, its sound `voices/{zh,en}/NAME.ulaw`; a clip's name
begins with who says it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ari_app.speech import polish, prompts
from ari_app.speech.voices import Voice

HERE = Path(__file__).parent
Expected = Literal["confirmed", "check", "heard_otherwise", "not_heard", "not_asked"]


class Clip(BaseModel):
    """One sentence of one side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^(customer|agent)-[a-z0-9-]+$")
    text: str = Field(min_length=1)

    @property
    def by(self) -> str:
        return self.name.partition("-")[0]


class Typed(BaseModel):
    """What the agent types after a clip, and what the check must say about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    value: str
    after: str
    expected: Expected

    def value_at(self, at: datetime) -> str:
        """The value for a call at `at`, which is in the caller's zone."""
        yesterday = (at - timedelta(days=1)).date().isoformat()
        return self.value.replace("{yesterday}", yesterday)


class Story(BaseModel):
    """The call in one language: two answers spoken to the line, then the talk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    narrative: str
    talk: tuple[str, ...]
    clip: tuple[Clip, ...]
    typed: tuple[Typed, ...]

    @model_validator(mode="after")
    def _names_are_clips(self) -> Story:
        names = {clip.name for clip in self.clip}
        spoken = {self.place, self.narrative, *self.talk, *(typed.after for typed in self.typed)}
        if unknown := spoken - names:
            raise ValueError(f"no clip is called {', '.join(sorted(unknown))}")
        return self

    def typed_after(self, clip: str) -> tuple[Typed, ...]:
        return tuple(typed for typed in self.typed if typed.after == clip)


def load(language: str) -> Story:
    """The story in `zh` or `en`."""
    stories = tomllib.loads((HERE / "story.toml").read_text("utf-8"))
    return Story.model_validate(stories[language])


def sound(language: str, clip: str) -> Path:
    """The audio of one clip."""
    return HERE / "voices" / language / f"{clip}.ulaw"


def render(language: str, voices: Mapping[str, Voice]) -> None:
    """Make the audio of every clip again; `voices` maps `customer` and `agent` to who speaks."""
    folder = HERE / "voices" / language
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, prompts.Made] = {}
    for by, voice in voices.items():
        clips = [clip for clip in load(language).clip if clip.by == by]
        for clip, samples in zip(
            clips, prompts.speech([clip.text for clip in clips], voice), strict=True
        ):
            content = polish.to_ulaw(samples)
            (folder / f"{clip.name}.ulaw").write_bytes(content)
            rows[clip.name] = prompts.describe(clip.text, voice.name, voice.licence, content)
    prompts.write_manifest(folder, rows)
