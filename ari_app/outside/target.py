"""What the outside world knows of Claimline: where to call, and its own credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """A SIP account. `number` is what is dialled to reach it; the trunk has none. `tls`: it speaks
    TLS and encrypts its sound."""

    username: str
    password: str = field(repr=False)
    number: str = ""
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A running system as seen from the telephone network. With TLS: the port, and the file of the
    certificate by which the system is recognised."""

    host: str
    port: int
    hotline: str
    trunk: Account
    phones: tuple[Account, ...]
    tls_port: int = 0
    certificate: str = ""


def read_target(endpoints: Path) -> Target:
    """The target in the `endpoints.json` of `claimline up`."""
    known: dict[str, Any] = json.loads(endpoints.read_text("utf-8"))
    return Target(
        host=known["sip"]["host"],
        port=known["sip"]["port"],
        hotline=known["hotline"],
        trunk=Account(known["trunk"]["username"], known["trunk"]["password"]),
        phones=tuple(
            Account(
                phone["username"],
                phone["password"],
                phone["number"],
                phone.get("transport") == "tls",
            )
            for phone in known["phones"]
        ),  # fmt: skip
        tls_port=known["sip"].get("tls_port", 0),
        certificate=known["sip"].get("certificate", ""),
    )
