"""An operator's recording replaces the shipped prompt, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ari_app.speech import audio, own_prompts, polish, prompt_check, prompts
from tests.ari_app.speech.conftest import Hum

pytestmark = pytest.mark.unit


@pytest.fixture
def table() -> prompts.PromptTable:
    return prompts.PromptTable(
        {
            "greeting": {"zh": "您好。", "en": "Hello."},
            "goodbye": {"zh": "再见。", "en": "Goodbye."},
        }
    )


@pytest.fixture
def shipped(tmp_path: Path, table: prompts.PromptTable, hum: Hum) -> Path:
    prompts.render(table, tmp_path / "sounds", {"zh": hum, "en": hum})
    return tmp_path / "sounds"


def record(file: Path, hertz: int = 600, seconds: float = 1.0) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    wave = np.sin(2 * np.pi * hertz * np.arange(int(44100 * seconds)) / 44100) * 9000
    audio.write_wav(file, audio.Sound(wave.astype(np.int16), 44100))


def heard(live: Path, language: str, name: str) -> audio.Samples:
    return audio.from_ulaw((live / language / f"{name}.ulaw").read_bytes())


def test_given_no_recordings_when_laid_out_then_the_shipped_prompts_are_played(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    live = tmp_path / "live"
    done = own_prompts.lay_out(table, shipped, tmp_path / "none", live)
    assert done == own_prompts.LaidOut({"zh": (), "en": ()}, ())
    assert prompt_check.check(table, live) == []
    assert (live / "en" / "greeting.ulaw").resolve() == shipped / "en" / "greeting.ulaw"


def test_given_a_recording_when_laid_out_then_it_wins_and_the_shipped_one_stays(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    own, live = tmp_path / "own", tmp_path / "live"
    before = (shipped / "en" / "greeting.ulaw").read_bytes()
    record(own / "en" / "greeting.wav")
    done = own_prompts.lay_out(table, shipped, own, live)
    assert done.taken["en"] == ("greeting",)
    assert audio.tone_dbfs(heard(live, "en", "greeting"), polish.RATE, 600) > -25
    assert (shipped / "en" / "greeting.ulaw").read_bytes() == before
    assert prompts.manifest(live / "en")["greeting"].voice == "own recording"
    assert prompt_check.check(table, live) == []


def test_given_raw_mu_law_when_laid_out_then_it_is_taken_too(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    own, live = tmp_path / "own", tmp_path / "live"
    (own / "zh").mkdir(parents=True)
    tone = polish.made("[tone 700 1]")
    assert tone is not None
    (own / "zh" / "goodbye.ulaw").write_bytes(polish.to_ulaw(tone))
    assert own_prompts.lay_out(table, shipped, own, live).taken["zh"] == ("goodbye",)
    assert audio.tone_dbfs(heard(live, "zh", "goodbye"), polish.RATE, 700) > -25


def test_given_recordings_that_cannot_be_played_when_laid_out_then_each_is_refused_with_a_reason(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    own, live = tmp_path / "own", tmp_path / "live"
    record(own / "en" / "nobody.wav")
    record(own / "en" / "goodbye.wav", seconds=21)
    (own / "en" / "greeting.wav").write_bytes(b"not sound")
    (own / "zh").mkdir()
    (own / "zh" / "greeting.ulaw").write_bytes(b"")
    done = own_prompts.lay_out(table, shipped, own, live)
    told = {refused.file.name: refused.sentence for refused in done.refused}
    assert set(told) == {"nobody.wav", "goodbye.wav", "greeting.wav", "greeting.ulaw"}
    assert "no prompt nobody" in told["nobody.wav"] and "silent" in told["greeting.ulaw"]
    assert prompt_check.check(table, live) == []


def test_given_the_text_changes_after_the_recording_when_checked_then_it_is_told(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    own, live = tmp_path / "own", tmp_path / "live"
    record(own / "en" / "greeting.wav")
    own_prompts.lay_out(table, shipped, own, live)
    later = prompts.PromptTable({**table.texts, "greeting": {"zh": "您好。", "en": "Good day."}})
    own_prompts.lay_out(later, shipped, own, live)
    codes = [(problem.name, problem.code) for problem in prompt_check.check(later, live)]
    assert codes == [("greeting", "text_changed")]
    record(own / "en" / "greeting.wav", hertz=500)
    own_prompts.lay_out(later, shipped, own, live)
    assert prompt_check.check(later, live) == []


def test_given_a_recording_taken_away_when_laid_out_again_then_the_shipped_prompt_is_back(
    table: prompts.PromptTable, shipped: Path, tmp_path: Path
) -> None:
    own, live = tmp_path / "own", tmp_path / "live"
    record(own / "en" / "greeting.wav")
    own_prompts.lay_out(table, shipped, own, live)
    (own / "en" / "greeting.wav").unlink()
    own_prompts.lay_out(table, shipped, own, live)
    assert (live / "en" / "greeting.ulaw").resolve() == shipped / "en" / "greeting.ulaw"
    assert prompt_check.check(table, live) == []
    assert sorted(path.name for path in live.iterdir()) == ["en", "zh"]
