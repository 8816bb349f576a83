"""Secrets of one installation, made at first start: `STATE/secrets.json`, mode 0600. There are no
default passwords.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ari_app.settings import FIRST_TRUNK, write_private


class Secrets(BaseModel):
    """What Asterisk and the app prove themselves with; `phones`: number -> password, `trunks`:
    name -> password of those beside the first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ari: str
    ami: str
    trunk: str
    phones: dict[str, str] = {}
    trunks: dict[str, str] = {}

    def of_trunk(self, name: str) -> str:
        """The password of a trunk; empty when nobody has given one yet."""
        return self.trunks.get(name) or (self.trunk if name == FIRST_TRUNK else "")


def _new() -> str:
    return secrets.token_hex(16)


def load_or_make(state: Path, phones: Sequence[str], peers: Sequence[str] = ()) -> Secrets:
    """The secrets of `state`; those that are missing (a new phone, a trunk that proves itself to
    us) are made and kept."""
    file = state / "secrets.json"
    known = Secrets.model_validate_json(file.read_bytes()) if file.exists() else None
    have = known or Secrets(ari=_new(), ami=_new(), trunk=_new())
    lack = {number: _new() for number in phones if number not in have.phones}
    new = {name: _new() for name in peers if not have.of_trunk(name)}
    wanted = have.model_copy(
        update={"phones": {**have.phones, **lack}, "trunks": {**have.trunks, **new}}
    )
    if wanted != known:
        write_private(file, wanted.model_dump_json(indent=1))
    return wanted


def keep_trunk(state: Path, name: str, password: str) -> None:
    """Keep the password that a carrier gave, or that a peer is to use."""
    known = load_or_make(state, [])
    wanted = known.model_copy(update={"trunks": {**known.trunks, name: password}})
    write_private(state / "secrets.json", wanted.model_dump_json(indent=1))
