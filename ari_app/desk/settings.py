"""What the desk is told when it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from ari_app.clock import SystemClock
from ari_app.desk.floor import Text


@dataclass(frozen=True, slots=True)
class FirstRun:
    """The one-time token that makes the first admin; only its SHA-256 is kept."""

    digest: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`recordings` is the folder below which sealed audio lies; `https` makes cookies Secure."""

    recordings: Path
    zone: tzinfo = UTC
    https: bool = False
    name: Text = field(default_factory=lambda: {"zh": "理赔热线", "en": "Claims line"})
    language: str = "zh"
    first_run: FirstRun | None = None
    session_life: timedelta = timedelta(hours=12)
    late: Callable[[], bool] = lambda: False
    """Whether the database is away: what was said last is kept, but not shown yet."""
    now: Callable[[], datetime] = field(default_factory=lambda: SystemClock().now)
