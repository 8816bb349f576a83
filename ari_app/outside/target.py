"""What the outside world knows of Claimline: where to call, and its own credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """A SIP account. `number` is what is dialled to reach it; the trunk has none."""

    username: str
    password: str = field(repr=False)
    number: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A running system as seen from the telephone network."""

    host: str
    port: int
    hotline: str
    trunk: Account
    phones: tuple[Account, ...]


def read_target(endpoints: Path) -> Target:
    """The target in the `endpoints.json` of `claimline up`."""
    known: dict[str, Any] = json.loads(endpoints.read_text("utf-8"))
    return Target(
        host=known["sip"]["host"],
        port=known["sip"]["port"],
        hotline=known["hotline"],
        trunk=Account(known["trunk"]["username"], known["trunk"]["password"]),
        phones=tuple(
            Account(phone["username"], phone["password"], phone["number"])
            for phone in known["phones"]
        ),
    )
