"""Brings what the net told in its queue's log into the store, once, and erases it there.

The log names callers, and Asterisk keeps it open and appends to it: so what is imported is
overwritten in its place, never cut off, and a line that is written meanwhile cannot be lost. The
emptied file goes when Asterisk is started the next time.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ari_app.jobs.parts import parts_of
from claims_store import net_calls
from claims_store.net_calls import END, Recorder
from claims_store.net_log import BrokenLine, NetLine, parse
from claims_store.recordings import VOICE_REPORT
from claims_store.store import Store

logger = logging.getLogger(__name__)

ERASED = b"\0"
ASIDE = ".unreadable"
LATER = timedelta(seconds=30)
"""After this a call is tried again that could not be taken."""
BYTES_A_SECOND = 16000


@dataclass(frozen=True, slots=True)
class Place:
    """One line and where it stands in the file, its end of line included."""

    at: int
    text: bytes

    @property
    def end(self) -> int:
        return self.at + len(self.text)


class NetLog:
    """Imports from the log of one Asterisk; `incoming` is where recorders write."""

    def __init__(self, store: Store, log: Path, incoming: Path) -> None:
        self._store = store
        self._log = log
        self._incoming = incoming
        self._seen = (0, 0)
        self._erased = 0
        """Up to here nothing is left in the file, so that its length costs nothing."""
        self._later: dict[str, datetime] = {}

    def import_all(self, now: datetime) -> int:
        """Take every whole line; how many calls were taken."""
        try:
            handle = os.open(self._log, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return 0
        try:
            return self._import(handle, now)
        finally:
            os.close(handle)

    def _import(self, handle: int, now: datetime) -> int:
        found = os.fstat(handle)
        state = (found.st_ino, found.st_size)
        if state == self._seen and not self._later:
            return 0
        if found.st_ino != self._seen[0] or found.st_size < self._erased:
            self._erased = 0
        lines = _lines(handle, self._erased, found.st_size)
        calls = self._sort(handle, lines)
        done = {name: self._take(handle, name, each, now) for name, each in calls.items()}
        kept = [places[0][0].at for name, places in calls.items() if not done[name]]
        if lines:
            self._erased = min([*kept, lines[-1].end])
        self._seen = state
        return sum(done.values())

    def _sort(self, handle: int, lines: Sequence[Place]) -> dict[str, list[tuple[Place, NetLine]]]:
        """The lines of each call; those of none are erased, broken ones are kept aside and told."""
        calls: dict[str, list[tuple[Place, NetLine]]] = {}
        for place in lines:
            try:
                line = parse(place.text.decode("utf-8", "replace").removesuffix("\n"))
            except BrokenLine as fault:
                self._keep_aside(place, fault)
                line = None
            if line is None:
                _erase(handle, place)
            else:
                calls.setdefault(line.call_id, []).append((place, line))
        return calls

    def _take(
        self, handle: int, call_id: str, places: list[tuple[Place, NetLine]], now: datetime
    ) -> bool:
        if now < self._later.get(call_id, now):
            return False
        lines = [line for _, line in places]
        over = any(line.event == END for line in lines)
        try:
            found = self._recorders(call_id) if over else []
            self._store.run_now(net_calls.take, lines, found, now)
        except Exception:
            # One call that cannot be taken must not keep the others waiting; its lines stay.
            logger.exception("a call of the net is tried again", extra={"call_id": call_id})
            self._later[call_id] = now + LATER
            return False
        self._later.pop(call_id, None)
        for place, _ in places:
            _erase(handle, place)
        return True

    def _keep_aside(self, place: Place, fault: BrokenLine) -> None:
        aside = self._log.with_name(self._log.name + ASIDE)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, place.text)
            os.fsync(handle)
        finally:
            os.close(handle)
        logger.error("a line of the net cannot be read", extra={"file": aside.name}, exc_info=fault)

    def _recorders(self, call_id: str) -> list[Recorder]:
        """What the recorders of the call's talks have left so far, with one time a segment."""
        parts = parts_of(call_id, self._incoming)
        talks = [part for part in parts if 0 < part.segment < VOICE_REPORT]
        began: dict[int, float] = {}
        for part in talks:
            found = part.path.stat()
            start = found.st_mtime - found.st_size / BYTES_A_SECOND
            began[part.segment] = min(start, began.get(part.segment, start))
        return [
            Recorder(part.segment, "agent" if part.leg else "customer", part.path.name, part.leg,
                     datetime.fromtimestamp(began[part.segment], UTC))
            for part in talks if part.side != "heard"
        ]  # fmt: skip


def drop_empty(log: Path) -> None:
    """Remove a log of which everything is imported. Only while its Asterisk does not run."""
    if log.is_file() and not log.read_bytes().strip(ERASED):
        log.unlink()


def _lines(handle: int, start: int, size: int) -> list[Place]:
    """Every whole line that is not erased."""
    content = os.pread(handle, size - start, start)
    places: list[Place] = []
    at = start
    for raw in content.split(b"\n")[:-1]:
        text = raw.lstrip(ERASED)
        places.append(Place(at + len(raw) - len(text), text + b"\n"))
        at += len(raw) + 1
    return places


def _erase(handle: int, place: Place) -> None:
    os.pwrite(handle, ERASED * len(place.text), place.at)
