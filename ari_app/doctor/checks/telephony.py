"""Trunks, desk phones, and one call that is really heard."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from ari_app.doctor import telephone
from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, unknown, warn
from ari_app.outside import sound
from ari_app.render import DOCTOR_USER
from ari_app.speech import audio
from ari_app.trunks import states
from ari_app.trunks.states import TrunkState
from claims_store import people

TONE_HZ = 1000.0
TONE_S = 1.0
FAINT_DBFS = -30.0
"""The tone is said at -9; what comes back fainter than this was not carried well."""
SLOW_S = 1.0
ANY = ("0.0.0.0", "::")
CONTACTS = "/registrar/contact/"


def tone() -> bytes:
    """A second of 1 kHz at -9 dBFS, as mu-law."""
    at = np.arange(int(TONE_S * sound.RATE)) / sound.RATE
    return sound.encode((11600 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.int16))


@dataclass(frozen=True, slots=True)
class Loop:
    """A call to the echo: its SIP status, seconds until answered, how loud the tone came back."""

    status: int
    seconds: float
    tone_dbfs: float


def read_loop(place: Place) -> Loop:
    if place.ports is None:
        raise CannotTell(unknown("system.stopped"))
    host = "127.0.0.1" if place.settings.host in ANY else place.settings.host
    line = telephone.Line(host, place.ports.sip, DOCTOR_USER, place.secrets().doctor, "echo")
    made = asyncio.run(telephone.call(line, tone()))
    return Loop(made.status, made.seconds, _loudest_tone(made.heard))


def _loudest_tone(heard: bytes) -> float:
    """How loud the tone is where it is loudest, in windows of a fifth of a second."""
    samples, window = audio.from_ulaw(heard), sound.RATE // 5
    pieces = [samples[at : at + window] for at in range(0, len(samples) - window + 1, window)]
    levels = [audio.tone_dbfs(piece, sound.RATE, TONE_HZ) for piece in pieces]
    return max(levels, default=-120.0)


def decide_loop(loop: Loop) -> Sequence[Verdict]:
    if loop.status == 0:
        return [fail("audio.no_answer")]
    if loop.status != 200:
        return [fail("audio.refused", status=loop.status)]
    level = f"{loop.tone_dbfs:.0f}"
    if loop.tone_dbfs < FAINT_DBFS:
        return [fail("audio.silent", level=level)]
    values = {"level": level, "milliseconds": f"{1000 * loop.seconds:.0f}"}
    return [(warn if loop.seconds > SLOW_S else ok)("audio.heard", **values)]


@dataclass(frozen=True, slots=True)
class Trunks:
    """The trunks of the settings, those whose password is not known yet, and, while the system
    runs, what the app knows of each."""

    names: tuple[str, ...]
    without_password: frozenset[str] = frozenset()
    now: Mapping[str, TrunkState] | None = None


def read_trunks(place: Place) -> Trunks:
    secrets, trunks = place.secrets(), place.settings.trunks
    lacking = frozenset(
        each.name for each in trunks if each.kind != "address" and not secrets.of_trunk(each.name)
    )
    known = {each.name: each.state for each in states.read(place.settings)}
    names = tuple(each.name for each in trunks)
    return Trunks(names, lacking, known if place.running else None)


def decide_trunks(fact: Trunks) -> Sequence[Verdict]:
    return [_trunk(name, fact) for name in fact.names]


def _trunk(name: str, fact: Trunks) -> Verdict:
    if name in fact.without_password:
        return fail("trunk.no_password", name=name)
    if fact.now is None:
        return ok("trunk.set_up", name=name)
    state = fact.now.get(name)
    if state is None:
        return unknown("trunk.not_known", name=name)
    return (fail if state.lost else ok)(f"trunk.{state}", name=name)


@dataclass(frozen=True, slots=True)
class Phones:
    """Desk phones by number: whether registered; and numbers of agents who are ready."""

    registered: Mapping[str, bool]
    ready: frozenset[str]


def read_phones(place: Place) -> Phones:
    with place.store() as store:
        agents = store.run_now(people.agents)
    here = _registered(place)
    ready = frozenset(each.phone for each in agents if each.state == "ready")
    return Phones({each.phone: each.phone in here for each in agents}, ready)


def _registered(place: Place) -> set[str]:
    """Phones with a contact that has not expired, from Asterisk's own small database: ARI lists
    them only with one more module."""
    file = place.settings.state / "lib" / "astdb.sqlite3"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:
            rows = base.execute("SELECT key, value FROM astdb WHERE key LIKE ?", (CONTACTS + "%",))
            kept = {key: json.loads(value) for key, value in rows}
    except sqlite3.Error as fault:
        raise CannotTell(unknown("phones.unknown", reason=str(fault))) from None
    now = place.now.timestamp()
    return {
        key.removeprefix(CONTACTS).partition(";")[0]
        for key, contact in kept.items()
        if int(contact.get("expiration_time", 0)) > now
    }


def decide_phones(fact: Phones) -> Sequence[Verdict]:
    here = [number for number, registered in fact.registered.items() if registered]
    if lost := sorted(fact.ready - set(here)):
        return [warn("phones.lost", names=lost)]
    return [ok("phones.registered", here=len(here), count=len(fact.registered))]


CHECKS: tuple[Check[Any], ...] = (
    Check("trunks.state", "telephony", read_trunks, decide_trunks),
    Check("phones.registered", "telephony", read_phones, decide_phones, live=True),
    Check("audio.loop", "telephony", read_loop, decide_loop, live=True),
)
