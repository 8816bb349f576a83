"""A caller and a phone as SIP sees them: small state machines over the sockets of a `Desk`."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.load.job import Job, Told
from benchmarks.load.media import PACKET_S, Media, Stream, loud
from benchmarks.load.sip import Message, compose, offer, proof, response

FIRST_WAIT, TRIES = 0.5, 7


class Desk(Protocol):
    """What a leg has of the generator."""

    host: str
    server: tuple[str, int]

    def now(self) -> float: ...

    def at(self, delay: float, do: Callable[[], None]) -> None: ...


@dataclass(slots=True)
class Role:
    """One side of the generator: its SIP port, its sound, and what it says."""

    port: int
    send: Callable[[bytes], None]
    media: Media
    says: bytes
    hears: bytes

    def stream(self, message: Message) -> Stream | None:
        peer = message.media
        return Stream(peer, self.says, self.hears) if peer else None


@dataclass(slots=True)
class Dialog:
    """What a request within a dialog is made of."""

    desk: Desk
    role: Role
    call_id: str
    us: str
    them: str = ""
    target: str = ""
    cseq: int = 1
    over: bool = False

    def request(self, method: str, *, number: int = 0, branch: str = "", more: str = "",
                body: str = "") -> bytes:  # fmt: skip
        via = f"{self.desk.host}:{self.role.port}"
        branch = branch or f"z9hG4bK{random.getrandbits(48):x}"
        headers = [
            f"Via: SIP/2.0/UDP {via};branch={branch};rport", f"From: {self.us}",
            f"To: {self.them}", f"Call-ID: {self.call_id}",
            f"CSeq: {number or self.cseq} {method}", f"Contact: <sip:load@{via}>",
            "Max-Forwards: 70", *([more] if more else []),
        ]  # fmt: skip
        return compose(f"{method} {self.target} SIP/2.0", headers, body)

    def repeat(self, data: bytes, going_on: Callable[[], bool], given_up: Callable[[], None],
               wait: float = FIRST_WAIT, tries: int = TRIES) -> None:  # fmt: skip
        """Send now, and again with longer and longer pauses as long as it is needed."""
        if not going_on():
            return
        if tries == 0:
            given_up()
            return
        self.role.send(data)
        self.desk.at(wait, lambda: self.repeat(data, going_on, given_up, wait * 2, tries - 1))

    def bye(self) -> None:
        """Leave; `over` is set by the answer."""
        self.cseq += 1
        self.repeat(self.request("BYE"), lambda: not self.over, self.end)

    def end(self) -> None:
        self.over = True


@dataclass(slots=True)
class Caller:
    """A customer: dials with the trunk's name and password, presses a key, talks, is told."""

    job: Job
    told: Told
    dialog: Dialog
    login: tuple[str, str]
    prompt: dict[bytes, int]
    done: Callable[[Caller], None]
    stream: Stream | None = None
    began: float = 0.0
    answered: float = 0.0
    pressed: float = 0.0
    ended: bool = False
    _waits: bool = field(default=True)
    _branch: str = ""

    def dial(self) -> None:
        dialog = self.dialog
        self.began = dialog.desk.now()
        dialog.desk.at(self.job.limit, self._stuck)
        if self.job.patience:
            dialog.desk.at(self.job.patience, self.hang_up)
        self._invite("")

    def _invite(self, authorization: str) -> None:
        dialog = self.dialog
        self._waits, self._branch = True, f"z9hG4bK{random.getrandbits(48):x}"
        number = dialog.cseq
        data = dialog.request(
            "INVITE", branch=self._branch, more=authorization,
            body=offer(dialog.desk.host, dialog.role.media.port),
        )  # fmt: skip
        dialog.repeat(
            data, lambda: self._waits and number == dialog.cseq and not self.ended,
            lambda: self._end("silent"),
        )  # fmt: skip

    def hear(self, message: Message) -> None:
        if message.status == 0:
            self._asked(message)
        elif message.method == "BYE":
            self.dialog.end()
        elif message.method == "INVITE":
            self._waits = False
            if message.status >= 200:
                self._final(message)

    def _asked(self, message: Message) -> None:
        self.dialog.role.send(response(message, "200 OK"))
        if message.method == "BYE":
            self.dialog.end()
            self._end("pbx")

    def _final(self, message: Message) -> None:
        dialog = self.dialog
        if message.status < 300:
            self._up(message)
            return
        ack = dialog.request("ACK", number=message.number, branch=self._branch)
        dialog.role.send(ack.replace(dialog.them.encode(), message.headers["To"].encode(), 1))
        if message.number != dialog.cseq or self.ended:
            return
        if message.status == 401 and dialog.cseq == 1:
            dialog.cseq = 2
            self._invite(proof(message, "INVITE", dialog.target, *self.login))
            return
        self.told.status = message.status
        self._end("refused")

    def _up(self, message: Message) -> None:
        dialog, desk = self.dialog, self.dialog.desk
        if not self.answered:
            self.answered = desk.now()
            self.told.status, self.told.setup = 200, self.answered - self.began
            dialog.them, dialog.target = message.headers["To"], message.uri("Contact")
            self.stream = dialog.role.stream(message)
            if self.stream is not None and not self.ended:
                self.stream.watch = self._listen
                dialog.role.media.add(self.stream)
            if self.job.key:
                desk.at(self.job.press_at, self._press)
        dialog.role.send(dialog.request("ACK", number=message.number))
        if self.ended and not dialog.over:
            dialog.bye()

    def _press(self) -> None:
        if self.stream is not None and not self.ended:
            self.pressed = self.dialog.desk.now()
            self.stream.press(self.job.key)

    def _listen(self, said: bytes, now: float) -> None:
        told = self.told
        if told.first is None and loud(said):
            told.first = now - self.answered
        if not self.pressed:
            return
        place = self.prompt.get(said)
        if place is not None:
            told.key = now - place * PACKET_S - self.pressed
            if self.stream is not None:
                self.stream.watch = None
            if self.job.until == "prompt":
                self.dialog.desk.at(self.job.after - place * PACKET_S, self.hang_up)

    def hang_up(self) -> None:
        """Leave, in whatever state."""
        if self.ended:
            return
        if self.answered:
            self.dialog.bye()
        self._end("caller")

    def _stuck(self) -> None:
        if not self.ended:
            self.hang_up()
            self.told.end = "stuck"

    def _end(self, why: str) -> None:
        if self.ended:
            return
        self.ended, self.told.end = True, why
        if self.stream is not None:
            self.told.heard_by_caller = self.stream.voice
            self.told.gap = max(self.told.gap, self.stream.gap)
            self.dialog.role.media.remove(self.stream)
        self.done(self)


