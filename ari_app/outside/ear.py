"""Knows from what is heard when the other side has finished speaking."""

from __future__ import annotations

from enum import StrEnum


class Heard(StrEnum):
    """Why listening ended."""

    QUIET = "quiet"
    """Something was said, and then it was quiet long enough."""
    NOTHING = "nothing"
    """Nothing was said within the time for a beginning."""
    LIMIT = "limit"
    """It was still being spoken (or music played) at the limit."""
    ENDED = "ended"
    """The call ended."""


class Ear:
    """Follows talking on one channel; every method takes the time in seconds.

    What was being said when the listener himself acted does not count as an answer to the act,
    unless it goes on for more than `TAIL`: the old prompt is cut and a new one follows.
    """

    TAIL = 1.0

    def __init__(self, now: float, lag: float) -> None:
        self._lag = lag  # silence is told so much later than it began
        self._mark = now
        self._talking = False
        self._answered = False
        self._quiet_since = now

    @property
    def talking(self) -> bool:
        return self._talking

    def acted(self, now: float) -> None:
        """The listener did something, or has heard enough: what counts comes after this."""
        self._mark = now
        self._answered = False

    def started(self, now: float) -> None:
        self._talking = True
        self._answered = True

    def finished(self, now: float) -> None:
        self._talking = False
        self._quiet_since = now - self._lag
        if self._quiet_since - self._mark > self.TAIL:
            self._answered = True

    def quiet_at(self, quiet: float) -> float | None:
        """When it will have been quiet for `quiet` seconds after an answer; None if unknown."""
        if self._talking or not self._answered:
            return None
        return self._quiet_since + quiet

    def nothing(self, now: float, start: float) -> bool:
        """Whether nothing began within `start` seconds."""
        return not self._talking and not self._answered and now - self._mark >= start
