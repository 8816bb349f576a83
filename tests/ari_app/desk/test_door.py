"""Signing in, being thrown out, the first admin, the language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ari_app.desk.door import safe_target
from ari_app.desk.language import COOKIE as LANGUAGE
from ari_app.desk.sessions import COOKIE
from ari_app.desk.settings import FirstRun
from claims_store import people
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import NOW, House, small_house

pytestmark = pytest.mark.unit
TOKEN = "k7mq-2hxv"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[tuple[House, Client]]:
    """A house in which nobody may sign in yet."""
    with small_house(tmp_path, logins={}) as house:
        until = NOW + timedelta(minutes=30)
        house.first_run = FirstRun(sha256(TOKEN.encode()).hexdigest(), until)
        async with house.client() as client:
            yield house, client


async def test_the_right_password_opens_and_leads_back(house: House, client: Client) -> None:
    form = {"login": "agent1", "password": house.password("agent1"), "to": "/calls?page=2"}
    answer = await client.post("/sign-in", data=form, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/calls?page=2")
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["secure"]
    assert answer.cookies[LANGUAGE].value == "zh"
    assert (await client.get("/me")).status == 200
    assert (await client.get("/sign-in", allow_redirects=False)).headers["Location"] == "/"


async def test_with_https_the_cookie_is_for_this_host_and_https_only(house: House) -> None:
    async with TestClient(TestServer(house.app(https=True))) as client:
        body = {"login": "agent1", "password": house.password("agent1")}
        answer = await client.post("/api/sign-in", json=body)
        cookie = answer.cookies[f"__Host-{COOKIE}"]
        assert cookie["secure"] and cookie["path"] == "/"
        assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("login", ["agent1", "nobody", "", "a" * 5000, "x\0y"])
async def test_a_wrong_password_says_the_same_for_everybody(client: Client, login: str) -> None:
    form = {"login": login, "password": "not the one"}
    answer = await client.post("/sign-in", data=form, headers={"Accept-Language": "en"})
    text = await answer.text()
    assert answer.status == 401
    assert "Login or password do not match." in text and "not the one" not in text


async def test_after_five_wrong_tries_one_waits_and_then_it_goes_on(
    house: House, client: Client
) -> None:
    wrong = {"login": "agent1", "password": "not the one"}
    for _ in range(5):
        assert (await client.post("/api/sign-in", json=wrong)).status == 401
    right = {"login": "agent1", "password": house.password("agent1")}
    answer = await client.post("/api/sign-in", json=right)
    assert answer.status == 429 and "1" in (await answer.json())["do"]
    house.now += timedelta(seconds=3)
    assert (await client.post("/api/sign-in", json=right)).status == 200


async def test_signing_out_ends_the_session_in_the_store(house: House, agent: Client) -> None:
    token = agent.session.cookie_jar.filter_cookies(agent.make_url("/"))[COOKIE].value
    answer = await agent.post("/sign-out", allow_redirects=False)
    assert answer.headers["Location"] == "/sign-in"
    assert house.store.run_now(people.session, token, house.now) is None
    assert (await agent.get("/api/me")).status == 401


async def test_a_session_ended_elsewhere_is_over_at_once(house: House, agent: Client) -> None:
    house.store.run_now(people.end_sessions, "agent1")
    assert (await agent.get("/api/me")).status == 401


async def test_a_session_ends_after_its_time(house: House, agent: Client) -> None:
    house.now += timedelta(hours=12, seconds=1)
    assert (await agent.get("/api/me")).status == 401


async def test_a_token_nobody_issued_is_nobody(client: Client) -> None:
    answer = await client.get("/api/me", cookies={COOKIE: "guessed"})
    assert answer.status == 401


async def test_signing_in_again_changes_the_token(house: House, agent: Client) -> None:
    jar = agent.session.cookie_jar
    before = jar.filter_cookies(agent.make_url("/"))[COOKIE].value
    await enter(agent, house, "agent2")
    assert jar.filter_cookies(agent.make_url("/"))[COOKIE].value != before
    assert house.store.run_now(people.session, before, house.now) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 200),
    ],
)
async def test_another_site_cannot_act_for_somebody(
    agent: Client, headers: dict[str, str], status: int
) -> None:
    body = {"state": "away", "reason": "break"}
    answer = await agent.post("/api/me/state", json=body, headers=headers)
    assert answer.status == status


async def test_our_own_origin_may_act(agent: Client) -> None:
    own = str(agent.make_url("/")).rstrip("/")
    body = {"state": "away", "reason": None}
    answer = await agent.post("/api/me/state", json=body, headers={"Origin": own})
    assert answer.status == 200


async def test_every_answer_carries_the_strict_headers(agent: Client) -> None:
    for path in ("/desk", "/api/me", "/nothing", "/static/x/y.js"):
        answer = await agent.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_body_too_large_is_refused(agent: Client) -> None:
    kind = {"Content-Type": "application/json"}
    answer = await agent.post("/api/me/state", data=b"x" * 70_000, headers=kind)
    assert answer.status == 413 and (await answer.json())["code"] == "too_large"


async def test_the_first_admin_is_made_once_with_the_token(
    empty: tuple[House, Client],
) -> None:
    house, client = empty
    answer = await client.get("/sign-in", allow_redirects=False)
    assert answer.headers["Location"] == "/first-run"
    assert (await client.get("/first-run")).status == 200
    form = {"token": TOKEN, "login": "chief", "password": "a long password"}
    for wrong, code in (
        ({"token": "other"}, "wrong_token"),
        ({"password": "short"}, "short_password"),
        ({"login": "two words"}, "bad_login"),
    ):
        answer = await client.post("/first-run", data=form | wrong, allow_redirects=False)
        assert answer.status in {400, 403}, code
    answer = await client.post("/first-run", data=form, allow_redirects=False)
    assert answer.status == 303
    assert (await (await client.get("/api/me")).json())["role"] == "admin"
    assert (await client.get("/first-run")).status == 404
    assert (await client.post("/first-run", data=form)).status == 404


async def test_the_token_holds_for_thirty_minutes(empty: tuple[House, Client]) -> None:
    house, client = empty
    house.now += timedelta(minutes=30)
    answer = await client.get("/first-run", headers={"Accept-Language": "en"})
    assert answer.status == 403 and "is over" in await answer.text()


async def test_the_language_is_kept_and_only_known_ones_are_taken(client: Client) -> None:
    form = {"language": "en", "to": "/sign-in"}
    answer = await client.post("/language", data=form)
    assert 'lang="en"' in await answer.text()
    answer = await client.post("/language", data={"language": "xx", "to": "/"})
    assert answer.status == 400


@pytest.mark.parametrize(
    ("to", "kept"),
    [
        ("/calls?page=2", "/calls?page=2"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https://evil.example", ""),
        ("/a\r\nb", ""),
        ("", ""),
    ],
)
def test_one_is_led_back_only_within_the_desk(to: str, kept: str) -> None:
    assert safe_target(to) == kept


@pytest.mark.parametrize(
    ("login", "home"),
    [("agent1", "/desk"), ("admin", "/security/users"), ("quality", "/calls"), ("privacy", "/me")],
)
async def test_each_role_begins_at_its_own_page(
    house: House, client: Client, login: str, home: str
) -> None:
    await enter(client, house, login)
    assert (await client.get("/", allow_redirects=False)).headers["Location"] == home
    assert (await client.get("/")).status == 200
