"""What reconcilers set right: told in the log, in the call's journal, and by `claimline status`."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

logger = logging.getLogger(__name__)

KEPT = 20

Fault = Literal[
    "row_without_channel", "line_without_channel", "channel_without_line", "waiting_without_call",
    "recording_not_sealed", "files_left", "files_of_no_call", "sealed_file_missing",
    "directory_gone",
]  # fmt: skip
WORDS: Mapping[Fault, str] = {
    "row_without_channel": "a call of the ledger had no channel: closed",
    "line_without_channel": "a call in the air had no channel: ended",
    "channel_without_line": "a caller was in nobody's hands: handed to the net",
    "waiting_without_call": "an agent was kept for a call that is over: freed",
    "recording_not_sealed": "a recording was never sealed: put down again",
    "files_left": "recorders' files of a sealed call were left: put down again",
    "files_of_no_call": "recorders' files belong to no call: kept, look at them",
    "sealed_file_missing": "a sealed recording is not where it was put: told in its call",
    "directory_gone": "the folder that recorders write into was gone: made again",
}


@dataclass(frozen=True, slots=True)
class Heal:
    """Something that does not fit; `about` is a call, an agent, or the name of a file."""

    fault: Fault
    about: str


class Healings:
    """What one process has set right since it began, the newest last."""

    def __init__(self) -> None:
        self._count = 0
        self._newest: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._looked: datetime | None = None

    def looked(self, at: datetime) -> None:
        """A round of comparing is over."""
        self._looked = at

    def note(self, heal: Heal, at: datetime) -> None:
        """This was set right."""
        logger.error(WORDS[heal.fault], extra={"about": heal.about})
        self._count += 1
        self._newest.append({**asdict(heal), "at": at.isoformat(timespec="seconds")})

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        looked = self._looked.isoformat(timespec="seconds") if self._looked else None
        return {"looked": looked, "count": self._count, "newest": list(self._newest)}
