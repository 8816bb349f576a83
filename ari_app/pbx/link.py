"""One connection of the event socket, with requests over it.

Asterisk answers the requests of a socket one after the other and in one stream with the
events, so what an answer follows has been heard before it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp

from ari_app.pbx.decoding import News, event
from ari_app.pbx.errors import Away
from ari_app.pbx.verbs import Verb

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What Asterisk said to a request."""

    status: int
    reason: str
    body: bytes


class Link:
    """Requests out, events and answers in, for as long as one socket lives."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._open: dict[str, asyncio.Future[Answer]] = {}

    async def request(self, verb: Verb[Any]) -> Answer:
        """The answer to a verb; the caller sets the time limit."""
        number = str(next(self._numbers))
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[number] = answer
        try:
            await self._socket.send_str(_request(number, verb))
            return await answer
        except (aiohttp.ClientError, OSError) as fault:
            raise Away(f"the event socket is lost: {fault}") from fault
        finally:
            self._open.pop(number, None)

    async def read(self, deliver: Callable[[News], None]) -> str:
        """Deliver events and answers until the socket ends; says why it ended."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.data, deliver)
        return f"closed with code {self._socket.close_code}"

    def _take(self, text: str, deliver: Callable[[News], None]) -> None:
        try:
            raw = json.loads(text)
            kind = raw["type"]
        except (ValueError, TypeError, KeyError):
            logger.warning("a message of the event socket is not an event")
            return
        if kind == "RESTResponse":
            self._answer(raw)
        else:
            deliver(event(raw))

    def _answer(self, raw: dict[str, Any]) -> None:
        waiting = self._open.get(str(raw.get("request_id")))
        if waiting is None or waiting.done():
            return
        body = str(raw.get("message_body") or "").encode()
        waiting.set_result(
            Answer(int(raw.get("status_code", 500)), str(raw.get("reason_phrase", "")), body)
        )

    async def close(self) -> None:
        await self._socket.close()

    def fail(self, reason: str) -> None:
        """Tell everyone who waits for an answer that none will come."""
        for waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(Away(f"the event socket is lost: {reason}"))


def _request(number: str, verb: Verb[Any]) -> str:
    message: dict[str, Any] = {
        "type": "RESTRequest",
        "transaction_id": number,
        "request_id": number,
        "method": verb.method,
        "uri": verb.uri,
    }
    if verb.query:
        message["query_strings"] = [
            {"name": name, "value": value} for name, value in verb.query.items()
        ]
    if verb.body is not None:
        message["content_type"] = "application/json"
        message["message_body"] = json.dumps(verb.body)
    return json.dumps(message)
