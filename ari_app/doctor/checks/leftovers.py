"""What should be gone long ago: voice reports, steps of calls, recordings that nobody took in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import Verdict, fail, ok, unknown
from claims_store import journal
from claims_store.voice_spool import SUFFIX

LATE = timedelta(minutes=30)
"""A voice report is taken in within 15 minutes even when its caller vanished."""
LONGEST_CALL = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Left:
    """Files in a folder that are older than they may be, and those that nobody could read."""

    old: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


def _older(files: Iterable[Path], now: datetime, than: timedelta) -> tuple[str, ...]:
    def age(file: Path) -> timedelta:
        return now - datetime.fromtimestamp(file.stat().st_mtime, UTC)

    return tuple(file.name for file in sorted(files) if age(file) > than)


def read_spool(place: Place) -> Left:
    spool = place.settings.report_spool
    unreadable = tuple(file.name for file in sorted(spool.glob("*.unreadable")))
    return Left(_older(spool.glob(f"*{SUFFIX}"), place.now, LATE), unreadable)


def decide_spool(left: Left) -> Sequence[Verdict]:
    problems = []
    if left.unreadable:
        problems.append(fail("spool.unreadable", names=left.unreadable))
    if left.old:
        problems.append(fail("spool.old", names=left.old))
    return problems or [ok("spool.empty")]


def read_journal(place: Place) -> journal.Waiting:
    return journal.waiting(place.settings.journal)


def decide_journal(left: journal.Waiting) -> Sequence[Verdict]:
    problems = []
    if left.set_aside:
        problems.append(fail("journal.set_aside", count=left.set_aside))
    if left.steps is not None:
        problems.append(fail("journal.waiting", count=left.steps))
    return problems or [ok("journal.empty")]


def read_plaintext(place: Place) -> Left:
    """Sound that is not sealed, older than any call."""
    settings = place.settings
    files = [*settings.incoming_recordings.glob("*"), *settings.clips.rglob("*")]
    return Left(_older((each for each in files if each.is_file()), place.now, LONGEST_CALL))


def decide_plaintext(left: Left) -> Sequence[Verdict]:
    return [fail("recordings.unsealed", names=left.old)] if left.old else [ok("recordings.sealed")]


def read_writable(place: Place) -> str:
    """Why recordings cannot be written; empty when they can."""
    for folder in (place.settings.incoming_recordings, place.settings.recordings):
        probe = folder / ".doctor"
        try:
            probe.write_bytes(b"\0" * 4096)
            probe.unlink()
        except FileNotFoundError:
            return f"{folder.name}: -"
        except OSError as fault:
            return f"{folder.name}: {fault.strerror}"
    return ""


def decide_writable(reason: str) -> Sequence[Verdict]:
    if reason.endswith(": -"):
        return [unknown("recordings.no_folder", name=reason[:-3])]
    return [fail("recordings.refused", reason=reason)] if reason else [ok("recordings.writable")]


CHECKS: tuple[Check[Any], ...] = (
    Check("spool.empty", "store", read_spool, decide_spool),
    Check("journal.empty", "store", read_journal, decide_journal),
    Check("recordings.sealed", "store", read_plaintext, decide_plaintext),
    Check("recordings.writable", "store", read_writable, decide_writable),
)
