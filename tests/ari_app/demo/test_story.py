"""The demo's story holds together, and its clips are there, loud and short."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pydantic import ValidationError

from ari_app.demo import story
from ari_app.speech import audio, polish, prompt_check, prompts

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_every_clip_is_there_says_its_text_and_is_loud(language: str) -> None:
    folder = story.HERE / "voices" / language
    rows = prompts.manifest(folder)
    clips = story.load(language).clip
    assert {clip.name for clip in clips} == set(rows) == {f.stem for f in folder.glob("*.ulaw")}
    for clip in clips:
        content = story.sound(language, clip.name).read_bytes()
        assert rows[clip.name].text == prompts.fingerprint(clip.text)
        assert rows[clip.name].sha256 == hashlib.sha256(content).hexdigest()
        samples = audio.from_ulaw(content)
        assert prompt_check.loudness_dbfs(samples) > prompt_check.QUIETEST_DBFS
        assert len(samples) / polish.RATE > prompt_check.shortest_s(clip.text, language)


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_the_talk_takes_turns_and_the_whole_speech_stays_short(language: str) -> None:
    told = story.load(language)
    sides = [name.partition("-")[0] for name in told.talk]
    assert sides == ["agent", "customer", "agent", "customer", "agent"]
    assert (
        sum(made.seconds for made in prompts.manifest(story.HERE / "voices" / language).values())
        < 36
    )


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_one_value_is_typed_wrong_and_one_was_never_asked(language: str) -> None:
    expected = [typed.expected for typed in story.load(language).typed]
    assert expected.count("heard_otherwise") == expected.count("not_asked") == 1
    assert expected.count("confirmed") >= 3


def test_the_customer_and_the_agent_have_different_voices() -> None:
    for language in prompts.LANGUAGES:
        rows = prompts.manifest(story.HERE / "voices" / language)
        voices = {(name.partition("-")[0], made.voice) for name, made in rows.items()}
        assert len(voices) == len({voice for _, voice in voices}) == 2


def test_the_typed_time_is_that_of_the_day_before_the_call() -> None:
    told = story.load("en")
    call = datetime(2026, 3, 1, 0, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert told.typed_after("customer-what")[0].value_at(call) == "2026-02-28 08:00"


def test_given_a_talk_with_an_unknown_clip_when_read_then_it_is_named() -> None:
    faulty = story.load("en").model_dump() | {"talk": ("agent-nobody",)}
    with pytest.raises(ValidationError, match="no clip is called agent-nobody"):
        story.Story.model_validate(faulty)


class Hum:
    """A voice that hums each text for a second."""

    name = "hum"
    licence = "none"

    def speak(self, texts: Sequence[str], folder: Path) -> list[Path]:
        at = np.arange(polish.RATE) / polish.RATE
        wave = (np.sin(2 * np.pi * 300 * at) * 8000).astype(np.int16)
        files = [folder / f"{number}.wav" for number in range(len(texts))]
        for file in files:
            audio.write_wav(file, audio.Sound(wave, polish.RATE))
        return files


def test_given_voices_for_both_sides_when_rendered_then_each_clip_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "story.toml").write_text((story.HERE / "story.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(story, "HERE", tmp_path)
    story.render("en", {"customer": Hum(), "agent": Hum()})
    assert set(prompts.manifest(tmp_path / "voices" / "en")) == {
        clip.name for clip in story.load("en").clip
    }
