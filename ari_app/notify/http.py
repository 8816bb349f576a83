"""Messages to a gateway with an HTTP interface, by templates of the operator's.

Values are put into the texts of a table, which is encoded as a whole afterwards: nothing a value
holds can become structure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from ari_app.channel_settings import PLACE, HttpChannel
from ari_app.notify.channel import Doubt, Notice, Refused, State, Unsent
from ari_app.notify.pace import Pace

NOT_NOW = frozenset({401, 403, 407, 423, 425, 429, 503})
"""Answers after which nothing was sent, and which are no fault of the message."""
LONGEST = 65536
NAME = 64


class Http:
    """One gateway."""

    ask_after_s: float | None
    doubt_s = 0.0
    listening_s = math.inf

    def __init__(self, settings: HttpChannel, secret: str) -> None:
        self._settings = settings
        self._secret = secret
        self._pace = Pace(settings.per_second)
        self._session: aiohttp.ClientSession | None = None
        self.ask_after_s = 60.0 if settings.ask else None

    def parts(self, notice: Notice) -> int:
        return 1

    async def send(self, notice: Notice, part: int) -> str:
        await self._pace.turn()
        values = {
            "to": notice.to, "text": notice.body, "subject": notice.subject, "key": notice.key,
            "language": notice.language, "id": "", "secret": self._secret,
        }  # fmt: skip
        status, answer = await self._exchange(self._settings.method, self._settings.url, values)
        if 200 <= status < 300:
            return _found(answer, self._settings.message_id)[:NAME]
        if status in NOT_NOW:
            raise Unsent(f"HTTP {status}")
        if status in (408, 409) or status >= 500:
            raise Doubt(f"HTTP {status}")
        raise Refused(f"HTTP {status}")

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        asked = self._settings.ask
        if asked is None or not (message_id or "{key}" in asked):
            return None
        values = {"key": key, "id": message_id, "secret": self._secret}
        try:
            status, answer = await self._exchange("GET", asked, values)
        except (Unsent, Doubt):
            return None
        if status == 404:
            return "missing"
        if not 200 <= status < 300:
            return None
        told = _found(answer, self._settings.state)
        if told in self._settings.delivered:
            return "delivered"
        return "failed" if told in self._settings.failed else "sent"

    async def look(self) -> None:
        """Whether somebody listens there; nothing is sent."""
        try:
            async with self._opened().head(self._settings.url.partition("{")[0]):
                return
        except aiohttp.ClientConnectorCertificateError as fault:
            raise Unsent("its certificate is not trusted") from fault
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            raise Unsent(type(fault).__name__) from fault

    async def keep(self) -> None:
        return

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            limit = aiohttp.ClientTimeout(total=self._settings.timeout)
            self._session = aiohttp.ClientSession(timeout=limit)
        return self._session

    async def _exchange(self, method: str, url: str, values: Mapping[str, str]) -> tuple[int, Any]:
        """Status and what the answer says. Raises Unsent before anything has left, else Doubt."""
        sent: dict[str, Any] = {}
        if method != "GET":
            body = _put(self._settings.body, values)
            form = self._settings.content == "form"
            sent = {"data": body} if form else {"json": body}
        headers = {
            name: Notice.clean(_place(text, values))
            for name, text in self._settings.headers.items()
        }
        try:
            async with self._opened().request(
                method, _address(url, values), headers=headers, allow_redirects=False, **sent
            ) as answer:
                return answer.status, _read(await answer.content.read(LONGEST))
        except aiohttp.ClientConnectorError as fault:
            raise Unsent(type(fault).__name__) from fault
        except (aiohttp.InvalidURL, ValueError) as fault:
            raise Refused("the request cannot be built") from fault
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            raise Doubt(type(fault).__name__) from fault


def _place(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values.get(place[1], ""), text)


def _address(url: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: quote(values.get(place[1], ""), safe=""), url)


def _put(value: Any, values: Mapping[str, str]) -> Any:
    """The table with values in the places of its texts."""
    match value:
        case str():
            return _place(value, values)
        case dict():
            return {key: _put(each, values) for key, each in value.items()}
        case list() | tuple():
            return [_put(each, values) for each in value]
    return value


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _found(answer: Any, path: str) -> str:
    """What stands at `a.b.0.c` of an answer; empty when nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(answer, list) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        elif isinstance(answer, dict):
            answer = answer.get(step)
        else:
            return ""
    return str(answer) if path and isinstance(answer, (str, int)) else ""
