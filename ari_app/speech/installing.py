"""Puts a speech model into the models folder: from a package, a file or folder, or an address.

Everything is prepared and checked aside and renamed at the end, so that a model is there whole or
not at all.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import stat
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from ari_app.speech.audio import sync_folder
from ari_app.speech.models import MANIFEST, Model, Models, file_hash, in_package, problems

MOST_BYTES = 12_000_000_000
BLOCK = 1 << 20
PATIENCE_S = 30.0

Progress = Callable[[int, int], None]


class InstallRefused(Exception):
    """The model was not installed and nothing was changed; the sentence says what to do."""


def install(
    models: Models,
    name: str,
    source: str | Path | None = None,
    *,
    progress: Progress = lambda done, whole: None,
) -> Path:
    """Install `name` and return its folder; installing it again gives the same folder.

    `source` is an archive, a folder or an https address; without it the model's package or the
    registry's address is used. `progress` gets bytes so far and bytes in all (0: not known).
    """
    model = models.named(name)
    models.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=models.folder) as aside:
        ready = Path(aside) / "model"
        _gather(model, source, ready, Path(aside), progress)
        if wrong := problems(model, ready, {}):
            raise InstallRefused("; ".join(wrong) + ". Nothing was installed.")
        return _settle(models.folder, model, ready)


def _gather(
    model: Model, source: str | Path | None, ready: Path, aside: Path, progress: Progress
) -> None:
    if source is None:
        if model.package and (folder := in_package(model)) is not None:
            return _from_package(model, folder, ready)
        if not model.address:
            raise InstallRefused(
                f"{model.name} comes in the package {model.package}, which is not installed: "
                "install it, or give the model's file with --from."
            )
        source = model.address
    if str(source).startswith("https://"):
        source = _download(str(source), aside / "archive", progress)
    path = Path(source)
    if path.is_dir():
        shutil.copytree(path, ready, symlinks=False)
    elif zipfile.is_zipfile(path):
        _check_archive(model, path)
        _unpack(path, ready, aside)
    else:
        raise InstallRefused(f"{path} is neither a folder nor a zip archive that can be read.")


def _from_package(model: Model, folder: Path, ready: Path) -> None:
    """Copy what the package carries, and join the files that are split over several packages."""
    parts = {PurePosixPath(part).name for pieces in model.joined.values() for part in pieces}
    shutil.copytree(folder, ready, ignore=lambda _, names: parts & set(names))
    for name, pieces in model.joined.items():
        with (ready / name).open("wb") as whole:
            for piece in pieces:
                with _packaged(piece).open("rb") as part:
                    shutil.copyfileobj(part, whole, BLOCK)


def _packaged(piece: str) -> Path:
    package, _, inside = piece.partition("/")
    spec = importlib.util.find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        if (path := Path(place) / inside).is_file():
            return path
    raise InstallRefused(f"The package {package} is needed as well and is not installed.")


def _download(address: str, to: Path, progress: Progress) -> Path:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer, to.open("wb") as file:
            whole, done = int(answer.headers.get("Content-Length") or 0), 0
            while block := answer.read(BLOCK):
                done += len(block)
                if done > MOST_BYTES:
                    raise InstallRefused(f"{address} sends more than any model has; stopped.")
                file.write(block)
                progress(done, whole)
    except OSError as fault:
        raise InstallRefused(
            f"{address} cannot be read ({fault}). Fetch it elsewhere and give it with --from."
        ) from fault
    if whole and done != whole:
        raise InstallRefused(f"{address} broke off after {done} of {whole} bytes; try again.")
    return to


def _check_archive(model: Model, path: Path) -> None:
    if model.sha256 and file_hash(path) != model.sha256:
        raise InstallRefused(f"{path.name} is not {model.name}: its SHA-256 is another one.")


def _unpack(archive: Path, ready: Path, aside: Path) -> None:
    """Unpack a zip without its single top folder; links, outside names and bombs are refused."""
    raw = aside / "raw"
    with zipfile.ZipFile(archive) as file:
        rows = file.infolist()
        if sum(row.file_size for row in rows) > MOST_BYTES:
            raise InstallRefused(f"{archive.name} would unpack to more than any model has.")
        for row in rows:
            name = PurePosixPath(row.filename)
            if name.is_absolute() or ".." in name.parts or stat.S_ISLNK(row.external_attr >> 16):
                raise InstallRefused(f"{archive.name} holds a name that leads outside; refused.")
        file.extractall(raw)
    inside = list(raw.iterdir())
    (inside[0] if len(inside) == 1 and inside[0].is_dir() else raw).rename(ready)


def _settle(folder: Path, model: Model, ready: Path) -> Path:
    """Note the hashes, move the model to its name, and drop other versions of it."""
    files = {
        str(path.relative_to(ready)): file_hash(path)
        for path in sorted(ready.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = {"name": model.name, "licence": model.licence, "files": files}
    (ready / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    place = folder / f"{model.name}-{_content_key(files)}"
    if not (place / MANIFEST).exists():
        os.rename(ready, place)
        sync_folder(folder)
    for other in folder.glob(f"{model.name}-????????????"):
        if other != place:
            shutil.rmtree(other)
    return place


def _content_key(files: Mapping[str, str]) -> str:
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
