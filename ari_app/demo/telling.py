"""One line per step as it happens: clock, who, what. Goes to standard error when JSON goes to
output.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Write = Callable[[str], None]


class Teller:
    """Tells a story with the seconds since it began."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def __call__(self, who: str, what: str) -> None:
        self._write(f"{self.seconds:6.1f} s  {who:<9} {what}")
