"""A carrier that demands registration: it takes REGISTER, calls its customer there, and is called.

What it does with a call is told by the number that is dialled: see `MANNERS`.
"""

from __future__ import annotations

import re
import socket
from pathlib import Path

from ari_app import tasks
from ari_app.secrets_file import keep_trunk, load_or_make
from ari_app.settings import write_private
from tests.real.rawsip import HOST, Message, SipCall, SipEnd, SoundEnd, md5
from tests.real.voice import Voice

NAME, PASSWORD = "4008001234", "carrier!#1"
SHOWN = "4008001235"
"""What the trunk "people" shows, at whose other side people listen, speak and press keys."""
BUSY, DEAD, NOBODY = "13800138486", "13800138503", "13800138480"
"""Numbers that are busy, that the carrier cannot reach, that ring for ever. All others answer."""


def free_port() -> int:
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind((HOST, 0))
        return int(udp.getsockname()[1])


EXTERNAL = "203.0.113.10"
"""What the house is to everybody but this machine's first address: somebody translates it."""
RTP = (21000, 23999)


class Carrier(SipEnd):
    """One carrier with one customer. `accepts`: passwords of users that may register and call."""

    def __init__(self, port: int) -> None:
        super().__init__((HOST, 0), NAME)
        self.port = port
        self.accepts = {NAME: PASSWORD}
        self.contacts: dict[str, str] = {}
        self.dialled: list[tuple[str, str, str]] = []
        """(user that proved itself, number, From) of each call that came."""
        self.ears: list[SoundEnd] = []
        self.ended: list[str] = []
        self.people: dict[str, Voice] = {}
        """Who has answered over the trunk "people", by number."""
        self._dialogs: dict[str, Message] = {}
        self.silent = False

    def contract(self, state: Path) -> None:
        """What the operator of an installation writes down of its trunks."""
        write_private(state / "settings.toml", settings(self.port))
        keep_trunk(state, "far", PASSWORD)

    def meet(self, state: Path) -> Carrier:
        """He knows the password by which a peer comes to him, as it does to the house."""
        for peer in ("narrow", "people"):
            self.accepts[peer] = load_or_make(state, []).of_trunk(peer)
        return self

    async def start(self) -> Carrier:
        await self.open(self.port)
        return self

    def heard(self, request: Message) -> None:
        if self.silent and request.method in ("OPTIONS", "REGISTER"):
            return
        match request.method:
            case "OPTIONS":
                self.answer(request, 200, "OK")
            case "REGISTER" if user := self._proved(request):
                self.contacts[user] = request.headers["contact"]
                self.target = request.sender
                self.answer(request, 200, "OK", f"Contact: {request.headers['contact']}",
                            "Expires: 120")  # fmt: skip
            case "INVITE" if user := self._proved(request):
                tasks.start(self._called(request, user), name="carrier is called")
            case "BYE" | "CANCEL":
                self.ended.append(request.headers["call-id"])
                self.answer(request, 200, "OK")
            case _:
                pass

    def _proved(self, request: Message) -> str:
        """Who it is, or a challenge, or a refusal."""
        given = request.headers.get("authorization", "")
        found = _fields(given)
        user = found.get("username", "")
        if not given:
            nonce = request.headers["call-id"][:16]
            challenge = f'WWW-Authenticate: Digest realm="carrier", nonce="{nonce}", qop="auth"'
            self.answer(request, 401, "Unauthorized", challenge)
            return ""
        if user in self.accepts and found["response"] == _proof(
            user, self.accepts[user], request.method, found
        ):
            return user
        self.answer(request, 403, "Forbidden")
        return ""

    async def _called(self, request: Message, user: str) -> None:
        found = re.match(r"sips?:([^@]+)@", request.uri)
        number = found[1] if found else ""
        self.dialled.append((user, number, request.headers["from"]))
        self.answer(request, 100, "Trying")
        tail = number[-11:]
        if tail == BUSY:
            self.answer(request, 486, "Busy Here")
        elif tail == DEAD and user == NAME:
            self.answer(request, 503, "Service Unavailable")
        elif tail == NOBODY:
            self.answer(request, 180, "Ringing", f"Contact: {self.contact}")
        elif user == "people":
            voice = self.people[tail] = Voice()
            self._dialogs[tail] = request
            await voice.open()
            voice.start((HOST, int(request.body.partition("m=audio ")[2].split()[0])))
            self.answer(request, 200, "OK", f"Contact: {self.contact}", body=voice.sdp())
        else:
            ear = await SoundEnd().open()
            self.ears.append(ear)
            self.answer(request, 200, "OK", f"Contact: {self.contact}", body=ear.sdp())

    async def calls(self, caller: str, *headers: str) -> tuple[SipCall, Message]:
        """Call the customer where he has registered, without any proof: he must know us by that."""
        uri = re.search(r"<([^>]+)>", self.contacts[NAME])
        assert uri is not None
        call = SipCall(self)
        call.ear = await SoundEnd().open()
        call.sender = f"<sip:{caller}@carrier.example>"
        answer = await self.ask("INVITE", uri[1], *headers, body=call.ear.sdp(), call=call)
        return call, answer

    async def leaves(self, number: str) -> Message:
        """Somebody of the trunk "people" hangs up."""
        begun = self._dialogs[number]
        call = SipCall(self, begun.headers["call-id"], begun.headers["to"], begun.headers["from"])
        uri = re.search(r"<([^>]+)>", begun.headers["contact"])
        assert uri is not None
        return await self.ask("BYE", uri[1], call=call)

    def close(self) -> None:
        for ear in (*self.ears, *self.people.values()):
            ear.close()
        super().close()


def _fields(header: str) -> dict[str, str]:
    found = re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', header)
    return {name: quoted or plain for name, quoted, plain in found}


def _proof(user: str, password: str, method: str, found: dict[str, str]) -> str:
    secret = md5(f"{user}:{found['realm']}:{password}")
    once = f"{found['nonce']}:{found['nc']}:{found['cnonce']}:auth"
    return md5(f"{secret}:{once}:{md5(f'{method}:' + found['uri'])}")


def settings(port: int) -> str:
    """What the operator of the tests' house wrote down of its trunks."""
    return f"""
ready_when_registered = true

[sip]
external = "{EXTERNAL}"
local = ["{HOST}/32"]
rtp = [{RTP[0]}, {RTP[1]}]

[phones.own.231]
transport = "tls"
srtp = true

[[trunk]]
name = "trunk"
kind = "peer"

[[trunk]]
name = "far"
kind = "registration"
host = "{HOST}"
port = {port}
user = "{NAME}"
contact = "5550101"
number_format = "plain"
qualify = 2
[trunk.out]
allowed = ["+86138", "+86139"]
calls = 1
minutes = 2
longest = 1
number = "{NAME}"

[[trunk]]
name = "narrow"
kind = "peer"
host = "{HOST}"
port = {port}
qualify = 0
calls = 1
caller = "pai"
diversion = true
number_format = "00"
[trunk.out]
allowed = ["+86138"]
order = 2

[[trunk]]
name = "people"
kind = "peer"
host = "{HOST}"
port = {port}
qualify = 0
number_format = "plain"
[trunk.out]
allowed = ["+86137"]
calls = 6
minutes = 600
longest = 5
number = "{SHOWN}"
"""
