"""What the desk is told when it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from ari_app.alarms import Alarm
from ari_app.clock import SystemClock
from ari_app.desk.floor import Text
from claims_store.rules.contacting import Way

FIRST_RUN = "CLAIMLINE_FIRST_RUN"
"""Environment of the app: digest of the first admin's token, and until when it is valid."""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """The one-time token that makes the first admin; only its SHA-256 is kept."""

    digest: str
    until: datetime

    @classmethod
    def read(cls, value: str) -> FirstRun | None:
        """What the app finds in its environment under `FIRST_RUN`."""
        digest, _, until = value.partition(" ")
        return cls(digest, datetime.fromisoformat(until)) if until else None


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`recordings` is the folder below which sealed audio lies, `photos` that of sealed pictures;
    `https` makes cookies Secure."""

    recordings: Path
    photos: Path = Path("photos")
    zone: tzinfo = UTC
    https: bool = False
    name: Text = field(default_factory=lambda: {"zh": "理赔热线", "en": "Claims line"})
    language: str = "zh"
    first_run: FirstRun | None = None
    session_life: timedelta = timedelta(hours=12)
    public_url: str = ""
    """Where customers reach their pages; cookies of these are Secure when it is encrypted."""
    proxies: frozenset[str] = frozenset()
    """Whose word on a visitor's address is taken."""
    ways: tuple[Way, ...] = (Way("file"),)
    """Channels over which people are written to, in the operator's order."""
    secret_of: Callable[[str], str] = lambda channel: ""
    """The secret that a channel's gateway signs with; empty when there is none."""
    late: Callable[[], bool] = lambda: False
    """Whether the database is away: what was said last is kept, but not shown yet."""
    alarms: Callable[[], tuple[Alarm, ...]] = tuple
    """What is wrong now and everybody at the desk should know."""
    now: Callable[[], datetime] = field(default_factory=lambda: SystemClock().now)
