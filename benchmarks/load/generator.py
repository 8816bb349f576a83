"""The load generator: callers and phones with sound both ways, in one process of its own.

    python -m benchmarks.load.generator

Questions come as lines of JSON on standard input, each is answered by one line: `open` (server,
trunk, phones), `start` (a Job), `now`, `told` (calls that ended since), `drop` (all hang up).
Sound is read every 5 ms: that is how exact its times are.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
import os
import select
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.load.job import Job, Now, Told
from benchmarks.load.legs import Caller, Dialog, PhoneLeg, Role
from benchmarks.load.media import FRAME, GROUPS, PACKET_S, Media, loud, roomy, tone
from benchmarks.load.sip import Message, parse, proof, response

TICK = PACKET_S / GROUPS
LATEST = 0.5
"""After so long without being served packets are left out instead of being sent late."""
AGAIN = 50.0
"""Seconds after which a phone registers anew."""
KNOWN_FRAMES = 100
FIRST = -10
"""Niceness: before everything else on the machine, where that is allowed."""


def frames(prompt: str) -> dict[bytes, int]:
    """The packets by which the beginning of a prompt is recognised, and their places in it."""
    if not prompt:
        return {}
    data = Path(prompt).read_bytes()[: KNOWN_FRAMES * FRAME]
    found: dict[bytes, int] = {}
    for place in range(len(data) // FRAME):
        frame = data[place * FRAME : (place + 1) * FRAME]
        if loud(frame):
            found.setdefault(frame, place)
    return found


class Generator:
    """All callers and phones. Also the `Desk` of their legs."""

    def __init__(self, host: str, server: tuple[str, int], trunk: tuple[str, str]) -> None:
        self.host = host
        self.server = server
        self._trunk = trunk
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count(1)
        self._sockets = {name: roomy(host) for name in ("callers", "phones")}
        one, two = tone(400), tone(650)
        self._callers = self._role("callers", one, two)
        self._phones = self._role("phones", two, one)
        self._passwords: dict[str, str] = {}
        self._registered: set[str] = set()
        self._legs: dict[str, Caller | PhoneLeg] = {}
        self._by_number: dict[str, Caller] = {}
        self._job = Job("", 0, 1)
        self._told: list[Told] = []
        self._placed = self._up = self._ended = self._talking = 0
        self._late: list[float] = []

    def _role(self, name: str, says: bytes, hears: bytes) -> Role:
        sock = self._sockets[name]
        port = int(sock.getsockname()[1])
        return Role(port, lambda data: self._send(sock, data), Media(self.host), says, hears)

    def _send(self, sock: socket.socket, data: bytes) -> None:
        sock.sendto(data, self.server)

    def now(self) -> float:
        return time.monotonic()

    def at(self, delay: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.now() + delay, next(self._order), do))

    # Phones

    def register(self, passwords: dict[str, str]) -> None:
        self._passwords = passwords
        for place, number in enumerate(passwords):
            self.at(place * 0.005, lambda number=number: self._register(number))  # type: ignore[misc]

    def _register(self, number: str, challenge: Message | None = None) -> None:
        uri = f"sip:{self.host}:{self.server[1]}"
        cseq = next(self._order)
        us = f"<sip:{number}@{self.host}:{self.server[1]}>"
        dialog = Dialog(self, self._phones, f"reg-{number}", us + ";tag=r", us, uri, cseq)
        more = f"Expires: 120\r\nContact: <sip:{number}@{self.host}:{self._phones.port}>"
        if challenge is not None:
            secret = self._passwords[number]
            more += "\r\n" + proof(challenge, "REGISTER", uri, number, secret)
        data = dialog.request("REGISTER", more=more)
        own = f"Contact: <sip:load@{self.host}:{self._phones.port}>\r\n".encode()
        self._phones.send(data.replace(own, b""))

    def _hear_register(self, message: Message) -> None:
        number = message.call_id.removeprefix("reg-")
        if message.status == 401 and "WWW-Authenticate" in message.headers:
            self._register(number, message)
        elif message.status == 200:
            self._registered.add(number)
            self.at(AGAIN, lambda: self._register(number))

    # Calls

    def start(self, job: Job) -> None:
        self._job = job
        prompt = frames(job.prompt)
        for place in range(job.count):
            self.at(place / job.rate, lambda: self._dial(job, prompt))

    def _dial(self, job: Job, prompt: dict[bytes, int]) -> None:
        number = next(self._order)
        phone = f"+86139{number:08}"
        server = f"{self.host}:{self.server[1]}"
        dialog = Dialog(
            self, self._callers, f"load-{os.getpid()}-{number}",
            f"<sip:{phone}@{self.host}:{self._callers.port}>;tag=c{number}",
            f"<sip:{job.number}@{server}>", f"sip:{job.number}@{server}",
        )  # fmt: skip
        caller = Caller(job, Told(number), dialog, self._trunk, prompt, self._caller_ended)
        self._legs[dialog.call_id] = self._by_number[phone] = caller
        self._placed += 1
        self._up += 1
        caller.dial()

    def _caller_ended(self, caller: Caller) -> None:
        self._up -= 1
        self._ended += 1
        # The phone may still tell of its side, and the answer to a BYE may still come.
        self.at(2.0, lambda: self._forget(caller))

    def _forget(self, caller: Caller) -> None:
        self._told.append(caller.told)
        self._legs.pop(caller.dialog.call_id, None)
        self._by_number.pop(f"+86139{caller.told.number:08}", None)

    def _rings(self, message: Message) -> None:
        number = next(self._order)
        tag = f"p{number}"
        dialog = Dialog(
            self, self._phones, message.call_id, f"{message.headers['To']};tag={tag}",
            message.headers["From"], message.uri("Contact"),
        )  # fmt: skip
        user = message.user.replace("%2B", "+")
        caller = self._by_number.get(user)
        job = caller.job if caller is not None else self._job
        leg = PhoneLeg(job, dialog, message, tag, caller, self._phone_ended)
        self._legs[message.call_id] = leg
        self._talking += 1
        leg.ring()

    def _phone_ended(self, leg: PhoneLeg) -> None:
        self._talking -= 1
        self.at(2.0, lambda: self._legs.pop(leg.dialog.call_id, None) and None)

    def drop(self) -> None:
        for leg in list(self._legs.values()):
            if isinstance(leg, Caller):
                leg.hang_up()

    # What is told

    def told(self) -> list[dict[str, Any]]:
        told, self._told = self._told, []
        return [asdict(each) for each in told]

    def stands(self) -> dict[str, Any]:
        late, self._late = sorted(self._late), []
        worst = late[int(len(late) * 0.99)] * 1000 if late else 0.0
        found = Now(
            len(self._registered), self._placed, self._up, self._talking,
            self._ended, round(worst, 1),
        )  # fmt: skip
        return asdict(found)

    # The loop

    def sockets(self) -> dict[int, Role]:
        return {
            self._sockets["callers"].fileno(): self._callers,
            self._sockets["phones"].fileno(): self._phones,
        }

    def read(self, sock: int) -> None:
        role = self.sockets()[sock]
        source = self._sockets["callers" if role is self._callers else "phones"]
        while True:
            try:
                data = source.recv(8192)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(data) > 16:
                self._hear(role, parse(data))

    def _hear(self, role: Role, message: Message) -> None:
        leg = self._legs.get(message.call_id)
        if leg is not None:
            leg.hear(message)
        elif message.call_id.startswith("reg-"):
            self._hear_register(message)
        elif message.status == 0 and message.method == "INVITE":
            self._rings(message)
        elif message.status == 0 and message.method != "ACK":
            role.send(response(message, "200 OK"))

    def due(self) -> float:
        return self._timers[0][0] if self._timers else self.now() + 1

    def run_timers(self) -> None:
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    def tick(self, group: int, late: float) -> None:
        self._late.append(late)
        now = self.now()
        for role in (self._callers, self._phones):
            role.media.read(now)
            role.media.send(group)


def _answer(generator: Generator | None, line: str) -> tuple[Generator | None, Any]:
    asked = json.loads(line)
    kind = asked.pop("do")
    if kind == "open":
        made = Generator(asked["host"], (asked["host"], asked["port"]), tuple(asked["trunk"]))
        made.register(asked["phones"])
        return made, {}
    assert generator is not None, "open first"
    if kind == "start":
        generator.start(Job(**asked))
        return generator, {}
    if kind == "drop":
        generator.drop()
        return generator, {}
    return generator, generator.told() if kind == "told" else generator.stands()


def main() -> None:
    """Serve standard input until it ends."""
    with contextlib.suppress(PermissionError):  # real phones are not slowed down by the PBX
        os.nice(FIRST)
    generator: Generator | None = None
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    for line in sys.stdin:  # the first question alone: it opens the sockets
        generator, found = _answer(generator, line)
        print(json.dumps(found), flush=True)
        break
    if generator is None:
        return
    for sock in generator.sockets():
        poll.register(sock, select.EPOLLIN)
    _serve(generator, poll)


def _serve(generator: Generator, poll: select.epoll) -> None:
    pieces = b""
    group, next_tick = 0, time.monotonic()
    while True:
        pause = min(generator.due(), next_tick) - time.monotonic()
        for file, _ in poll.poll(max(0.0, pause)):
            if file != 0:
                generator.read(file)
                continue
            piece = os.read(0, 65536)
            if not piece:
                return
            *lines, pieces = (pieces + piece).split(b"\n")
            for line in lines:
                print(json.dumps(_answer(generator, line.decode())[1]), flush=True)
        generator.run_timers()
        late = time.monotonic() - next_tick
        if late >= 0:
            generator.tick(group, late)
            group = (group + 1) % GROUPS
            next_tick = next_tick + TICK if late < LATEST else time.monotonic()


if __name__ == "__main__":
    main()
