"""An operator's own recordings win over the shipped audio: `OWN/{zh,en}/NAME.wav` or `.ulaw`.

The shipped folder is never touched. What Asterisk plays is a folder of links, made aside and put in
place in one step: each prompt's shipped file, or the recording, brought to the telephone's form.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ari_app.speech import audio, polish, prompt_check, prompts
from ari_app.speech.prompts import LANGUAGES, Made, PromptTable


@dataclass(frozen=True, slots=True)
class Refused:
    """A recording that is not played, and why."""

    file: Path
    sentence: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What is in place now: recordings by language and name, and those refused."""

    taken: Mapping[str, tuple[str, ...]]
    refused: tuple[Refused, ...]


def lay_out(table: PromptTable, shipped: Path, own: Path, live: Path) -> LaidOut:
    """Fill `live/{zh,en}` with what is to be played; the manifests there tell which is which.

    A missing or broken recording leaves the shipped prompt in place. Idempotent.
    """
    refused: list[Refused] = []
    taken: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        aside = live / f".{language}.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        rows = prompts.manifest(shipped / language)
        for file in sorted((shipped / language).glob("*.ulaw")):
            (aside / file.name).symlink_to(file.resolve())
        recorded = _take(table, language, own / language, aside, refused)
        recorded |= _taken_before(recorded, prompts.manifest(live / language))
        prompts.write_manifest(aside, rows | recorded)
        taken[language] = tuple(recorded)
        _put_in_place(aside, live / language)
    return LaidOut(taken, tuple(refused))


def _take(
    table: PromptTable, language: str, own: Path, aside: Path, refused: list[Refused]
) -> dict[str, Made]:
    taken: dict[str, Made] = {}
    for file in sorted([*own.glob("*.ulaw"), *own.glob("*.wav")]):
        made = _telephone_sound(table, language, file)
        if isinstance(made, Refused):
            refused.append(made)
            continue
        target = aside / f"{file.stem}.ulaw"
        target.unlink(missing_ok=True)
        content = polish.to_ulaw(made)
        target.write_bytes(content)
        text = table.text(file.stem, language)
        taken[file.stem] = prompts.describe(text, "own recording", "the operator's", content)
    return taken


def _taken_before(recorded: Mapping[str, Made], before: Mapping[str, Made]) -> dict[str, Made]:
    """Rows of recordings that are not new: they keep the text they were recorded from."""
    return {
        name: before[name]
        for name, made in recorded.items()
        if name in before and before[name].sha256 == made.sha256
    }


def _telephone_sound(table: PromptTable, language: str, file: Path) -> audio.Samples | Refused:
    if file.stem not in table.texts:
        return Refused(file, f"There is no prompt {file.stem}; see {prompts.TABLE} for the names")
    try:
        samples = polish.polished(polish.read(file))
    except audio.BrokenSound as fault:
        return Refused(file, f"{fault}; save it as 16 bit PCM WAV")
    if not len(samples):
        return Refused(file, f"{file.name} is silent; the shipped prompt is played")
    if len(samples) > prompt_check.LONGEST_S * polish.RATE:
        return Refused(file, f"{file.name} is longer than {prompt_check.LONGEST_S:.0f} s")
    return samples


def _put_in_place(aside: Path, place: Path) -> None:
    """Asterisk opens files by name at each play: only between two renames is nothing there."""
    before = place.with_name(f".{place.name}.old")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.rename(before)
    aside.rename(place)
    shutil.rmtree(before, ignore_errors=True)
