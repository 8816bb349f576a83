"""An AMI for the door's tests: answers actions, tells events, and misbehaves on request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ari_app.pbx.ami import Login

Action = dict[str, str]


class FakeAmi:
    """Knows channels, device states, and what was asked of it."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.channels: set[str] = set()
        self.devices: dict[str, str] = {}
        self.registrations: dict[str, str] = {}
        self.deaf = False
        self.logins = 0
        self.serving: list[asyncio.Task[None] | None] = []
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def asked(self) -> list[str]:
        """The names of all actions so far."""
        return [action["Action"] for action in self.actions]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.serving.append(asyncio.current_task())
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                lines = block.decode().strip().split("\r\n")
                action = dict(line.split(": ", 1) for line in lines)
                self.actions.append(action)
                if not self.deaf:
                    await self._answer(action, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, action: Action, writer: asyncio.StreamWriter) -> None:
        match action["Action"]:
            case "Login" if action["Secret"] != "secret":
                self._send(writer, action, Response="Error", Message="Authentication failed")
            case "Login":
                self.logins += 1
                self._send(writer, action, Response="Success", Message="Authentication accepted")
                writer.write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
            case "Ping":
                self._send(writer, action, Response="Success", Ping="Pong")
            case "DeviceStateList":
                self._list(action, writer)
            case "PJSIPShowRegistrationsOutbound":
                self._list_registrations(action, writer)
            case _ if action.get("Channel", "") in self.channels:
                self._send(writer, action, Response="Success", Message="Done")
            case "MixMonitorMute":
                self._send(writer, action, Response="Error", Message="No such channel")
            case "Command":
                self._send(writer, action, Response="Error", Message="Permission denied")
            case _:
                self._send(writer, action, Response="Error", Message="No such channel")
        await writer.drain()

    def _list(self, action: Action, writer: asyncio.StreamWriter) -> None:
        self._send(writer, action, Response="Success", EventList="start", Message="will follow")
        for device, state in self.devices.items():
            self._send(writer, action, Event="DeviceStateChange", Device=device, State=state)
        self._send(writer, action, Event="DeviceStateListComplete", EventList="Complete")

    def _list_registrations(self, action: Action, writer: asyncio.StreamWriter) -> None:
        self._send(writer, action, Response="Success", EventList="start", Message="Following")
        for name, status in self.registrations.items():
            event = "OutboundRegistrationDetail"
            self._send(writer, action, Event=event, ObjectName=name, Status=status)
            self._send(writer, action, Event="AuthDetail", ObjectName="auth")
        done = "OutboundRegistrationDetailComplete"
        self._send(writer, action, Event=done, EventList="Complete")

    def _send(self, writer: asyncio.StreamWriter, action: Action, **fields: str) -> None:
        lines = [f"{name}: {value}" for name, value in fields.items()]
        lines.append(f"ActionID: {action['ActionID']}")
        writer.write("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")

    # What the tests make happen.

    async def tell(self, event: str, *, in_pieces: bool = False, **fields: str) -> None:
        """An event to everyone; `in_pieces` sends it byte by byte."""
        lines = [f"Event: {event}", *(f"{name}: {value}" for name, value in fields.items())]
        raw = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"
        for writer in self._writers:
            for piece in [raw[at : at + 1] for at in range(len(raw))] if in_pieces else [raw]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    def drop(self) -> None:
        """Close every connection."""
        for writer in list(self._writers):
            writer.close()


@asynccontextmanager
async def fake_ami(
    secret: str = "secret", fake: FakeAmi | None = None
) -> AsyncIterator[tuple[FakeAmi, Login]]:
    """A running fake, and how to reach it."""
    fake = fake or FakeAmi()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield fake, Login("127.0.0.1", port, "app", secret)
    finally:
        server.close()
        fake.drop()
        await asyncio.gather(*filter(None, fake.serving), return_exceptions=True)
