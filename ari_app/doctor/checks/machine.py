"""The machine under the installation: ports, disk, zone, processes, the app's event loop."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ari_app import health
from ari_app.disk import FULL, LOW
from ari_app.doctor import capacity, sockets
from ari_app.doctor.check import Check
from ari_app.doctor.place import Place, is_alive
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, unknown, warn
from ari_app.loop_watch import LIMIT_S

CALL = capacity.Traffic(calls=1, talk=180, prompts=60)
"""A call as the capacity is told for it: a minute with the line, three with an agent."""
LEAST_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Port:
    """One port of the installation: who listens there, ours or not. `inner` ports are for this
    machine alone."""

    name: str
    protocol: str
    number: int
    addresses: tuple[str, ...]
    ours: bool
    outside: bool
    """Whether it can be reached from another machine."""
    inner: bool = False


def read_ports(place: Place) -> tuple[bool, list[Port]]:
    """Whether the system runs, and its ports as /proc shows them."""
    ports = place.ports
    if ports is None:
        raise CannotTell(unknown("asterisk.never_started"))
    asterisk, app = place.processes.get("asterisk", 0), place.processes.get("app", 0)
    wanted = [
        ("SIP", "udp", ports.sip, asterisk, False), ("ARI", "tcp", ports.ari, asterisk, True),
        ("AMI", "tcp", ports.ami, asterisk, True), ("desk", "tcp", ports.http, app, False),
    ]  # fmt: skip
    if place.settings.uses_tls:
        wanted.append(("SIP/TLS", "tcp", ports.sips, asterisk, False))
    return place.running, [_port(*each) for each in wanted]


def _port(name: str, protocol: str, number: int, pid: int, inner: bool) -> Port:
    found = [each for each in sockets.listeners(protocol) if each.port == number]
    mine = sockets.sockets_of(pid) if pid else set()
    return Port(
        name, protocol, number, tuple(sorted({each.address for each in found})),
        ours=any(each.inode in mine for each in found),
        outside=any(not each.loopback for each in found), inner=inner,
    )  # fmt: skip


def decide_ports(fact: tuple[bool, list[Port]]) -> Sequence[Verdict]:
    running, ports = fact
    return [(_running if running else _stopped)(port) for port in ports]


def _running(port: Port) -> Verdict:
    at = {"name": port.name, "port": port.number}
    if not port.addresses:
        return fail("port.silent", **at)
    if not port.ours:
        return fail("port.taken", **at)
    if port.inner and port.outside:
        return fail("port.open", address=port.addresses, **at)
    return ok("port.ours", address=port.addresses, **at)


def _stopped(port: Port) -> Verdict:
    code = "port.taken" if port.addresses else "port.free"
    return (fail if port.addresses else ok)(code, name=port.name, port=port.number)


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the file system on which an installation lies."""

    free: int
    whole: int


def read_disk(place: Place) -> Disk:
    found = os.statvfs(place.settings.state)
    return Disk(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def decide_disk(disk: Disk) -> Sequence[Verdict]:
    left = 100 * disk.free / disk.whole if disk.whole else 0.0
    values = {"percent": f"{left:.0f}", "gigabytes": f"{disk.free / 1e9:.1f}"}
    if left < FULL or disk.free < LEAST_BYTES:
        return [fail("disk.full", **values)]
    return [warn("disk.low", **values)] if left < LOW else [ok("disk.room", **values)]


def read_zone(place: Place) -> str:
    try:
        ZoneInfo(place.settings.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CannotTell(fail("clock.no_zone", zone=place.settings.zone)) from None
    return place.settings.zone


def decide_zone(zone: str) -> Sequence[Verdict]:
    return [ok("clock.zone", zone=zone)]


def read_processes(place: Place) -> Mapping[str, bool]:
    return {name: is_alive(pid) for name, pid in place.processes.items()}


def decide_processes(alive: Mapping[str, bool]) -> Sequence[Verdict]:
    if gone := [name for name, here in alive.items() if not here]:
        return [fail("process.gone", names=gone)]
    return [ok("process.all", names=list(alive))]


def read_said(place: Place) -> Mapping[str, Any]:
    """What the app says of itself."""
    said = health.read(place.settings.health, place.processes).get("app")
    if said is None:
        raise CannotTell(unknown("process.says_nothing"))
    return said


def decide_loop(said: Mapping[str, Any]) -> Sequence[Verdict]:
    loop = said.get("loop")
    if loop is None:
        return [unknown("process.says_nothing")]
    values = {"longest": loop["longest_ms"], "limit": round(1000 * LIMIT_S), "over": loop["over"]}
    if loop["over"]:
        return [warn("loop.held", last=loop["last"], **values)]
    return [ok("loop.free", **values)]


def decide_alarms(said: Mapping[str, Any]) -> Sequence[Verdict]:
    up = [str(each["code"]) for each in said.get("alarms", ())]
    return [fail("alarm.up", names=up)] if up else [ok("alarm.none")]


def read_cores(_: Place) -> int:
    return len(os.sched_getaffinity(0))


def decide_capacity(cores: int) -> Sequence[Verdict]:
    """What the measured costs allow; it says how much, and finds nothing wrong."""
    most = capacity.most_calls(capacity.MEASURED, CALL, cores)
    return [
        ok("capacity.carries", cores=cores, calls=f"{most:.1f}", talks=f"{most * CALL.talk:.0f}")
    ]


CHECKS: tuple[Check[Any], ...] = (
    Check("system.ports", "machine", read_ports, decide_ports),
    Check("system.processes", "machine", read_processes, decide_processes, live=True),
    Check("system.loop", "machine", read_said, decide_loop, live=True),
    Check("system.alarms", "machine", read_said, decide_alarms, live=True),
    Check("system.capacity", "machine", read_cores, decide_capacity),
    Check("disk.room", "machine", read_disk, decide_disk),
    Check("clock.zone", "machine", read_zone, decide_zone),
)
