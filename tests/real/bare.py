"""A PBX with just enough dialplan to try the client and the outside world on real Asterisk.

It shares the shipped templates of everything but the dialplan and the modules' use: number 100
offers the call to the app, `talk` rings a phone, and a phone can call and transfer to another.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ari_app import tasks
from ari_app.boot import start_asterisk
from ari_app.directories import Directories, prepare_directories
from ari_app.installed import Asterisk, assets, module_list
from ari_app.outside.config import SHARED
from ari_app.outside.target import Account, Target
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.client import Client, Server
from ari_app.render import ari_user, environment, write
from ari_app.secrets_file import Secrets
from ari_app.settings import choose_ports, load
from ari_app.trunks.given import trunk_values
from ari_app.trunks.model import Trunk

APP = "bare"
NUMBER = "100"
PHONES = ("201", "202", "203", "204")

EXTENSIONS = """
[general]
static = yes
[from-trunk]
exten => {number},1,Set(TIMEOUT(absolute)=60)
 same => n,Set(__TRANSFER_CONTEXT=talk)
 same => n,StasisBroadcast(2000,^{app}$,in:${{EXTEN}})
 same => n,Hangup()
exten => T,1,Goto(wait,s,1)
[wait]
exten => s,1,Answer()
 same => n,MusicOnHold()
[recorded]
exten => s,1,MixMonitor(,r(${{UNIQUEID}}-customer.wav)i(RECORDER))
 same => n,StasisBroadcast(2000,^{app}$,recording:${{RECORDER}})
 same => n,Hangup()
[talk]
{talk}
[talk-20]
include => talk
[after]
exten => s,1,StasisBroadcast(2000,^{app}$,after:${{DIALSTATUS}})
 same => n,Hangup()
[from-phone]
{phones}
"""
TALK = """exten => {phone},1,Set(TIMEOUT(absolute)=0)
 same => n,Dial(PJSIP/{phone},20,g)
 same => n,Goto(after,s,1)"""
FROM_PHONE = """exten => {phone},1,Dial(PJSIP/{phone},20)
 same => n,Hangup()"""


@dataclass(frozen=True, slots=True)
class Bare:
    """The running PBX: the app's connections to it, and what the outside needs to know."""

    asterisk: Asterisk
    client: Client
    server: Server
    ami: Ami
    login: Login
    target: Target
    spool: Path
    pid: int

    @property
    def prompt(self) -> str:
        """A sound of half a minute."""
        return f"sound:{self.asterisk.data}/sounds/en_US_f_Allison/demo-congrats"


@asynccontextmanager
async def bare_pbx(asterisk: Asterisk) -> AsyncIterator[Bare]:
    """Boot it, connect to it, and leave nothing behind."""
    state = Path(tempfile.mkdtemp(prefix="bare-"))
    ports = choose_ports()
    dirs = Directories.of(state, state / "run", asterisk)
    ari, ami = secrets.token_hex(8), secrets.token_hex(8)
    trunk = Account("trunk", secrets.token_hex(8))
    phones = tuple(Account(number, secrets.token_hex(8), number) for number in PHONES)
    values = {
        "dirs": dirs, "ports": ports, "node": "b1", "entity": "02:aa:bb:cc:dd:ee",
        "settings": load(state), "transports": ("udp",), "host": "127.0.0.1",
        "language": "en", "tones": "us",
        "ari_users": [ari_user("app", ari, "no")], "ami": {"username": "app", "password": ami},
        "trunks": [_trunk(trunk)], "modules": module_list(),
        "doctor": {"username": "doctor", "password": secrets.token_hex(8)},
        "phones": [{"number": each.number, "password": each.password, "transport": "udp",
                    "srtp": False, "silence": 15} for each in phones],
    }  # fmt: skip
    env = environment(assets() / "etc")
    names = [*SHARED, "musiconhold", "ari", "manager", "modules", "pjsip", "queues", "queuerules"]
    files = {f"{name}.conf": env.get_template(f"{name}.conf.j2").render(values) for name in names}
    files["extensions.conf"] = EXTENSIONS.format(
        app=APP, number=NUMBER,
        talk="\n".join(TALK.format(phone=phone) for phone in PHONES),
        phones="\n".join(FROM_PHONE.format(phone=phone) for phone in PHONES),
    )  # fmt: skip
    prepare_directories(dirs, asterisk, assets() / "sounds")
    write(files, dirs.etc)
    process = await start_asterisk(asterisk, dirs.etc)
    server, login = (
        Server("127.0.0.1", ports.ari, "app", ari),
        Login("127.0.0.1", ports.ami, "app", ami),
    )
    client, door = Client(server, APP), Ami(login)
    running = [tasks.start(client.run(), name="ARI"), tasks.start(door.run(), name="AMI")]
    try:
        await client.wait_connected()
        await door.wait_connected()
        target = Target("127.0.0.1", ports.sip, NUMBER, trunk, phones)
        yield Bare(asterisk, client, server, door, login, target, dirs.spool, process.pid)
    finally:
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        await process.stop()
        shutil.rmtree(state)


def _trunk(account: Account) -> dict[str, object]:
    secrets_of = Secrets(ari="", ami="", trunk=account.password)
    return trunk_values(Trunk(name=account.username, kind="peer"), secrets_of)
