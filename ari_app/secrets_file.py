"""Secrets of one installation, made at first start: `STATE/secrets.json`, mode 0600. There are no
default passwords.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ari_app.settings import write_private


class Secrets(BaseModel):
    """What Asterisk and the app prove themselves with; `phones`: number -> password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ari: str
    ami: str
    trunk: str
    phones: dict[str, str] = {}


def _new() -> str:
    return secrets.token_hex(16)


def load_or_make(state: Path, phones: list[str]) -> Secrets:
    """The secrets of `state`; those that are missing (a new phone) are made and kept."""
    file = state / "secrets.json"
    known = Secrets.model_validate_json(file.read_bytes()) if file.exists() else None
    have = known.phones if known else {}
    wanted = Secrets(
        ari=known.ari if known else _new(),
        ami=known.ami if known else _new(),
        trunk=known.trunk if known else _new(),
        phones={**have, **{number: _new() for number in phones if number not in have}},
    )
    if wanted != known:
        write_private(file, wanted.model_dump_json(indent=1))
    return wanted
