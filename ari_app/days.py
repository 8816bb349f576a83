"""`STATE/holidays.toml`: days on which the public calendar is wrong, or not known yet.

What the file says is kept in the store, so that app, worker and command line count alike. A file
that cannot be read changes nothing; `claimline doctor` says what is wrong with it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from claims_store import calendar
from claims_store.store import Store
from routing.corrected import BadDays, CorrectedDay, read_days

logger = logging.getLogger(__name__)

FILE = "holidays.toml"
EXAMPLE = """\
# Days on which the public calendar is wrong, or not known yet. The make-up working days of a year
# are published in the November before: write them down here, then they hold within a second.
#
# [[day]]
# on = 2027-02-14
# working = true          # true: worked, false: free
# reason = "春节调休"
"""


def read(state: Path) -> list[CorrectedDay]:
    """What the file says; none without one. Raises `BadDays`."""
    file = state / FILE
    try:
        return read_days(file.read_text("utf-8")) if file.exists() else []
    except (OSError, UnicodeDecodeError) as fault:
        raise BadDays(str(fault)) from fault


class Days:
    """Keeps the store's days as the file says."""

    def __init__(self, store: Store, state: Path) -> None:
        self._store = store
        self._state = state
        self._seen: tuple[int, int] | None = None

    def touched(self) -> bool:
        """Whether the file is another one than was kept last; costs nothing."""
        return self._look() != self._seen

    def keep(self) -> bool:
        """Bring the store up to date; whether it was not. Raises `StoreAway`: then the file counts
        as touched still."""
        seen = self._look()
        try:
            changed = self._store.run_now(calendar.put_days, read(self._state))
        except BadDays as fault:
            logger.warning("corrected days cannot be used", extra={"reason": str(fault)})
            changed = False
        self._seen = seen
        return changed

    def _look(self) -> tuple[int, int] | None:
        try:
            found = (self._state / FILE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def first(state: Path) -> None:
    """A new installation gets a file that says how it is written."""
    if not (state / FILE).exists():
        (state / FILE).write_text(EXAMPLE, "utf-8")
