"""An agent at the desk, against a desk that answers as the real one does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from ari_app.demo import desk_agent
from ari_app.demo.desk_agent import DeskAgent, DeskRefused

pytestmark = pytest.mark.unit

OFFER = {"offer": {"call_id": "n1-1.0", "reason": {"en": "motor"}}}


class Desk:
    """Answers by path; what is asked twice gets the next answer. Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.answers: dict[str, list[Any]] = {"/api/sign-in": [{}]}

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.sent.append((request.method, request.path, body))
        known = self.answers.get(request.path)
        if known is None:
            return web.json_response({"error": "not_found"}, status=404)
        now = known.pop(0) if len(known) > 1 else known[0]
        return web.Response(text=json.dumps(now), content_type="application/json")


@pytest_asyncio.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Desk, str]]:
    monkeypatch.setattr(desk_agent, "POLL", 0.001)
    made = Desk()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield made, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_he_signs_in_sees_the_offer_and_the_talk(desk: tuple[Desk, str]) -> None:
    made, web_ = desk
    made.answers["/api/me/offer"] = [{"offer": None}, OFFER]
    made.answers["/api/me/call"] = [{"call": None}, {"call": {"call_id": "n1-1.0"}}]
    async with DeskAgent(web_, "agent1", "secret") as agent:
        assert await agent.offered() == OFFER
        await agent.talking()
    assert made.sent[0] == ("POST", "/api/sign-in", {"login": "agent1", "password": "secret"})


async def test_he_types_into_the_version_that_he_has_seen(desk: tuple[Desk, str]) -> None:
    made, web_ = desk
    made.answers["/api/calls/n1-1.0/report"] = [{"number": "BA-1"}]
    made.answers["/api/reports/BA-1"] = [
        {"fields": {"plate": {"version": 3}}}, {"version": 4, "value": "A"},
        {"version": 5, "value": "B"}, {"version": 1, "value": "C"},
    ]  # fmt: skip
    async with DeskAgent(web_, "agent1", "secret") as agent:
        report = await agent.begin_report("n1-1.0")
        for field, value in (("plate", "A"), ("plate", "B"), ("narrative", "C")):
            assert (await agent.type(report, field, value))["value"] == value
    bodies = [body for method, _, body in made.sent if method == "PATCH"]
    assert [body["version"] for body in bodies] == [3, 4, 0]


async def test_what_the_desk_refuses_is_told_in_its_own_words(desk: tuple[Desk, str]) -> None:
    _, web_ = desk
    async with DeskAgent(web_, "agent1", "secret") as agent:
        with pytest.raises(DeskRefused, match="GET /api/nothing: 404 .*not_found"):
            await agent.get("/api/nothing")


async def test_a_wait_has_a_limit(desk: tuple[Desk, str]) -> None:
    made, web_ = desk
    made.answers["/api/me/offer"] = [{"offer": None}]
    made.answers["/api/me/call"] = [{"call": None}]
    async with DeskAgent(web_, "agent1", "secret") as agent:
        for wait in (agent.offered, agent.talking):
            with pytest.raises(TimeoutError):
                await wait(limit=0.05)
