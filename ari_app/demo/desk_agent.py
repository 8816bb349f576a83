"""An agent at the desk, through the same HTTP interface as the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp

POLL = 0.15


class DeskRefused(Exception):
    """The desk did not do what was asked; the message holds its own words."""


class DeskAgent:
    """One signed-in user. `async with DeskAgent(web, login, password) as desk:`"""

    def __init__(self, web: str, login: str, password: str) -> None:
        self._web = web
        self._login = login
        self._password = password
        self._http: aiohttp.ClientSession | None = None
        self._versions: dict[str, int] = {}

    async def __aenter__(self) -> DeskAgent:
        self._http = aiohttp.ClientSession(self._web, cookie_jar=aiohttp.CookieJar(unsafe=True))
        await self.post("/api/sign-in", {"login": self._login, "password": self._password})
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._http is not None
        await self._http.close()

    async def get(self, path: str) -> Any:
        return await self._ask("GET", path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        assert self._http is not None
        async with self._http.request(method, path, json=body) as answer:
            said = await answer.json()
            if answer.status >= 400:
                raise DeskRefused(f"{method} {path}: {answer.status} {said}")
            return said

    async def offered(self, limit: float = 60) -> dict[str, Any]:
        """The next call that rings for this agent, with what is known of its caller."""
        async with asyncio.timeout(limit):
            while True:
                found = await self.get("/api/me/offer")
                if found["offer"]:
                    return dict(found)
                await asyncio.sleep(POLL)

    async def talking(self, limit: float = 10) -> None:
        """Wait until the desk shows the talk: a phone answers a moment before the page knows."""
        async with asyncio.timeout(limit):
            while True:
                if (await self.get("/api/me/call"))["call"]:
                    return
                await asyncio.sleep(POLL)

    async def begin_report(self, call_id: str) -> str:
        """The report of the call; begun if the line has not begun it."""
        made = await self.post(f"/api/calls/{call_id}/report", {})
        report = await self.get(f"/api/reports/{made['number']}")
        self._versions = {name: row["version"] for name, row in report["fields"].items()}
        return str(made["number"])

    async def type(self, report: str, field: str, value: str) -> dict[str, Any]:
        """Fill in one field."""
        body = {"field": field, "value": value, "version": self._versions.get(field, 0)}
        saved = await self._ask("PATCH", f"/api/reports/{report}", body)
        self._versions[field] = saved["version"]
        return dict(saved)
