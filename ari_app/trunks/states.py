"""How each trunk is, as a value, and as a file for commands that run beside the app."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from ari_app.settings import Settings, write_private

ALARM_AFTER = timedelta(seconds=30)
"""How long a trunk may be lost before somebody is told."""


class TrunkState(StrEnum):
    """What is known of a trunk."""

    REGISTERED = "registered"
    REJECTED = "rejected"
    UNREGISTERED = "unregistered"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    LISTENING = "listening"
    """The carrier calls us; whether he is there nobody can ask."""

    @property
    def lost(self) -> bool:
        return self in (TrunkState.REJECTED, TrunkState.UNREGISTERED, TrunkState.UNREACHABLE)


SENTENCES = {
    "registered": "registered at the carrier",
    "rejected": "the carrier refuses the registration: look at user and password "
    "(claimline trunks secret NAME)",
    "unregistered": "not registered yet",
    "reachable": "the carrier answers",
    "unreachable": "the carrier does not answer: look at host, port, transport and firewall",
    "listening": "waits for the carrier's calls",
}


@dataclass(frozen=True, slots=True)
class TrunkNow:
    """A trunk and since when it is so."""

    name: str
    state: TrunkState
    since: datetime

    def alarms(self, now: datetime) -> bool:
        """Whether it is lost for so long that somebody has to know."""
        return self.state.lost and now - self.since > ALARM_AFTER

    @property
    def sentence(self) -> str:
        return SENTENCES[self.state].replace("NAME", self.name)


def save(file: Path, trunks: Sequence[TrunkNow]) -> None:
    """Write down what is known now."""
    rows = [asdict(each) | {"since": each.since.isoformat()} for each in trunks]
    write_private(file, json.dumps(rows))


def read(settings: Settings) -> tuple[TrunkNow, ...]:
    """What the running app last knew; empty when nothing runs."""
    if not settings.endpoints.exists() or not settings.trunk_states.exists():
        return ()
    rows = json.loads(settings.trunk_states.read_text("utf-8"))
    return tuple(
        TrunkNow(row["name"], TrunkState(row["state"]), datetime.fromisoformat(row["since"]))
        for row in rows
    )
