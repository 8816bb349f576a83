"""Messages to a gateway: a real HTTP server on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from ari_app.channel_settings import HttpChannel
from ari_app.notify.channel import Doubt, Notice, Refused, Unsent
from ari_app.notify.http import Http

pytestmark = pytest.mark.unit

NOTICE = Notice("message:1", "+8613800138000", "zh", "report_draft", "编号BA-1", "报案")
HOSTILE = 'a"},"admin":true,{\\ {secret} {key}&to=2 %0d%0aX: y </a> ' + "长" * 2000


@dataclass
class Gateway:
    """Says what it is told to say, and keeps what came."""

    status: int = 200
    answer: Any = field(default_factory=lambda: {"data": [{"id": 17}]})
    drops: bool = False
    came: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.text()
        self.came.append({
            "method": request.method, "path": request.raw_path, "headers": request.headers,
            "raw": raw, "json": await request.json() if raw[:1] == "{" else None,
        })  # fmt: skip
        if self.drops:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.handle)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/"))
        yield made


def given_to(gateway: Gateway, **more: object) -> HttpChannel:
    shape: dict[str, object] = {
        "name": "gate", "kind": "http", "url": f"{gateway.url}send",
        "headers": {"Authorization": "Bearer {secret}", "Idempotency-Key": "{key}"},
        "body": {"mobile": "{to}", "content": "{text}", "more": [{"lang": "{language}"}, 3]},
        "message_id": "data.0.id", "timeout": 2.0,
    }  # fmt: skip
    return HttpChannel.model_validate(shape | more)


@pytest.fixture
async def opened() -> AsyncIterator[list[Http]]:
    made: list[Http] = []
    yield made
    for each in made:
        await each.close()


def channel(opened: list[Http], settings: HttpChannel) -> Http:
    opened.append(Http(settings, "s3cret"))
    return opened[-1]


async def test_a_message_goes_out_by_the_operators_template(
    gateway: Gateway, opened: list[Http]
) -> None:
    assert await channel(opened, given_to(gateway)).send(NOTICE, 0) == "17"
    (came,) = gateway.came
    assert came["json"] == {
        "mobile": "+8613800138000", "content": "编号BA-1", "more": [{"lang": "zh"}, 3],
    }  # fmt: skip
    assert came["headers"]["Authorization"] == "Bearer s3cret"
    assert came["headers"]["Idempotency-Key"] == "message:1"


async def test_values_never_become_structure(gateway: Gateway, opened: list[Http]) -> None:
    hostile = replace(NOTICE, body=Notice.clean(HOSTILE), key="k\r\nEvil: 1")
    await channel(opened, given_to(gateway)).send(hostile, 0)
    assert gateway.came[0]["json"]["content"] == hostile.body and "{secret}" in hostile.body
    assert gateway.came[0]["headers"]["Idempotency-Key"] == "k Evil: 1"
    form = given_to(gateway, content="form", body={"to": "{to}", "text": "{text}"})
    await channel(opened, form).send(hostile, 0)
    assert parse_qs(gateway.came[1]["raw"]) == {"to": [NOTICE.to], "text": [hostile.body]}
    address = given_to(gateway, method="GET", url=f"{gateway.url}x?to={{to}}&t={{text}}", body={})
    await channel(opened, address).send(replace(hostile, body=hostile.body[:60]), 0)
    query = parse_qs(gateway.came[2]["path"].partition("?")[2])
    assert query == {"to": [NOTICE.to], "t": [hostile.body[:60]]}
    assert all(
        "Evil" not in came["headers"] and "X" not in came["headers"] for came in gateway.came
    )


async def test_a_lone_surrogate_arrives_as_a_sign_of_loss(
    gateway: Gateway, opened: list[Http]
) -> None:
    await channel(opened, given_to(gateway)).send(replace(NOTICE, body=Notice.clean("a\ud800b")), 0)
    assert gateway.came[0]["json"]["content"] == "a\ufffdb"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Refused), (404, Refused), (302, Refused), (401, Unsent), (429, Unsent), (503, Unsent),
     (500, Doubt), (504, Doubt)],
)  # fmt: skip
async def test_what_a_status_means(
    gateway: Gateway, opened: list[Http], status: int, outcome: type[Exception]
) -> None:
    gateway.status = status
    with pytest.raises(outcome, match=f"HTTP {status}"):
        await channel(opened, given_to(gateway)).send(NOTICE, 0)


async def test_a_lost_answer_is_a_doubt_and_nobody_there_is_none(
    gateway: Gateway, opened: list[Http]
) -> None:
    gateway.drops = True
    with pytest.raises(Doubt):
        await channel(opened, given_to(gateway)).send(NOTICE, 0)
    nobody = f"http://127.0.0.1:{unused_port()}/"
    dead = channel(opened, given_to(gateway, url=nobody))
    with pytest.raises(Unsent):
        await dead.send(NOTICE, 0)
    with pytest.raises(Unsent):
        await dead.look()
    assert len(gateway.came) == 1


async def test_what_became_of_a_message_can_be_asked(gateway: Gateway, opened: list[Http]) -> None:
    asks = channel(opened, given_to(gateway, ask=f"{gateway.url}state/{{key}}?id={{id}}"))
    told = []
    for status, word in (
        (200, "queued"),
        (200, "delivered"),
        (200, "failed"),
        (404, ""),
        (500, ""),
    ):
        gateway.status, gateway.answer = status, {"state": word}
        told.append(await asks.ask("a/b", 0, "17"))
    assert told == ["sent", "delivered", "failed", "missing", None]
    assert gateway.came[0]["path"] == "/state/a%2Fb?id=17"
    assert asks.ask_after_s == 60.0
    assert await channel(opened, given_to(gateway)).ask("a", 0, "17") is None
    by_id = channel(opened, given_to(gateway, ask=f"{gateway.url}state/{{id}}"))
    assert await by_id.ask("a", 0, "") is None
    await asks.look()
    assert gateway.came[-1]["method"] == "HEAD"


async def test_answers_of_any_shape_are_taken(gateway: Gateway, opened: list[Http]) -> None:
    for answer in ([], {"data": []}, {"data": "x"}, {"data": [{"id": None}]}, "text", None):
        gateway.answer = answer
        assert await channel(opened, given_to(gateway)).send(NOTICE, 0) == ""
