"""The interface for programs: tokens, shapes, cursors, one report for one key, signed messages; and
its document, which says what is there and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator

from ari_app.desk.app import build
from ari_app.desk.routes import ROUTES
from ari_app.desk.v1.document import PATH, document
from ari_app.desk.v1.models import Claim, Problem, Report
from ari_app.desk.v1.operations import OPERATIONS
from claims_store import claims, incoming, moves, reports, standing, tokens
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client
from tests.ari_app.desk.house import NOW, House, driver, fill, ring

pytestmark = pytest.mark.unit

HANDLER = Actor("handler1", "handler")
SECRET = "gateway-secret"


@pytest.fixture
def number(house: House) -> str:
    def begin(s: Session) -> str:
        report = ring(s)
        fill(s, report)
        found = reports.state(s, report).claim_number
        assert found
        moves.move(s, found, "claim_filed", HANDLER, NOW)
        moves.move(s, found, "documents_requested", HANDLER, NOW, missing=["doc_identity"])
        return found

    return house.store.run_now(begin)


@pytest.fixture
def heads(house: House) -> dict[str, str]:
    token = house.store.run_now(tokens.add, "shop", ("read", "write"), NOW)
    return {"Authorization": f"Bearer {token}"}


def loss(house: House, **changes: object) -> dict[str, object]:
    customer, policy = house.store.run_now(driver)
    return {
        "caller": customer.phone, "language": "zh", "line": "motor",
        "answers": {
            "any_injury": "no", "safe_place": "yes", "callback_phone": customer.phone,
            "plate": policy.plate, "loss_time": "今天 8:20", "loss_region": "310115",
            "loss_place": "世纪大道", "loss_kind": "rear_end", "narrative": "等红灯时被后车追尾",
            "third_party": "no", "reporter_relation": "insured", "reporter_drove": "yes",
            "drivable": "yes", "at_scene": "yes",
        },
    } | changes  # fmt: skip


async def refused(answer: ClientResponse, status: int, code: str) -> Problem:
    assert answer.status == status, await answer.text()
    assert answer.content_type == "application/problem+json"
    told = Problem.model_validate_json(await answer.text())
    assert (told.status, told.code) == (status, code)
    assert told.title and told.detail
    return told


async def test_where_a_claim_stands_is_what_page_and_message_say(
    house: House, client: Client, heads: dict[str, str], number: str
) -> None:
    async with client.get(f"/v1/claims/{number}", headers=heads) as answer:
        told = Claim.model_validate_json(await answer.text())
    stands = house.store.run_now(standing.of, number, NOW)
    assert told.told == list(stands.status.told) and told.told[0] == "queried"
    assert told.stage.zh.startswith("等您的资料（1 项）")
    assert told.stage.en.startswith("waiting for papers from you (1)")
    assert [each.text.zh for each in told.missing] == ["身份证正反面"]
    assert told.next_step == "documents"


async def test_the_list_comes_in_parts_that_nothing_moves(
    house: House, client: Client, heads: dict[str, str]
) -> None:
    every = [each.number for each in house.store.run_now(claims.listing)]
    assert len(every) > 3
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        async with client.get("/v1/claims", params=params, headers=heads) as answer:
            part = await answer.json()
        seen += [each["number"] for each in part["items"]]
        cursor = part["next"]
    assert seen == every


async def test_events_since_a_cursor(
    house: House, client: Client, heads: dict[str, str], number: str
) -> None:
    params = {"claim": number, "limit": "2"}
    async with client.get("/v1/events", params=params, headers=heads) as answer:
        part = await answer.json()
    assert [each["event"] for each in part["items"]] == ["claim_reported", "claim_filed"]
    params["after"] = part["next"]
    async with client.get("/v1/events", params=params, headers=heads) as answer:
        part = await answer.json()
    assert [each["text"]["en"] for each in part["items"]] == ["We asked you for papers"]
    params["after"] = part["next"]
    async with client.get("/v1/events", params=params, headers=heads) as answer:
        assert await answer.json() == {"items": [], "next": params["after"]}


async def test_a_loss_is_reported_once_for_each_key(
    house: House, client: Client, heads: dict[str, str]
) -> None:
    before = len(house.store.run_now(reports.listing))
    keyed = heads | {"Idempotency-Key": "k-1"}
    made: list[Report] = []
    for status in (201, 200):
        async with client.post("/v1/reports", json=loss(house), headers=keyed) as answer:
            assert answer.status == status, await answer.text()
            made.append(Report.model_validate_json(await answer.text()))
    assert made[0].number == made[1].number and made[0].claim and made[0].level == "assignable"
    assert len(house.store.run_now(reports.listing)) == before + 1
    other = loss(house, language="en")
    async with client.post("/v1/reports", json=other, headers=keyed) as answer:
        await refused(answer, 409, "key_used")
    async with client.get(f"/v1/reports/{made[0].number}", headers=heads) as answer:
        assert (await answer.json())["number"] == made[0].number


async def test_what_cannot_be_read_is_named_and_nothing_is_kept(
    house: House, client: Client, heads: dict[str, str]
) -> None:
    before = house.store.run_now(reports.listing)
    keyed = heads | {"Idempotency-Key": "k-2"}
    answers = {"loss_time": "neulich", "no_such_field": "x", "plate": "12345"}
    async with client.post(
        "/v1/reports", json=loss(house, answers=answers), headers=keyed
    ) as answer:
        told = await refused(answer, 400, "bad_request")
    assert {each.field for each in told.errors} == {f"answers.{name}" for name in answers}
    for body, places in (
        (loss(house, caller="13800138000"), {"caller"}),
        (loss(house, line="boat", more=1), {"line", "more"}),
        ([], {"body"}),
    ):
        async with client.post("/v1/reports", json=body, headers=keyed) as answer:
            told = await refused(answer, 400, "bad_request")
        assert {each.field for each in told.errors} == places
    async with client.post("/v1/reports", json=loss(house), headers=heads) as answer:
        await refused(answer, 400, "key_missing")
    async with client.post("/v1/reports", data="{", headers=keyed) as answer:
        await refused(answer, 415, "not_json")
    assert house.store.run_now(reports.listing) == before


async def test_preferences(
    house: House, client: Client, heads: dict[str, str], number: str
) -> None:
    path = f"/v1/claims/{number}/preferences"
    wanted = {"off": ["progress"], "channels": ["file"], "language": "en", "mail": "a@example.com"}
    async with client.put(path, json=wanted, headers=heads) as answer:
        assert await answer.json() == wanted
    async with client.get(path, headers=heads) as answer:
        assert await answer.json() == wanted
    for wrong, code in (
        ({"channels": ["pigeon"]}, "bad_value"),
        ({"mail": "nobody"}, "bad_value"),
        ({"off": ["work"]}, "bad_request"),
    ):
        async with client.put(path, json=wrong, headers=heads) as answer:
            await refused(answer, 400, code)


async def test_without_the_right_token_nothing_is_told(
    house: House, client: Client, number: str
) -> None:
    token = house.store.run_now(tokens.add, "reader", ("read",), NOW)
    reads = {"Authorization": f"Bearer {token}"}
    for heads in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {token}"},
                  {"Authorization": "Bearer \u00e9"}):  # fmt: skip
        for each in OPERATIONS:
            if each.scope == "signed":
                continue
            path = each.path.replace("{number}", number)
            async with client.request(each.method, path, headers=heads) as answer:
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                await refused(answer, 401, "token_unknown")
    async with client.post("/v1/reports", json=loss(house), headers=reads) as answer:
        await refused(answer, 403, "token_scope")
    assert token is not None and house.store.run_now(tokens.end, "reader", NOW)
    async with client.get("/v1/claims", headers=reads) as answer:
        await refused(answer, 401, "token_unknown")


async def test_what_is_not_there(client: Client, heads: dict[str, str]) -> None:
    for path in ("/v1/claims/CL-1", "/v1/reports/BA-1", "/v1/claims/CL-1/preferences"):
        async with client.get(path, headers=heads) as answer:
            await refused(answer, 404, "no_record")
    for query in ("limit=0", "limit=101", "limit=x", "cursor=%ff", "cursor=AAAA"):
        async with client.get(f"/v1/claims?{query}", headers=heads) as answer:
            await refused(answer, 400, "bad_value")
    async with client.get("/v1/events?after=-1", headers=heads) as answer:
        await refused(answer, 400, "bad_value")


async def test_a_token_asks_at_its_pace(client: Client, heads: dict[str, str]) -> None:
    last = 200
    for _ in range(80):
        async with client.get("/v1/reports/BA-1", headers=heads) as answer:
            last = answer.status
            if last == 429:
                await refused(answer, 429, "too_fast")
                assert answer.headers["Retry-After"]
                break
    assert last == 429


def sign(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    made = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Claimline-Signature": f"t={int(at)},v1={made}", "Content-Type": "application/json"}


async def test_a_gateway_hands_messages_over_by_signature(house: House, number: str) -> None:
    settings = replace(house.settings(), secret_of={"sms": SECRET}.get)  # type: ignore[arg-type]
    body = json.dumps({"id": "m1", "from": "+8613900002207", "text": f"{number} 0000"}).encode()
    at = NOW.timestamp()
    async with TestClient(TestServer(build(house.store, house.floor, settings))) as client:
        for new in (True, False):
            async with client.post("/v1/incoming/sms", data=body, headers=sign(body, at)) as answer:
                assert await answer.json() == {"new": new}, await answer.text()
        for heads in (
            sign(body, at - 301), sign(body, at + 301), sign(body, at, "x"), sign(b"{}", at), {},
            {"Claimline-Signature": "t=\u0661,v1=", "Content-Type": "application/json"},
        ):  # fmt: skip
            async with client.post("/v1/incoming/sms", data=body, headers=heads) as answer:
                await refused(answer, 401, "bad_signature")
        async with client.post("/v1/incoming/no", data=body, headers=sign(body, at, "")) as answer:
            await refused(answer, 401, "bad_signature")
    assert len(house.store.run_now(incoming.listing)) == 1


def test_the_document_is_one_by_the_standard() -> None:
    OpenAPIV31SpecValidator(document()).validate()  # type: ignore[arg-type]


async def test_the_document_is_served_and_names_exactly_the_routes(client: Client) -> None:
    async with client.get(PATH) as answer:
        served = await answer.json()
    assert served == document()
    there = {(each.method, each.path) for each in ROUTES if each.path.startswith("/v1/")}
    said = {(method.upper(), path) for path, found in served["paths"].items() for method in found}
    assert there == said | {("GET", PATH)}


def test_every_reference_of_the_document_leads_somewhere() -> None:
    shapes = document()["components"]["schemas"]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].removeprefix("#/components/schemas/") in shapes
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(document())
    for each in OPERATIONS:
        answers = document()["paths"][each.path][each.method.lower()]["responses"]
        assert {str(status) for status in each.status} <= set(answers)
