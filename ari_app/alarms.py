"""What a person must know now: raised where it is noticed, shown by the desk and `claimline status`
until it is over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

logger = logging.getLogger(__name__)

Code = Literal[
    "data_late", "disk_low", "disk_full", "recordings_failed", "clock_stepped", "pbx_away"
]
"""Each has its sentences in the desk's words, as `alarm.CODE`."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong; `values` are for its sentence."""

    code: Code
    values: dict[str, int | str] = field(default_factory=dict)


class Alarms:
    """The alarms of one process; `told` is called when one comes, changes or goes."""

    def __init__(self, told: Callable[[], None] = lambda: None) -> None:
        self.told = told
        self._up: dict[Code, Alarm] = {}

    def raise_(self, code: Code, **values: int | str) -> None:
        """It is so, or still so."""
        alarm = Alarm(code, values)
        if self._up.get(code) == alarm:
            return
        if code not in self._up:
            logger.error("an alarm", extra={"code": code, **values})
        self._up[code] = alarm
        self.told()

    def clear(self, code: Code) -> None:
        """It is over, or never was."""
        if self._up.pop(code, None) is not None:
            logger.warning("an alarm is over", extra={"code": code})
            self.told()

    def all(self) -> tuple[Alarm, ...]:
        """What is wrong now, the oldest first."""
        return tuple(self._up.values())
