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
    unless it goes on for more than `TAIL`: an old prompt is cut at once, a new one may follow it
    without a pause.
    """

    TAIL = 1.0

    def __init__(self, now: float) -> None:
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

    def finished(self, at: float) -> None:
        """Talking ended `at` that time, which is known only after a pause."""
        self._talking = False
        self._quiet_since = at
        if at - self._mark > self.TAIL:
            self._answered = True

    def outcome(self, now: float, quiet: float, start: float) -> Heard | None:
        """Whether it has been quiet for `quiet` seconds after an answer, or nothing began
        within `start` seconds."""
        if self._talking:
            return None
        if self._answered:
            return Heard.QUIET if now - self._quiet_since >= quiet else None
        return Heard.NOTHING if now - self._mark >= start else None

    def next_look(self, now: float, quiet: float, start: float) -> float:
        """When the outcome may change if nothing else happens."""
        if self._talking:
            return now + start
        return self._quiet_since + quiet if self._answered else self._mark + start
