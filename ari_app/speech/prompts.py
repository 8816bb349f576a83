"""Prompts are assets: one table of texts, one folder of audio for each language.

The table is `SOUNDS/prompts.tsv`, the audio `SOUNDS/{zh,en}/NAME.ulaw`, and `manifest.json` beside
the audio says from which text, by which voice and under which licence each file was made.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ari_app.speech import audio, polish
from ari_app.speech.voices import Voice, VoiceFailed

LANGUAGES = ("zh", "en")
TABLE = "prompts.tsv"
MANIFEST = "manifest.json"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")
_OTHER_VOICE = re.compile(r"\[(zh|en)\] (.+)")
_BATCH = 80  # what one run of a voice reads; what is rendered so far survives an interruption


class TableFault(Exception):
    """The prompt table cannot be read; every line at fault is named. No audio was touched."""


@dataclass(frozen=True, slots=True)
class PromptTable:
    """Texts by prompt name and language; an empty text is one that is missing."""

    texts: Mapping[str, Mapping[str, str]]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.texts)

    def text(self, name: str, language: str) -> str:
        return self.texts[name][language]


@dataclass(frozen=True, slots=True)
class Made:
    """How one file of audio came to be: a row of the manifest."""

    text: str  # fingerprint of the text it says
    voice: str
    licence: str
    seconds: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far rendering is in one language."""

    language: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one run of `render` did."""

    made: int
    kept: int
    removed: int


def load(path: Path) -> PromptTable:
    """Read the table: a head line `name zh en`, then one row a prompt, tab separated.

    Raises TableFault for rows without three columns, bad names and names that come twice.
    """
    lines = path.read_text("utf-8").splitlines()
    head = lines[0].split("\t") if lines else []
    if head != ["name", *LANGUAGES]:
        raise TableFault(f"{path}:1: the first line must be name, zh and en, tab separated")
    texts: dict[str, Mapping[str, str]] = {}
    faults: list[str] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not _NAME.fullmatch(cells[0]):
            faults.append(
                f"{path}:{number}: a row is a name of a-z, 0-9 and -, a zh and an en text"
            )
        elif cells[0] in texts:
            faults.append(f"{path}:{number}: {cells[0]} is there already; remove one of the two")
        else:
            texts[cells[0]] = dict(
                zip(LANGUAGES, (cell.strip() for cell in cells[1:]), strict=True)
            )
    if faults:
        raise TableFault("\n".join(faults))
    return PromptTable(texts)


def spoken(text: str, language: str) -> tuple[str, str]:
    """The language whose voice reads `text`, and the words; `[en] ...` asks for the other voice."""
    other = _OTHER_VOICE.fullmatch(text)
    return (other[1], other[2]) if other else (language, text)


def fingerprint(text: str) -> str:
    """What ties a file of audio to the text it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def manifest(folder: Path) -> dict[str, Made]:
    """How the audio in `folder` came to be; empty when nothing was rendered yet."""
    file = folder / MANIFEST
    if not file.is_file():
        return {}
    return {name: Made(**row) for name, row in json.loads(file.read_text("utf-8")).items()}


def write_manifest(folder: Path, rows: Mapping[str, Made]) -> None:
    """One line a prompt, sorted, so that a change of one prompt is a change of one line."""
    lines = [
        f"  {json.dumps(name)}: {json.dumps(asdict(rows[name]), ensure_ascii=False)}"
        for name in sorted(rows)
    ]
    (folder / MANIFEST).write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def render(
    table: PromptTable,
    sounds: Path,
    voices: Mapping[str, Voice],
    *,
    only_changed: bool = True,
    progress: Callable[[Step], None] = lambda step: None,
) -> Rendered:
    """Make the audio of every prompt, or of those that changed; drop what has no row any more.

    `voices` maps a language to who reads it. Raises VoiceFailed; what was made before it stays.
    """
    made = kept = removed = 0
    for language in LANGUAGES:
        folder = sounds / language
        folder.mkdir(parents=True, exist_ok=True)
        rows = manifest(folder)
        removed += _remove_leftovers(table, folder, rows)
        due = [
            name
            for name in sorted(table.texts)
            if table.text(name, language)
            and not (only_changed and _is_current(table.text(name, language), name, folder, rows))
        ]
        for start in range(0, len(due), _BATCH):
            batch = {name: table.text(name, language) for name in due[start : start + _BATCH]}
            rows |= _render_batch(batch, language, folder, voices)
            write_manifest(folder, rows)
            progress(Step(language, start + len(batch), len(due)))
        made, kept = made + len(due), kept + len(rows) - len(due)
    return Rendered(made, kept, removed)


def speech(texts: Sequence[str], voice: Voice) -> list[audio.Samples]:
    """Texts read aloud by `voice`, as telephone sound."""
    with tempfile.TemporaryDirectory(prefix="claimline-voice-") as folder:
        files = voice.speak(texts, Path(folder))
        return [polish.polished(audio.read_wav(file)) for file in files]


def describe(text: str, voice: str, licence: str, content: bytes) -> Made:
    """The manifest's row for `content`, raw mu-law bytes at 8 kHz."""
    seconds = round(len(content) / polish.RATE, 2)
    digest = hashlib.sha256(content).hexdigest()
    return Made(fingerprint(text), voice, licence, seconds, digest)


def _is_current(text: str, name: str, folder: Path, rows: Mapping[str, Made]) -> bool:
    row, file = rows.get(name), folder / f"{name}.ulaw"
    if row is None or row.text != fingerprint(text) or not file.is_file():
        return False
    return hashlib.sha256(file.read_bytes()).hexdigest() == row.sha256


def _remove_leftovers(table: PromptTable, folder: Path, rows: dict[str, Made]) -> int:
    left = [name for name in rows if name not in table.texts]
    for name in left:
        del rows[name]
        (folder / f"{name}.ulaw").unlink(missing_ok=True)
    if left:
        write_manifest(folder, rows)
    return len(left)


def _render_batch(
    batch: Mapping[str, str], language: str, folder: Path, voices: Mapping[str, Voice]
) -> dict[str, Made]:
    rows: dict[str, Made] = {}
    read: dict[str, dict[str, str]] = {}
    for name, text in batch.items():
        made = polish.made(text)
        if made is None:
            reader, words = spoken(text, language)
            read.setdefault(reader, {})[name] = words
        else:
            rows[name] = _keep(folder, name, text, made, ("made from its description", "none"))
    for reader, words_of in read.items():
        voice = voices.get(reader)
        if voice is None:
            raise VoiceFailed(
                f"There is no voice for {reader} here: install espeak-ng, then repeat"
            )
        sounds = speech([*words_of.values()], voice)
        for name, samples in zip(words_of, sounds, strict=True):
            rows[name] = _keep(folder, name, batch[name], samples, (voice.name, voice.licence))
    return rows


def _keep(folder: Path, name: str, text: str, samples: audio.Samples, by: tuple[str, str]) -> Made:
    content = polish.to_ulaw(samples)
    (folder / f"{name}.ulaw").write_bytes(content)
    return describe(text, *by, content)
