"""A real worker, killed again and again in the middle of sending, over four channels at once: every
message arrives, and how many arrive twice is counted. `KILLS=1000` in the environment: so many.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from ari_app.outside.message_centre import Smsc
from claims_store import backlog, migrate, outbox, preferences
from claims_store.rules.contacting import Wants
from claims_store.store import Store
from tests.ari_app.jobs.test_posting_killed import gateway
from tests.ari_app.jobs.test_worker import ROOT, until
from tests.ari_app.notify.ports import free_port
from tests.ari_app.notify.test_smtp import Mailbox

pytestmark = [pytest.mark.store, pytest.mark.long]

KILLS = int(os.environ.get("KILLS", "100"))
MESSAGES = KILLS * 2
LIMIT = 60 + KILLS * 3.0
CHANNELS = ("file", "gate", "mail", "sms")
NURSERY = """
import os, random, signal, sys
from pathlib import Path
from ari_app.jobs.posting import Post
from ari_app.settings import load
from ari_app.working import work

state, kills = Path(sys.argv[1]), int(sys.argv[2])
settings, chance, left = load(state), random.Random(7), [0]

class Dies:
    def __init__(self, inner): self.inner = inner
    def __await__(self):
        inner = self.inner.__await__()
        step = lambda: next(inner)
        while True:
            try: pause = step()
            except StopIteration: return
            left[0] -= 1
            if left[0] == 0: os.kill(os.getpid(), signal.SIGKILL)
            try:
                yield pause
                step = lambda: next(inner)
            except BaseException as fault:
                step = lambda fault=fault: inner.throw(fault)

send = Post.send
async def dies(self, message): await Dies(send(self, message))
Post.send = dies
for life in range(kills + 1):
    left[0] = chance.randint(3, 30) if life < kills else 0
    child = os.fork()
    if child == 0:
        work(settings)
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    with open(state / "kills", "a") as kept: kept.write("k" * os.WIFSIGNALED(ended))
"""
SETTINGS = """
[[channel]]
name = "file"
kind = "file"
[[channel]]
name = "gate"
kind = "http"
url = "{gate}"
headers = {{ Idempotency-Key = "{{key}}" }}
body = {{ t = "{{text}}" }}
per_second = 1000
[[channel]]
name = "mail"
kind = "smtp"
host = "127.0.0.1"
port = {mail}
security = "none"
from = "claims@example.com"
per_second = 1000
[[channel]]
name = "sms"
kind = "smpp"
host = "127.0.0.1"
port = {sms}
user = "claims"
from = "10690001"
receipt_wait = 1
per_second = 1000
"""


def asked(store: Store, count: int) -> None:
    """So many messages, each to somebody else, over the channels in turn."""
    now = datetime.now(UTC)
    for nth in range(count):
        to, channel = f"+86138{nth:08d}", CHANNELS[nth % len(CHANNELS)]
        if channel == "mail":
            store.run_now(preferences.put, to, Wants(mail=f"m{nth}@example.com"), now)
        payload = {"to": to, "text": "report_draft", "values": {"number": f"BA-{nth}"},
                   "language": "en", "channel": channel}  # fmt: skip
        store.run_now(outbox.put, "message", f"m{nth}", payload, now)


async def test_a_worker_killed_in_the_middle_of_sending_loses_nothing(tmp_path: Path) -> None:
    state, box = tmp_path / "state", Mailbox()
    (state / "keys").mkdir(parents=True)
    database = f"sqlite:///{state / 'claimline.db'}"
    await asyncio.to_thread(migrate.upgrade, database)
    store = Store.open_now(database, state / "keys" / "keys.db")
    async with AsyncExitStack() as ends:
        centre = await ends.enter_async_context(Smsc(password="", receipts="DELIVRD"))
        gate = await ends.enter_async_context(gateway(store, state))
        server = Controller(box, hostname="127.0.0.1", port=free_port(), server_hostname="test")
        server.start()
        ends.callback(server.stop)
        url = gate.channel.url  # type: ignore[union-attr]
        text = SETTINGS.format(gate=url, mail=server.port, sms=centre.port)
        (state / "settings.toml").write_text(text, "utf-8")
        await asyncio.to_thread(asked, store, MESSAGES)
        await worked(store, state)
        came = {
            "file": Counter(each.name for each in files(state)),
            "gate": gate.came(),
            "mail": Counter(str(letter["Message-ID"]) for letter in box.letters),
            "sms": Counter(short.text for short in centre.taken),
        }
    kills = len((state / "kills").read_text())
    repeats = store.run_now(backlog.repeats)
    store.close_now()
    for channel, counted in came.items():
        doubles = sum(counted.values()) - len(counted)
        print(f"{channel}: {kills} kills, {len(counted)} messages, {doubles} came twice, "
              f"{repeats.get(channel, 0)} repeated in doubt")  # fmt: skip
        assert len(counted) == MESSAGES // len(CHANNELS), "none was lost"
    assert max(came["file"].values()) == 1
    assert kills > KILLS // 2


def files(state: Path) -> list[Path]:
    return list((state / "messages").glob("*.json"))


async def worked(store: Store, state: Path) -> None:
    """Let workers live and die until every message is done."""
    command = [sys.executable, "-c", NURSERY, str(state), str(KILLS)]
    nursery = subprocess.Popen(  # noqa: ASYNC220
        command,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await until(lambda: not _left(store), LIMIT)
    finally:
        os.killpg(nursery.pid, signal.SIGKILL)
        nursery.wait()


def _left(store: Store) -> list[str]:
    """What is not done, set aside or not."""
    rows = store.run_now(backlog.listing)
    for row in rows:
        if row.set_aside:
            store.run_now(backlog.retry, row.id, datetime.now(UTC), "test")
    return [row.key for row in rows if row.kind == "message"]
