"""The customer's page behind his link: plain HTML that says what is needed now, and takes what he
wants; whoever guesses learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from ari_app.desk.assets import ROOT
from claims_store import feedback, links, moves, preferences, reports, tasks
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client
from tests.ari_app.desk.house import NOW, House, driver, fill, ring

pytestmark = pytest.mark.unit

HANDLER = Actor("handler1", "handler")


@pytest.fixture
def number(house: House) -> str:
    """A driver's claim, filed, with two papers asked for."""

    def begin(s: Session) -> str:
        report = ring(s)
        fill(s, report)
        found = reports.state(s, report).claim_number
        assert found
        moves.move(s, found, "claim_filed", HANDLER, NOW)
        papers = ["doc_identity", "doc_invoice"]
        moves.move(s, found, "documents_requested", HANDLER, NOW, missing=papers)
        return found

    return house.store.run_now(begin)


@pytest.fixture
def phone(house: House) -> str:
    return house.store.run_now(driver)[0].phone


@pytest.fixture
def token(house: House, number: str, phone: str) -> str:
    return house.store.run_now(links.make, "claim", number, NOW, whom=phone)


class _Plain(HTMLParser):
    """Everything that would need a script or break the policy."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object"):
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or name == "style"]


async def text_of(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path) as answer:
        text = await answer.text()
        assert answer.status == status, text
        return text


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


async def test_the_page_says_first_what_is_needed_from_him(
    client: Client, token: str, number: str
) -> None:
    said = words(await text_of(client, f"/c/{token}"))
    assert said.index("等您的资料（2 项）") < said.index("身份证正反面") < said.index("发票")
    assert f"尾号 {number[-4:]}" in said and number not in said
    assert "请您补充资料" in said
    assert "资料收齐后 5 个工作日内审完" in said


async def test_it_is_written_in_the_language_that_he_chooses(client: Client, token: str) -> None:
    form = {"language": "en", "to": f"/c/{token}"}
    async with client.post("/language", data=form) as answer:
        said = words(await answer.text())
        assert answer.status == 200
    assert "We need 2 things from you" in said and "number ends in" in said
    left = re.sub(r"[\u4e00-\u9fff][A-Z]·|中文", "", said)
    assert not re.search(r"[\u4e00-\u9fff]", left)


PAGES = ("", "/all", "/call", "/wishes", "/opinion")


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_works_without_a_script_and_is_small(
    client: Client, token: str, page: str
) -> None:
    text = await text_of(client, f"/c/{token}{page}")
    plain = _Plain()
    plain.feed(text)
    assert plain.found == []
    css = (ROOT / "css" / "customer.css").stat().st_size
    assert len(text.encode()) + css < 60 * 1024
    assert re.search(r'<html lang="(zh|en)">', text) and "<h1>" in text
    assert text.count('rel="stylesheet"') == 1


async def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(
    house: House, client: Client, token: str, number: str
) -> None:
    survey = house.store.run_now(links.make, "survey", "1", NOW, whom="surveyor1")
    bad = [token[:-1] + ("a" if token[-1] != "a" else "b"), "a" * 16, survey, "x", "%00", "..%2f"]
    told = {
        re.sub(r'value="/c/[^"]*"', "", await text_of(client, f"/c/{each}", 404)) for each in bad
    }
    house.now += links.LIFE
    told.add(re.sub(r'value="/c/[^"]*"', "", await text_of(client, f"/c/{token}", 404)))
    house.now -= links.LIFE
    house.store.run_now(links.end, "claim", number, NOW)
    told.add(re.sub(r'value="/c/[^"]*"', "", await text_of(client, f"/c/{token}", 404)))
    assert len(told) == 1
    assert "理赔专线" in told.pop()


async def test_guessing_ends_soon_for_an_address(client: Client, token: str) -> None:
    for _ in range(20):
        await text_of(client, "/c/aaaaaaaaaaaaaaaa", 404)
    await text_of(client, "/c/aaaaaaaaaaaaaaaa", 429)
    await text_of(client, f"/c/{token}", 429)


async def test_wishes_are_kept_after_the_last_four_digits(
    house: House, client: Client, token: str, phone: str
) -> None:
    assert "后四位" in await text_of(client, f"/c/{token}/wishes")
    async with client.post(f"/c/{token}/wishes", data={"language": "en"}) as answer:
        assert answer.status == 403
    async with client.post(f"/c/{token}/prove", data={"digits": "0000"}) as answer:
        assert answer.status == 403
    async with client.post(f"/c/{token}/prove", data={"digits": f" {phone[-4:]} "}) as answer:
        assert answer.status == 200 and urlsplit(str(answer.url)).path.endswith("/wishes")
    chosen = {"language": "en", "way": "phone", "topic": ["feedback"]}
    async with client.post(f"/c/{token}/wishes", data=chosen) as answer:
        assert "kept" in (await answer.text()) or answer.status == 200
    wants = house.store.run_now(preferences.of, phone)
    assert (wants.language, wants.channels) == ("en", ("file",))
    assert wants.off == {"progress", "follow_up"}


async def test_ten_wrong_digits_then_a_person(client: Client, token: str) -> None:
    for _ in range(10):
        async with client.post(f"/c/{token}/prove", data={"digits": "0000"}) as answer:
            assert answer.status == 403
    async with client.post(f"/c/{token}/prove", data={"digits": "0000"}) as answer:
        assert answer.status == 429


async def test_a_call_is_promised_once(
    house: House, client: Client, token: str, number: str
) -> None:
    for _ in range(2):
        async with client.post(f"/c/{token}/call", data={"hours": "4"}) as answer:
            assert "已约好" in await answer.text()
    found = [
        t for t in house.store.run_now(tasks.listing, about=number) if t.kind == "handler_calls"
    ]
    assert len(found) == 1
    assert "理赔员给您打电话：最晚" in words(await text_of(client, f"/c/{token}"))
    assert "已约好：理赔员最晚" in words(await text_of(client, f"/c/{token}/call"))


async def test_an_opinion_reaches_whom_it_concerns(
    house: House, client: Client, token: str, number: str
) -> None:
    async with client.post(f"/c/{token}/opinion", data={"remark": " "}) as answer:
        assert answer.status == 400
    said = {"score": "2", "remark": "<b>太慢</b>"}
    async with client.post(f"/c/{token}/opinion", data=said) as answer:
        assert "收到了" in await answer.text()
    [kept] = house.store.run_now(feedback.of, number)
    assert kept.remark == "<b>太慢</b>"


async def test_a_promise_that_is_over_is_said_openly(
    house: House, client: Client, token: str
) -> None:
    async with client.post(f"/c/{token}/call", data={"hours": "1"}):
        house.now += timedelta(days=2)
    assert "已超时，正在补办" in words(await text_of(client, f"/c/{token}"))


async def test_behind_a_proxy_each_visitor_has_his_own_tries(house: House, token: str) -> None:
    from dataclasses import replace

    from aiohttp.test_utils import TestClient, TestServer

    from ari_app.desk.app import build

    settings = replace(house.settings(), proxies=frozenset({"127.0.0.1"}))
    async with TestClient(TestServer(build(house.store, house.floor, settings))) as client:
        for _ in range(25):
            headers = {"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}
            async with client.get("/c/aaaaaaaaaaaaaaaa", headers=headers) as answer:
                last = answer.status
        assert last == 429
        other = {"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}
        async with client.get(f"/c/{token}", headers=other) as answer:
            assert answer.status == 200