@dataclass(slots=True)
class PhoneLeg:
    """A call at an agent's phone: rings, is answered, talks; `caller` is the one it is from."""

    job: Job
    dialog: Dialog
    invite: Message
    tag: str
    caller: Caller | None
    done: Callable[[PhoneLeg], None]
    stream: Stream | None = None
    answered: float = 0.0
    ended: bool = False
    _confirmed: bool = False
    _said_before: int = 0

    def ring(self) -> None:
        self._answer("180 Ringing")
        desk, caller = self.dialog.desk, self.caller
        if caller is not None:
            caller.told.rang = desk.now() - caller.began
            if self.job.until == "ring":
                desk.at(self.job.ring, caller.hang_up)
                return
        desk.at(self.job.ring, self._pick_up)

    def _answer(self, status: str, body: str = "") -> bytes:
        contact = f"sip:load@{self.dialog.desk.host}:{self.dialog.role.port}"
        data = response(self.invite, status, tag=self.tag, contact=contact, body=body)
        self.dialog.role.send(data)
        return data

    def _pick_up(self) -> None:
        if self.ended:
            return
        role, desk = self.dialog.role, self.dialog.desk
        self.answered = desk.now()
        self.stream = role.stream(self.invite)
        if self.stream is not None:
            role.media.add(self.stream)
        body = offer(desk.host, role.media.port)
        contact = f"sip:load@{desk.host}:{role.port}"
        data = response(self.invite, "200 OK", tag=self.tag, contact=contact, body=body)
        self.dialog.repeat(data, lambda: not self._confirmed and not self.ended, self._end)

    def hear(self, message: Message) -> None:
        if message.status:
            if message.method == "BYE":
                self.dialog.end()
            return
        if message.method == "ACK":
            self._begin()
        elif message.method == "INVITE":
            self._answer("180 Ringing" if not self.answered else "200 OK")
        else:
            self.dialog.role.send(response(message, "200 OK", tag=self.tag))
            if message.method == "CANCEL":
                self._answer("487 Request Terminated")
            if message.method in ("CANCEL", "BYE"):
                self.dialog.end()
                self._end()

    def _begin(self) -> None:
        if self._confirmed or self.ended:
            return
        self._confirmed = True
        if self.caller is not None and self.caller.stream is not None:
            self._said_before = self.caller.stream.sent
        job, desk = self.job, self.dialog.desk
        talk = random.uniform(job.talk, job.longest_talk) if job.longest_talk else job.talk
        if job.until == "pbx":
            desk.at(talk, self.hang_up)
        elif job.until == "talk" and self.caller is not None:
            desk.at(talk, self.caller.hang_up)

    def hang_up(self) -> None:
        if not self.ended:
            self.dialog.bye()
            self._end()

    def _end(self) -> None:
        if self.ended:
            return
        self.ended = True
        if self.stream is not None:
            self.dialog.role.media.remove(self.stream)
            if self.caller is not None and self._confirmed:
                told = self.caller.told
                told.talked = self.dialog.desk.now() - self.answered
                told.heard_by_agent += self.stream.voice
                told.said_by_agent += self.stream.sent
                if self.caller.stream is not None:
                    told.said_by_caller += self.caller.stream.sent - self._said_before
                told.gap = max(told.gap, self.stream.gap)
        self.done(self)
