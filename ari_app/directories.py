"""Asterisk's directories under the state directory, and what has to lie in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ari_app.installed import Asterisk
from ari_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Directories:
    """Asterisk's directories; `run` is short: a Unix socket's path has at most 107 bytes."""

    etc: Path
    run: Path
    lib: Path
    data: Path
    spool: Path
    log: Path
    agi: Path
    modules: Path

    @staticmethod
    def of(state: Path, run: Path, asterisk: Asterisk, etc: Path | None = None) -> Directories:
        return Directories(
            etc=etc or state / "etc",
            run=run,
            lib=state / "lib",
            data=state / "data",
            spool=state / "spool",
            log=state / "log",
            agi=state / "agi",
            modules=asterisk.modules,
        )


def prepare_directories(dirs: Directories, asterisk: Asterisk, sounds: Path) -> None:
    """Asterisk's directories, the links it needs (`documentation`), and our prompts as `cl/`."""
    for folder in (
        dirs.lib,
        dirs.spool / "monitor",
        dirs.spool / "recording",
        dirs.log,
        dirs.agi,
        dirs.run,
        dirs.data,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("documentation", "rest-api", "moh"):
        _link(dirs.data / name, asterisk.data / name)
    for language in ("zh", "en"):
        folder = dirs.data / "sounds" / language
        folder.mkdir(parents=True, exist_ok=True)
        _link(folder / "cl", sounds / language)


def run_directory(settings: Settings) -> Path | None:
    """Where the sockets of Asterisk are or were: the rendered file keeps it."""
    for line in (settings.etc / "asterisk.conf").read_text("utf-8").splitlines():
        name, _, value = line.partition("=>")
        if name.strip() == "astrundir":
            return Path(value.strip())
    return None


def _link(place: Path, target: Path) -> None:
    if place.is_symlink():
        place.unlink()
    place.symlink_to(target)
