"""Renders the configuration of the outside world's Asterisk."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ari_app.directories import Directories
from ari_app.installed import assets
from ari_app.outside.target import Target
from ari_app.render import environment, write
from ari_app.settings import Ports

APP = "outside"
USER = "outside"
SHARED = (
    "acl asterisk ccss cdr cel features http indications logger pjproject rtp udptl "
    "websocket_client"
).split()
"""Templates that the outside shares with the PBX."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the outside's configuration is made from; `ways` are the ports at which each phone
    finds the PBX."""

    target: Target
    ports: Ports
    dirs: Directories
    ari_password: str = field(repr=False)
    ways: Mapping[str, int]

    def _phone(self, number: str) -> dict[str, object]:
        account = next(phone for phone in self.target.phones if phone.number == number)
        return {
            "number": number,
            "username": account.username,
            "password": account.password,
            "way": self.target.tls_port if account.tls else self.ways[number],
            "tls": account.tls,
        }

    def values(self, phones: Collection[str]) -> dict[str, object]:
        """What the templates may name, for these phones."""
        digest = hashlib.sha256(f"outside:{self.ports.sip}".encode()).hexdigest()
        return {
            "node": "outside",
            "entity": ":".join(["02", *(digest[i : i + 2] for i in range(0, 10, 2))]),
            "language": "en",
            "tones": "us",
            "host": self.target.host,
            "pbx": {"host": self.target.host, "port": self.target.port},
            "tls": any(phone.tls for phone in self.target.phones),
            "certificate": self.target.certificate,
            "ports": self.ports,
            "dirs": self.dirs,
            "app": APP,
            "ari": {"username": USER, "password": self.ari_password},
            "trunk": self.target.trunk,
            "phones": [self._phone(number) for number in phones],
            "modules": _modules(),
        }


def write_all(plan: Plan) -> None:
    """Write every file; no phone is plugged in yet."""
    numbers = [phone.number for phone in plan.target.phones]
    values = plan.values(numbers)
    etc, own = assets() / "etc", assets() / "outside"
    files = {f"{name}.conf": _render(etc / f"{name}.conf.j2", values) for name in SHARED}
    files |= {file.stem: _render(file, values) for file in sorted(own.glob("*.conf.j2"))}
    files |= _registrations(plan, [])
    write(files, plan.dirs.etc)


def write_registrations(plan: Plan, plugged: Collection[str]) -> None:
    """Write which phones are plugged in; takes effect at the next reload."""
    write(_registrations(plan, plugged), plan.dirs.etc)


def _registrations(plan: Plan, plugged: Collection[str]) -> dict[str, str]:
    file = assets() / "outside" / "registrations.conf.j2"
    return {file.stem: _render(file, plan.values(sorted(plugged)))}


def _render(file: Path, values: dict[str, Any]) -> str:
    return environment(file.parent).get_template(file.name).render(values)


def _modules() -> list[str]:
    lines = (assets() / "outside" / "modules.txt").read_text("utf-8").splitlines()
    names = [line.split("#")[0].strip() for line in lines]
    return [name for name in names if name]
