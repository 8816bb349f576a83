"""Who listens where on this machine, as /proc tells it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLES = {"udp": ("udp", "udp6"), "tcp": ("tcp", "tcp6")}
_LISTENING = {"udp": "07", "tcp": "0A"}


@dataclass(frozen=True, slots=True)
class Listener:
    """One socket that takes what comes to a port."""

    address: str
    port: int
    inode: int

    @property
    def loopback(self) -> bool:
        return ipaddress.ip_address(self.address).is_loopback


def listeners(protocol: str, net: Path = Path("/proc/net")) -> list[Listener]:
    """All of `udp` or `tcp`."""
    return [each for table in _TABLES[protocol] for each in _table(net / table, protocol)]


def _table(file: Path, protocol: str) -> Iterator[Listener]:
    try:
        lines = file.read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        words = line.split()
        if words[3] == _LISTENING[protocol]:
            address, _, port = words[1].partition(":")
            yield Listener(_address(address), int(port, 16), int(words[9]))


def _address(hexadecimal: str) -> str:
    """Four bytes at a time, each group in the machine's order."""
    raw = bytes.fromhex(hexadecimal)
    turned = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return str(ipaddress.ip_address(turned))


def sockets_of(pid: int) -> set[int]:
    """The inodes of a process's sockets; none when it cannot be looked at."""
    found = set()
    folder = Path(f"/proc/{pid}/fd")
    try:
        names = os.listdir(folder)
    except OSError:
        return set()
    for name in names:
        try:
            target = os.readlink(folder / name)
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(int(target[8:-1]))
    return found
