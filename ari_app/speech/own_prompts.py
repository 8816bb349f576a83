"""An operator's own recordings win over the shipped audio: `OWN/{zh,en}/NAME.wav` or `.ulaw`.

The shipped folder is never touched. What Asterisk plays is a link to it or, where there are
recordings, a folder of links, made aside and put in place in one step: each prompt's shipped file,
or the recording, brought to the telephone's form.
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
        sounds = _take(table, language, own / language, refused)
        aside, place = live / f".{language}.new", live / language
        _clear(aside)
        live.mkdir(parents=True, exist_ok=True)
        if sounds:
            _mixed(table, language, sounds, shipped / language, aside, prompts.manifest(place))
        else:
            aside.symlink_to((shipped / language).resolve())
        taken[language] = tuple(sounds)
        _put_in_place(aside, place)
    return LaidOut(taken, tuple(refused))


def _take(table: PromptTable, language: str, own: Path, refused: list[Refused]) -> dict[str, bytes]:
    """The recordings that can be played, as mu-law."""
    taken: dict[str, bytes] = {}
    for file in sorted([*own.glob("*.ulaw"), *own.glob("*.wav")]):
        made = _telephone_sound(table, language, file)
        if isinstance(made, Refused):
            refused.append(made)
        else:
            taken[file.stem] = polish.to_ulaw(made)
    return taken


def _mixed(
    table: PromptTable, language: str, sounds: Mapping[str, bytes], shipped: Path, aside: Path,
    before: Mapping[str, Made],
) -> None:  # fmt: skip
    """A folder of links to the shipped prompts, with the recordings in their places."""
    aside.mkdir()
    for file in sorted(shipped.glob("*.ulaw")):
        if file.stem not in sounds:
            (aside / file.name).symlink_to(file.resolve())
    recorded: dict[str, Made] = {}
    for name, content in sounds.items():
        (aside / f"{name}.ulaw").write_bytes(content)
        text = table.text(name, language)
        recorded[name] = prompts.describe(text, "own recording", "the operator's", content)
    recorded |= _taken_before(recorded, before)
    prompts.write_manifest(aside, prompts.manifest(shipped) | recorded)


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
    _clear(before)
    if place.exists():
        place.rename(before)
    aside.rename(place)
    _clear(before)


def _clear(place: Path) -> None:
    """Take away a link, never what it leads to, or a folder of ours."""
    if place.is_symlink():
        place.unlink()
    else:
        shutil.rmtree(place, ignore_errors=True)
