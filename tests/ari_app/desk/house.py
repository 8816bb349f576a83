"""A small insurer for the desk's tests: seeded store, floor, calls at hand, and a web client."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ari_app.alarms import Alarm
from ari_app.demo.seed import Login, seed
from ari_app.desk.app import build
from ari_app.desk.floor import AgentView, WhyRow
from ari_app.desk.settings import DeskSettings, FirstRun
from claims_store import calls, customers, findings, people, recordings, reports, transcripts
from claims_store.calls import CallOpened
from claims_store.customers import Customer, Policy
from claims_store.recordings import Recording
from claims_store.rules.findings import Finding
from claims_store.store import Session, Store
from claims_store.transcripts import Heard
from tests.databases import open_sqlite
from tests.fakes.floor import FakeFloor

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 8, 46, 3, tzinfo=ZONE)
CALL = "n1-1795481999.7"


@dataclass
class House:
    """Everything a test needs; `now` is the desk's present and may be moved."""

    store: Store
    folder: Path
    logins: dict[str, Login] = field(default_factory=dict)
    now: datetime = NOW
    first_run: FirstRun | None = None
    late: bool = False
    alarms: tuple[Alarm, ...] = ()

    def __post_init__(self) -> None:
        self.floor = FakeFloor(self._agents(), lambda: self.now)

    def settings(self, *, https: bool = False) -> DeskSettings:
        return DeskSettings(
            recordings=self.folder,
            photos=self.folder / "photos",
            zone=ZONE,
            https=https,
            now=lambda: self.now,
            late=lambda: self.late,
            alarms=lambda: self.alarms,
            first_run=self.first_run,
        )

    def app(self, *, https: bool = False) -> web.Application:
        return build(self.store, self.floor, self.settings(https=https))

    def client(self) -> TestClient[web.Request, web.Application]:
        return TestClient(TestServer(self.app()))

    def password(self, login: str) -> str:
        return self.logins[login].password

    def _agents(self) -> tuple[AgentView, ...]:
        since = self.now - timedelta(minutes=6, seconds=41)
        return tuple(
            AgentView(
                each.name, each.title, each.phone, True, "ready", since, queues=("motor", "any")
            )
            for each in self.store.run_now(people.agents)
        )


@contextmanager
def small_house(folder: Path, *, logins: dict[str, Login] | None = None) -> Iterator[House]:
    """A house with the demo's insurer in it; with `logins` what the folder has already."""
    kept = folder / "claimline.db"
    there = kept.exists()
    store = (
        Store.open_now(f"sqlite:///{kept}", folder / "keys.db") if there else open_sqlite(folder)
    )
    try:
        if logins is None:
            logins = {each.login: each for each in seed(store, NOW - timedelta(hours=1))}
        yield House(store, folder, logins)
    finally:
        store.close_now()


def driver(s: Session) -> tuple[Customer, Policy]:
    """A customer with a car whose policy is in force and who has a claim already."""
    for customer in customers.listing(s):
        held = customers.policies(s, customer.id)
        cars = [each for each in held if each.line == "motor" and each.valid_from < NOW]
        if len(held) > 1 and cars and cars[0].valid_to > NOW:
            return customer, cars[0]
    raise AssertionError("the demo's insurer has no driver")


def ring(s: Session, at: datetime = NOW, *, call_id: str = CALL, language: str = "zh") -> str:
    """A call that has told the line a little, and now waits; its report's number."""
    customer, policy = driver(s)
    begun = at - timedelta(seconds=90)
    calls.open_call(s, CallOpened(call_id, "n1", "sip-7", customer.phone, "5550100", begun, 1))
    notes = (
        (4, "consent", {"value": "given"}),
        (9, "language", {"value": language}),
        (15, "menu", {"menu": "main", "target": "fnol", "why": "key"}),
        (70, "queued", {"queue": "motor", "rule": "motor, Shanghai"}),
    )
    for seconds, event, data in notes:
        calls.note(s, call_id, begun + timedelta(seconds=seconds), event, **data)
    number = reports.start(s, call_id, customer.phone, language, begun)
    calls.change(
        s,
        call_id,
        language=language,
        consent="given",
        stage="waiting",
        issue="fnol",
        queue="motor",
        customer_id=customer.id,
        verified=True,
        waiting_since=at - timedelta(seconds=22),
        rule_name="motor, Shanghai",
        rule_reason="first rule that fits",
        report_number=number,
    )
    told = {
        "line": "motor",
        "any_injury": "no",
        "safe_place": "yes",
        "callback_phone": customer.phone,
        "plate": policy.plate,
    }
    for name, value in told.items():
        reports.answer(s, number, name, value, by="line", source="line", at=begun, call_id=call_id)
    return number


