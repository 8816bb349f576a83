"""Which speech models there are, which are installed, and which one hears a language.

The registry is data (`models.toml`). Models live in a folder of their own, each under its name
and a key of its content; one that an installed Python package carries whole is used in place.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

REGISTRY = Path(__file__).with_name("models.toml")
MANIFEST = ".claimline-model.json"
ESSENTIAL: Mapping[str, tuple[str, ...]] = {
    "vosk": ("am/final.mdl", "conf/mfcc.conf"),
    "whisper": ("model.bin", "config.json"),
    "scripted": (),
}


class UnknownModel(Exception):
    """No model of that name is in the registry: `claimline models list` shows those that are."""


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the registry. `sha256` is of the archive, `files` of single files in the model."""

    name: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    size_mb: int
    sample_rate: int
    note: str = ""
    hint: str = ""
    package: str = ""
    path: str = ""
    address: str = ""
    sha256: str = ""
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Installed:
    """A model and the folder it can be loaded from."""

    model: Model
    folder: Path


@dataclass(frozen=True, slots=True)
class Listed:
    """A row for `claimline models list`."""

    model: Model
    state: Literal["installed", "in a package", "available", "not installed"]
    folder: Path | None


def registry(text: str | None = None) -> tuple[Model, ...]:
    """The models of the registry, the preferred ones of a language first."""
    text = REGISTRY.read_text(encoding="utf-8") if text is None else text
    return tuple(_model(row) for row in tomllib.loads(text)["model"])


def _model(row: dict[str, Any]) -> Model:
    given = dict(row)
    hashes = given.pop("sha256", "")
    given["languages"] = tuple(given["languages"])
    given["joined"] = MappingProxyType({k: tuple(v) for k, v in given.pop("joined", {}).items()})
    if isinstance(hashes, str):
        return Model(sha256=hashes, **given)
    return Model(files=MappingProxyType(hashes), **given)


class Models:
    """The models of one installation."""

    def __init__(self, folder: Path, known: tuple[Model, ...] | None = None) -> None:
        self.folder = folder
        self.known = registry() if known is None else known

    def named(self, name: str) -> Model:
        for model in self.known:
            if model.name == name:
                return model
        raise UnknownModel(f"no speech model is called {name}; `claimline models list` shows them")

    def find(self, model: Model) -> Path | None:
        """The folder to load it from, without downloading or copying anything."""
        for folder in sorted(self.folder.glob(f"{model.name}-*"), reverse=True):
            if folder.name == f"{model.name}-{folder.name[-12:]}" and (folder / MANIFEST).exists():
                return folder
        return None if model.joined else in_package(model)

    def hearing(self, language: str) -> Installed | None:
        """The preferred installed model of a language."""
        for model in self.known:
            if language in model.languages and (folder := self.find(model)) is not None:
                return Installed(model, folder)
        return None

    def listing(self) -> list[Listed]:
        return [self._listed(model) for model in self.known]

    def _listed(self, model: Model) -> Listed:
        folder = self.find(model)
        if folder is not None:
            own = folder.parent == self.folder
            return Listed(model, "installed" if own else "in a package", folder)
        return Listed(model, "available" if in_package(model) else "not installed", None)

    def verify(self, name: str) -> list[str]:
        """What is wrong with an installed model, one sentence each; an empty list when nothing."""
        model = self.named(name)
        folder = self.find(model)
        if folder is None:
            return [f"{name} is not installed"]
        return problems(model, folder, remembered(folder))


def in_package(model: Model) -> Path | None:
    """Where an installed package carries this model; the package itself is not imported."""
    if not model.package:
        return None
    importlib.invalidate_caches()  # the speech extra may be installed while this process runs
    spec = importlib.util.find_spec(model.package)
    for place in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(place) / model.path).is_dir():
            return folder
    return None


def remembered(folder: Path) -> Mapping[str, str]:
    """The hashes noted when the model was installed; none for one in a package."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    files: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return files


def problems(model: Model, folder: Path, expected: Mapping[str, str]) -> list[str]:
    """Compare the files with the registry's hashes and with `expected`."""
    wrong = [
        f"{model.name} lacks {name}"
        for name in ESSENTIAL[model.engine]
        if not (folder / name).is_file()
    ]
    for name, sha256 in {**expected, **model.files}.items():
        if not (folder / name).is_file():
            wrong.append(f"{model.name} lacks {name}")
        elif file_hash(folder / name) != sha256:
            wrong.append(f"{name} of {model.name} is not the file it should be; install it again")
    return sorted(set(wrong))


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
