"""Rights, directories, leftovers of processes, secrets and certificates of an installation."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from ari_app.doctor.check import Check
from ari_app.doctor.place import Place, is_alive
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, warn
from ari_app.settings import Settings

PRIVATE = (
    "secrets.json", "ports.json", "endpoints.json", "demo-users.json", "claimline.db",
    "claimline.db-wal", "claimline.db-shm", "jobs.db", "keys", "keys/*", "etc", "etc/*",
    "tls/*.pem", "agi", "agi/*", "spool/monitor", "spool/recording", "report-spool",
    "report-spool/*", "journal", "journal/*", "recordings", "log",
)  # fmt: skip
"""What nobody but the owner may read, below the state directory, which is private itself."""
NEEDED = (
    "keys", "etc", "log", "lib", "agi", "spool/monitor", "spool/recording", "report-spool",
    "recordings", "prompts-live/zh", "prompts-live/en",
)  # fmt: skip
MACHINE_SECRET = 64
"""Characters of what programs prove themselves with: 32 random bytes."""
TYPED_SECRET = 16
"""Characters of what a person types into a telephone, at the very least."""
CERTIFICATE_WARNING = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rights:
    """One file or folder: who owns it and who may what."""

    name: str
    mode: int
    owner: int


def read_rights(place: Place) -> tuple[int, list[Rights]]:
    """Our own user's id, and the rights of all that is private."""
    return os.geteuid(), [_rights(place.settings.state, path) for path in _private(place)]


def _private(place: Place) -> list[Path]:
    state = place.settings.state
    if not state.is_dir():
        raise CannotTell(fail("files.no_state", state=state))
    return [state, *(path for pattern in PRIVATE for path in sorted(state.glob(pattern)))]


def _rights(state: Path, path: Path) -> Rights:
    found = path.stat()
    name = str(path.relative_to(state)) if path != state else state.name
    return Rights(name, stat.S_IMODE(found.st_mode), found.st_uid)


def decide_rights(fact: tuple[int, list[Rights]]) -> Sequence[Verdict]:
    me, rights = fact
    wide = [each.name for each in rights if each.mode & 0o077]
    foreign = [each.name for each in rights if each.owner != me]
    verdicts = []
    if wide:
        verdicts.append(fail("files.open", names=wide))
    if foreign:
        verdicts.append(fail("files.foreign", names=foreign))
    return verdicts or [ok("files.private", count=len(rights))]


def mend_rights(place: Place) -> Sequence[Verdict]:
    closed = []
    for path in _private(place):
        before = path.stat()
        if before.st_mode & 0o077 and before.st_uid == os.geteuid():
            path.chmod(before.st_mode & 0o700)
            closed.append(_rights(place.settings.state, path).name)
    return [ok("files.closed", names=closed)] if closed else []


def read_directories(place: Place) -> list[str]:
    """Needed folders that are not there."""
    return [name for name in NEEDED if not (place.settings.state / name).is_dir()]


def decide_directories(absent: list[str]) -> Sequence[Verdict]:
    if absent:
        return [fail("files.absent", names=absent)]
    return [ok("files.there", count=len(NEEDED))]


def mend_directories(place: Place) -> Sequence[Verdict]:
    absent = read_directories(place)
    for name in absent:
        (place.settings.state / name).mkdir(parents=True, mode=0o700)
    return [ok("files.made", names=absent)] if absent else []


def read_stale(place: Place) -> list[str]:
    """Files that a process left behind and that mislead."""
    state = place.settings.state
    stale = [path.name for path in state.glob("*.part") if not _writer_lives(path)]
    return stale + (
        ["endpoints.json"] if place.settings.endpoints.exists() and not place.running else []
    )


def _writer_lives(part: Path) -> bool:
    """The name of a half-written file holds its writer's process id."""
    words = part.name.split(".")
    return words[-2].isdigit() and is_alive(int(words[-2]))


def decide_stale(names: list[str]) -> Sequence[Verdict]:
    return [warn("files.stale", names=names)] if names else [ok("files.tidy")]


def mend_stale(place: Place) -> Sequence[Verdict]:
    names = read_stale(place)
    for name in names:
        (place.settings.state / name).unlink(missing_ok=True)
    return [ok("files.removed", names=names)] if names else []


def chosen_here(place: Place) -> tuple[dict[str, str], dict[str, str]]:
    """The secrets of programs, and those that people type, by what they belong to. Passwords that
    a carrier gave are his."""
    secrets = place.secrets()
    given = {each.name for each in place.settings.trunks if each.kind == "registration"}
    programs = {
        "ari": secrets.ari, "monitor": secrets.monitor, "ami": secrets.ami,
        "doctor": secrets.doctor,
    }  # fmt: skip
    typed = {f"phone {number}": word for number, word in secrets.phones.items()}
    typed |= {f"trunk {n}": word for n, word in secrets.trunks.items() if n not in given}
    return programs, typed | {"trunk": secrets.trunk}


def weak(programs: Mapping[str, str], typed: Mapping[str, str]) -> list[str]:
    """Those that are too short, or hardly random."""
    short = [name for name, word in programs.items() if len(word) < MACHINE_SECRET]
    short += [name for name, word in typed.items() if len(word) < TYPED_SECRET]
    both = {**programs, **typed}
    return sorted({*short, *(name for name, word in both.items() if len(set(word)) < 6)})


def decide_secrets(fact: tuple[dict[str, str], dict[str, str]]) -> Sequence[Verdict]:
    if names := weak(*fact):
        return [fail("secrets.weak", names=names)]
    return [ok("secrets.strong", count=sum(map(len, fact)))]


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate phones and carriers recognise us by."""

    ends: datetime
    fits: bool
    """Whether the key is its key."""


def read_certificate(place: Place) -> tuple[Certificate | None, datetime]:
    """None when nobody speaks TLS here."""
    settings = place.settings
    return (_certificate(settings) if settings.uses_tls else None), place.now


def _certificate(settings: Settings) -> Certificate:
    try:
        found = x509.load_pem_x509_certificate(settings.certificate.read_bytes())
        key = load_pem_private_key(settings.certificate_key.read_bytes(), None)
    except FileNotFoundError as absent:
        raise CannotTell(fail("certificate.missing", file=Path(absent.filename).name)) from None
    except ValueError as fault:
        raise CannotTell(fail("certificate.unreadable", reason=str(fault))) from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fits = found.public_key().public_bytes(*form) == key.public_key().public_bytes(*form)
    return Certificate(found.not_valid_after_utc, fits)


def decide_certificate(fact: tuple[Certificate | None, datetime]) -> Sequence[Verdict]:
    certificate, now = fact
    if certificate is None:
        return [ok("certificate.unused")]
    day = certificate.ends.astimezone(UTC).date().isoformat()
    if not certificate.fits:
        return [fail("certificate.other_key")]
    if certificate.ends <= now:
        return [fail("certificate.over", day=day)]
    if certificate.ends - now < CERTIFICATE_WARNING:
        return [warn("certificate.ends_soon", day=day)]
    return [ok("certificate.valid", day=day)]


CHECKS: tuple[Check[Any], ...] = (
    Check("files.rights", "files", read_rights, decide_rights, mend_rights),
    Check("files.directories", "files", read_directories, decide_directories, mend_directories),
    Check("files.leftovers", "files", read_stale, decide_stale, mend_stale),
    Check("secrets.strength", "files", chosen_here, decide_secrets),
    Check("tls.certificate", "files", read_certificate, decide_certificate),
)