def fill(s: Session, number: str, at: datetime = NOW, *, by: str = "agent1") -> None:
    """The agent writes everything that the assignment needs."""
    told = {
        "loss_time": (at - timedelta(minutes=25)).replace(second=0).isoformat(timespec="minutes"),
        "loss_region": "310115",
        "loss_place": "张杨路 / 源深路路口",
        "loss_kind": "rear_end",
        "narrative": "等红灯时被后车追尾，后保险杠和后备箱盖变形。",
        "third_party": "yes",
        "other_plate": "沪BK6138",
        "other_phone": "+8613900002207",
        "police_informed": "no",
        "drivable": "yes",
        "at_scene": "yes",
        "reporter_relation": "insured",
        "reporter_name": "陈思远",
        "reporter_drove": "yes",
        "damaged_parts": "后保险杠、后备箱盖",
    }
    for name, value in told.items():
        reports.answer(s, number, name, value, by=by, source="agent", at=at, call_id=CALL)


def finish_call(house: House, number: str) -> None:
    """The call is over, recorded, transcribed and checked."""
    store, at = house.store, house.now
    source = house.folder / "plain.wav"
    source.write_bytes(stereo(8.0))
    key = store.vault.new_key(f"call:{CALL}")
    digest = store.vault.seal_file(source, house.folder / "call.sealed", key)
    source.unlink()
    found = [
        Finding("plate", "", None, "not_heard", None),
        Finding("loss_time", "", "2026-11-24T08:30+08:00", "heard_otherwise", 2.1),
        Finding("narrative", "", "追尾", "confirmed", 5.5),
        Finding("other_phone", "", None, "not_asked", None),
    ]
    heard = [
        Heard("agent", 0.4, 1.6, "请问什么时候发生的？"),
        Heard("customer", 2.1, 4.0, "八点半左右吧，等红灯的时候被后面的车撞了"),
        Heard("agent", 4.4, 5.2, "车损在哪里？"),
        Heard("customer", 5.5, 7.4, "后保险杠，还有后备箱盖"),
    ]

    def write(s: Session) -> None:
        calls.note(s, CALL, at - timedelta(seconds=8), "offered", agent="agent1", phone="201")
        calls.note(s, CALL, at, "answered", agent="agent1", phone="201", first=True)
        calls.change(s, CALL, agent="agent1", waited_s=22.0, talk_s=252.0, stage="talking")
        recordings.sealed(s, Recording(CALL, "call.sealed", 2, 2, 8.0, digest, False, at))
        transcripts.put(s, CALL, heard)
        findings.put(s, number, CALL, found)
        calls.close(s, CALL, at + timedelta(seconds=252), "talked")

    store.run_now(write)


@cache
def stereo(seconds: float, rate: int = 8000) -> bytes:
    """A stereo WAV file: the agent is loud in its first half, the customer in its second."""
    frames = int(seconds * rate)
    body = bytearray()
    for at in range(frames):
        wave = 9000 if at % 20 < 10 else -9000
        left, right = (0, wave) if at < frames // 2 else (wave, 0)
        body += struct.pack("<hh", left, right)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 1, 2,
                       rate, rate * 4, 4, 16, b"data", len(body))  # fmt: skip
    return head + bytes(body)


def ladder(floor: FakeFloor, names: Callable[[str], str] = str) -> tuple[WhyRow, ...]:
    """Why the first agent was chosen."""
    outcomes = (
        ("chosen", "就绪 6:41，空闲最久", "ready 6:41, longest idle"),
        ("busy", "符合，整理中", "matches, in wrap-up"),
        ("skill", "车险 5 级，需要 6", "motor 5, needs 6"),
        ("away", "08:30 起小休", "on break since 08:30"),
        ("later", "符合，就绪 0:12", "matches, ready 0:12"),
    )
    return tuple(
        WhyRow(agent.login, agent.title, outcome, {"zh": zh, "en": en})
        for agent, (outcome, zh, en) in zip(floor.agents(), outcomes, strict=False)
    )
