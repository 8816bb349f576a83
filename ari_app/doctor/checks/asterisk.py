"""The PBX: its version, what it has loaded, and whether its files are those we would write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ari_app.directories import Directories, run_directory
from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, unknown, warn
from ari_app.installed import wanted_modules
from ari_app.render import render, write
from ari_app.settings import Settings

FLOOR = (22, 10, 1)
"""The first release without the advisories of June 2026; `install.sh` refuses older ones."""
NEVER = frozenset({"res_stasis_device_state", "res_ari_device_states", "res_stasis_test"})
"""Loaded, they can lock ARI for good (asterisk#2170)."""


@dataclass(frozen=True, slots=True)
class Version:
    """What is installed, and what runs (empty: nothing runs)."""

    installed: str
    running: str
    source: str


def read_version(place: Place) -> Version:
    if place.asterisk is None:
        raise CannotTell(fail("asterisk.not_installed"))
    if not place.asterisk.command.exists():
        raise CannotTell(fail("asterisk.not_installed"))
    running = place.ari("asterisk/info?only=system")["system"]["version"] if place.running else ""
    return Version(place.asterisk.version, running, place.asterisk.source)


def number_of(version: str) -> tuple[int, ...]:
    """22.10.1~dfsg+~cs -> (22, 10, 1)."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def decide_version(fact: Version) -> Sequence[Verdict]:
    floor = ".".join(map(str, FLOOR))
    running = fact.running or fact.installed
    if number_of(running) < FLOOR or number_of(fact.installed) < FLOOR:
        return [fail("asterisk.old", version=running, floor=floor)]
    if number_of(running) != number_of(fact.installed):
        return [warn("asterisk.other_version", running=running, installed=fact.installed)]
    return [ok("asterisk.version", version=fact.installed, source=fact.source)]


@dataclass(frozen=True, slots=True)
class Modules:
    """Names of modules: wanted by the allow-list, named in modules.conf, lying in the folder, and
    loaded by the running Asterisk (None: it does not run)."""

    wanted: frozenset[str]
    configured: frozenset[str]
    present: frozenset[str]
    loaded: frozenset[str] | None
    autoload: bool = False


def read_modules(place: Place) -> Modules:
    if place.asterisk is None:
        raise CannotTell(fail("asterisk.not_installed"))
    text = _text(place.settings, "modules.conf")
    loaded = None
    if place.running:
        answer = place.ari("asterisk/modules")
        names = [str(row["name"]) for row in answer]
        # Without the ending: parts of Asterisk itself.
        loaded = frozenset(each[: -len(".so")] for each in names if each.endswith(".so"))
    return Modules(
        wanted=frozenset(wanted_modules(place.settings)),
        configured=frozenset(re.findall(r"(?m)^(?:pre)?load\s*=>?\s*(\S+?)(?:\.so)?\s*$", text)),
        present=frozenset(file.stem for file in place.asterisk.modules.glob("*.so")),
        loaded=loaded, autoload=bool(re.search(r"(?m)^autoload\s*=\s*yes", text)),
    )  # fmt: skip


def decide_modules(fact: Modules) -> Sequence[Verdict]:
    here = fact.configured if fact.loaded is None else fact.configured | fact.loaded
    problems = []
    if fact.autoload:
        problems.append(fail("asterisk.autoload"))
    if locking := here & NEVER:
        problems.append(fail("asterisk.locking_module", names=sorted(locking)))
    if foreign := here - fact.wanted - NEVER:
        problems.append(fail("asterisk.foreign_module", names=sorted(foreign)))
    if absent := fact.wanted - fact.present:
        problems.append(fail("asterisk.absent_module", names=sorted(absent)))
    if fact.loaded is not None and (lacking := fact.wanted - fact.loaded):
        problems.append(fail("asterisk.lacking_module", names=sorted(lacking)))
    return problems or [ok("asterisk.modules", count=len(fact.wanted))]


def _text(settings: Settings, name: str) -> str:
    try:
        return (settings.etc / name).read_text("utf-8")
    except FileNotFoundError:
        raise CannotTell(unknown("asterisk.never_started")) from None


@dataclass(frozen=True, slots=True)
class Files:
    """Names of configuration files that are not there, and of those that say something else than
    settings and plan."""

    absent: tuple[str, ...]
    other: tuple[str, ...]


def read_configuration(place: Place) -> Files:
    wanted = _wanted(place)
    etc = place.settings.etc
    absent = tuple(name for name in wanted if not (etc / name).exists())
    other = tuple(
        name for name, text in wanted.items()
        if name not in absent and (etc / name).read_text("utf-8") != text
    )  # fmt: skip
    return Files(absent, other)


def _wanted(place: Place) -> dict[str, str]:
    """The files as settings, secrets and the published plan make them."""
    from ari_app.doctor.checks.store import given_of

    if place.asterisk is None or place.ports is None:
        raise CannotTell(unknown("asterisk.never_started"))
    _text(place.settings, "asterisk.conf")
    run = run_directory(place.settings)
    if run is None:
        raise CannotTell(fail("asterisk.file_changed", names=("asterisk.conf",)))
    dirs = Directories.of(place.settings.state, run, place.asterisk)
    return render(place.settings, place.ports, place.secrets(), given_of(place), dirs)


def decide_configuration(fact: Files) -> Sequence[Verdict]:
    if fact.absent:
        return [fail("asterisk.file_missing", names=fact.absent)]
    if fact.other:
        return [fail("asterisk.file_changed", names=fact.other)]
    return [ok("asterisk.files")]


def mend_configuration(place: Place) -> Sequence[Verdict]:
    """Written again; a running Asterisk takes them at its next start."""
    fact = read_configuration(place)
    wanted = _wanted(place)
    names = [*fact.absent, *fact.other]
    write({name: wanted[name] for name in names}, place.settings.etc)
    return [ok("asterisk.written", names=names)] if names else []


CHECKS: tuple[Check[Any], ...] = (
    Check("asterisk.version", "asterisk", read_version, decide_version),
    Check("asterisk.modules", "asterisk", read_modules, decide_modules),
    Check(
        "asterisk.files", "asterisk", read_configuration, decide_configuration, mend_configuration
    ),
)
