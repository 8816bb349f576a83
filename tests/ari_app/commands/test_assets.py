"""`claimline prompts`, `models`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ari_app import installed
from ari_app.commands import assets
from ari_app.speech import prompts, voices
from ari_app.speech.audio import Sound, write_wav
from tests.ari_app.commands.conftest import Claimline
from tests.fakes.sounds import RATE, tone

pytestmark = pytest.mark.unit

SOUNDS = installed.assets() / "sounds"


@pytest.fixture
def sounds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A small folder of prompts, with its table, that a test may harm."""
    folder = tmp_path / "asterisk" / "sounds"
    for language in prompts.LANGUAGES:
        (folder / language).mkdir(parents=True)
        for name in ("goodbye", "beep"):
            shutil.copy(SOUNDS / language / f"{name}.ulaw", folder / language)
        rows = prompts.manifest(SOUNDS / language)
        kept = {name: row for name, row in rows.items() if name in ("goodbye", "beep")}
        prompts.write_manifest(folder / language, kept)
    lines = (SOUNDS / "prompts.tsv").read_text("utf-8").splitlines()
    few = [line for line in lines if line.split("\t")[0] in ("name", "goodbye", "beep")]
    (folder / "prompts.tsv").write_text("\n".join(few) + "\n", "utf-8")
    monkeypatch.setattr(assets, "assets", lambda: tmp_path / "asterisk")
    return folder


def test_prompts_that_agree_are_counted(claimline: Claimline, sounds: Path) -> None:
    said = claimline("prompts", "check")
    assert (said.code, said.out) == (0, "2 prompts in two languages: no problem found\n")
    assert claimline("prompts", "check", "--json").json == []


def test_a_missing_prompt_is_named(claimline: Claimline, sounds: Path) -> None:
    (sounds / "en" / "goodbye.ulaw").unlink()
    said = claimline("prompts", "check")
    assert said.code == 1 and said.out.startswith("en/goodbye: ")
    (problem,) = claimline("prompts", "check", "--json").json
    assert (problem["language"], problem["name"]) == ("en", "goodbye")


def test_without_a_voice_nothing_is_rendered(
    claimline: Claimline, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "find", lambda language, cache: None)
    said = claimline("prompts", "render")
    assert said.code == 1
    assert "zh: no voice is installed" in said.err and "Nothing was rendered." in said.err


def test_what_is_current_is_kept(
    claimline: Claimline, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mute:
        name, licence = "mute", "none"

    monkeypatch.setattr(voices, "find", lambda language, cache: Mute())
    said = claimline("prompts", "render")
    assert said.code == 0 and said.out == "0 made, 4 kept, 0 removed\n"


def test_own_recordings_are_taken_and_refused_ones_named(
    claimline: Claimline, sounds: Path, state: Path
) -> None:
    own = state / "prompts" / "en"
    own.mkdir(parents=True)
    write_wav(own / "goodbye.wav", Sound(tone(2, 300), RATE))
    write_wav(own / "no-such-prompt.wav", Sound(tone(1, 300), RATE))
    said = claimline("prompts", "own")
    assert "en: 1 own recordings" in said.out
    assert "no-such-prompt.wav: " in said.err


def test_models_are_listed(claimline: Claimline, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = claimline("models", "list", "--json").json
    assert {"name", "engine", "licence", "state", "note"} <= set(rows[0])
    table = claimline("models", "list").out.splitlines()
    assert len(table) == len(rows) + 1 and rows[0]["name"] in table[1]


def test_an_unknown_model_says_that_nothing_was_touched(claimline: Claimline) -> None:
    said = claimline("models", "install", "no-such-model")
    assert said.code == 1
    assert "no-such-model was not installed; what was there is untouched." in said.err


def test_an_installed_model_is_named_by_its_place(
    claimline: Claimline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def install(models: object, name: str, source: str | None, progress: object) -> Path:
        assert (name, source) == ("tiny", "/somewhere.zip")
        assert callable(progress)
        progress(2_000_000, 4_000_000)
        progress(4_000_000, 0)
        return tmp_path / name

    monkeypatch.setattr(assets, "install", install)
    said = claimline("models", "install", "tiny", "--from", "/somewhere.zip")
    assert said.out == f"{tmp_path / 'tiny'}\n"
    assert said.err == "  2 of 4 MB\n  4 MB\n"
