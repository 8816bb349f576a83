"""Secrets of one installation, made at first start: `STATE/secrets.json`, mode 0600. There are no
default passwords.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ari_app.settings import FIRST_TRUNK, write_private


def _new() -> str:
    """32 random bytes, for programs."""
    return secrets.token_hex(32)


def _typed() -> str:
    """128 random bits in 32 characters, for what a person types into a telephone."""
    return secrets.token_hex(16)


class Secrets(BaseModel):
    """What Asterisk and the app prove themselves with; `monitor` may only read, `doctor` is the
    telephone of `claimline doctor`; `phones`: number -> password, `trunks`: name -> password of
    those beside the first, `channels`: name -> password or key of a way to reach people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ari: str
    ami: str
    trunk: str
    monitor: str = Field(default_factory=_new)
    doctor: str = Field(default_factory=_new)
    phones: dict[str, str] = {}
    trunks: dict[str, str] = {}
    channels: dict[str, str] = {}

    def of_trunk(self, name: str) -> str:
        """The password of a trunk; empty when nobody has given one yet."""
        return self.trunks.get(name) or (self.trunk if name == FIRST_TRUNK else "")


def load_or_make(state: Path, phones: Sequence[str], peers: Sequence[str] = ()) -> Secrets:
    """The secrets of `state`; those that are missing (a new phone, a trunk that proves itself to
    us) are made and kept."""
    file = state / "secrets.json"
    known = Secrets.model_validate_json(file.read_bytes()) if file.exists() else None
    have = known or Secrets(ari=_new(), ami=_new(), trunk=_typed())
    lack = {number: _typed() for number in phones if number not in have.phones}
    new = {name: _typed() for name in peers if not have.of_trunk(name)}
    wanted = have.model_copy(
        update={"phones": {**have.phones, **lack}, "trunks": {**have.trunks, **new}}
    )
    if wanted != known or not known.model_fields_set >= Secrets.model_fields.keys():
        write_private(file, wanted.model_dump_json(indent=1))
    return wanted


def keep_trunk(state: Path, name: str, password: str) -> None:
    """Keep the password that a carrier gave, or that a peer is to use."""
    known = load_or_make(state, [])
    wanted = known.model_copy(update={"trunks": {**known.trunks, name: password}})
    write_private(state / "secrets.json", wanted.model_dump_json(indent=1))


def keep_channel(state: Path, name: str, secret: str) -> None:
    """Keep what a gateway, a message centre or a mail server knows us by."""
    known = load_or_make(state, [])
    wanted = known.model_copy(update={"channels": {**known.channels, name: secret}})
    write_private(state / "secrets.json", wanted.model_dump_json(indent=1))
