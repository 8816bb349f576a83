"""No client can keep the others out: not by speed, not by size, not by slowness."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient

from ari_app.desk import limits, telling
from ari_app.desk.limits import Rates
from ari_app.desk.problems import Problem

pytestmark = pytest.mark.unit


def test_a_rate_lets_some_at_once_and_then_so_many_a_second() -> None:
    now = 0.0
    rates = Rates(lambda: now, a_second=2, at_once=3)
    assert [rates.take("a") for _ in range(4)] == [True, True, True, False]
    assert rates.take("b"), "another one is not held up"
    now = 0.5
    assert [rates.take("a") for _ in range(2)] == [True, False]
    now = 60
    assert [rates.take("a") for _ in range(4)] == [True, True, True, False]


def test_rates_forget_who_was_not_there_for_longest() -> None:
    rates = Rates(lambda: 0.0, a_second=1, at_once=1, size=2)
    assert rates.take("a") and rates.take("b") and rates.take("c")
    assert rates.take("a") and not rates.take("c")


@pytest_asyncio.fixture
async def address() -> AsyncIterator[tuple[str, int]]:
    """A server with the limits of the desk, but impatient, that echoes."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    @web.middleware
    async def tell(request: web.Request, handler: telling.Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return web.Response(status=problem.status)

    app = web.Application(
        client_max_size=limits.LARGEST_BODY, middlewares=[tell, limits.in_time(seconds=0.2)]
    )
    app.router.add_route("*", "/", echo)
    runner = web.AppRunner(
        app, **{**limits.RUNNER, "keepalive_timeout": 0.2, "lingering_time": 0.1}
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0]
    await runner.cleanup()


async def said(address: tuple[str, int], *pieces: bytes) -> bytes:
    """Everything the server says until it closes the connection."""
    reader, writer = await asyncio.open_connection(*address[:2])
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


async def test_a_client_that_never_ends_its_head_is_cut_off(address: tuple[str, int]) -> None:
    assert await said(address, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ") == b""


async def test_a_client_that_never_ends_its_body_is_refused(address: tuple[str, int]) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345"
    assert (await said(address, head)).startswith(b"HTTP/1.1 408 ")


async def test_a_large_head_is_refused(address: tuple[str, int]) -> None:
    long = b"X-Long: " + b"a" * 20000 + b"\r\n\r\n"
    assert b" 400 " in (await said(address, b"GET / HTTP/1.1\r\nHost: x\r\n" + long))[:20]
    many = b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n"
    assert b" 400 " in (await said(address, b"GET / HTTP/1.1\r\nHost: x\r\n" + many))[:20]


async def test_a_whole_request_is_answered(address: tuple[str, int]) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n12345"
    assert (await said(address, head)).endswith(b"12345")


async def test_answers_name_no_program_and_carry_a_number(client: TestClient[Any, Any]) -> None:
    one, two = await client.get("/api/none"), await client.get("/sign-in")
    numbers = {each.headers["X-Request-Id"] for each in (one, two)}
    assert len(numbers) == 2 and all(numbers)
    assert {each.headers["Server"] for each in (one, two)} == {"claimline"}
