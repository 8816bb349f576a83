"""Where the story's messages arrive: a message centre that speaks SMPP and a mail server, when
what they are made with is installed; else the files of the file channel.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ari_app import tasks

LOOK_S = 0.1
OURS = "10690001"
CENTRE = f"""
[[channel]]
name = "sms"
kind = "smpp"
host = "127.0.0.1"
port = {{port}}
user = "claims"
from = "{OURS}"
"""
MAIL = """
[[channel]]
name = "mail"
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "claims@example.com"
"""
FILES = """
[[channel]]
name = "sms"
kind = "file"
"""
LINK = re.compile(r"/[cs]/[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A message that has arrived; `way` is sms, mail or file."""

    way: str
    to: str
    body: str

    @property
    def link(self) -> str:
        """The path of the page that it leads to; empty without one."""
        found = LINK.search(self.body)
        return found.group() if found else ""


@dataclass
class Posts:
    """The far ends of the channels. `channels` is their part of settings.toml."""

    state: Path
    channels: str = ""
    came: list[Text] = field(default_factory=list)
    centre: Any = None
    """An `Smsc` of `ari_app.outside.message_centre`, which is there when smpp34 is."""
    box: Box | None = None
    _told: int = 0

    async def write(self, sender: str, text: str) -> None:
        """Somebody writes to the house."""
        if self.centre is not None:
            await self.centre.wrote(sender, OURS, text)
            return
        folder = self.state / "messages" / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = folder / f"{self._told}.part"
        aside.write_text(json.dumps({"from": sender, "text": text}), "utf-8")
        aside.rename(aside.with_suffix(".json"))

    async def follow(self, tell: Callable[[Text], None]) -> None:
        """Tell each message when it has arrived, until cancelled."""
        while True:
            found = [*self._shorts(), *self._letters(), *self._files()]
            self.came += [each for each in found if each not in self.came]
            for each in self.came[self._told :]:
                tell(each)
            self._told = len(self.came)
            await asyncio.sleep(LOOK_S)

    async def until(self, to: str, word: str, limit: float = 20, *, after: int = 0) -> Text:
        """The newest message to somebody that holds a word, and was not among the first `after`."""
        async with asyncio.timeout(limit):
            while True:
                for each in reversed(self.came[after:]):
                    if each.to == to and word in each.body:
                        return each
                await asyncio.sleep(LOOK_S)

    def _shorts(self) -> list[Text]:
        """Whole messages: parts are joined by the mark in their headers."""
        parts: dict[tuple[str, bytes], list[tuple[int, int, str]]] = {}
        for nth, short in enumerate(self.centre.taken if self.centre else ()):
            mark = short.udh[3:4] if short.udh else nth.to_bytes(4, "big")
            count, place = (short.udh[4], short.udh[5]) if short.udh else (1, 1)
            to = f"+{short.to.removeprefix('+')}"
            parts.setdefault((to, mark), []).append((place, count, short.text))
        return [
            Text("sms", to, "".join(text for _, _, text in sorted(each)))
            for (to, _), each in parts.items()
            if len(each) == each[0][1]
        ]

    def _letters(self) -> list[Text]:
        return list(self.box.letters) if self.box else []

    def _files(self) -> list[Text]:
        found = [json.loads(file.read_text("utf-8")) for file in self._written()]
        return [Text("file", each["to"], each["body"]) for each in found]

    def _written(self) -> list[Path]:
        files = (self.state / "messages").glob("*.json")
        return sorted(files, key=lambda file: file.stat().st_mtime_ns)


class Box:
    """What the mail server does with mails."""

    def __init__(self) -> None:
        self.letters: list[Text] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=default)
        body: Any = letter.get_body(("plain",))
        text = f"{letter['Subject']}: {body.get_content().strip()}"
        self.letters.append(Text("mail", envelope.rcpt_tos[0], text))
        return "250 OK"


@asynccontextmanager
async def posts(state: Path) -> AsyncIterator[Posts]:
    """The far ends, as long as this lasts."""
    made = Posts(state)
    async with AsyncExitStack() as ends:
        if find_spec("smpp34"):
            from ari_app.outside.message_centre import Smsc

            made.centre = await ends.enter_async_context(Smsc(password="", receipts="DELIVRD"))
            made.channels += CENTRE.format(port=made.centre.port)
        else:
            made.channels += FILES
        if find_spec("aiosmtpd"):
            made.box = Box()
            made.channels += MAIL.format(port=_serve(made.box, ends))
        yield made


def _serve(box: Box, ends: AsyncExitStack) -> int:
    """A mail server on a port of its own."""
    from aiosmtpd.controller import Controller

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, server_hostname="story")
    server.start()
    ends.callback(server.stop)
    return port


def follow(made: Posts, tell: Callable[[Text], None]) -> asyncio.Task[None]:
    return tasks.start(made.follow(tell), name="posts")
