"""One's own page and the admin's list of users."""

from __future__ import annotations

import re

import pytest

from claims_store import people
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import House

pytestmark = pytest.mark.unit


@pytest.fixture
async def admin(house: House, client: Client) -> Client:
    await enter(client, house, "admin")
    return client


async def test_a_user_is_added_with_a_password_shown_once(house: House, admin: Client) -> None:
    form = {"login": "lin", "name": "林晓雯", "role": "quality"}
    page = await (await admin.post("/security/users", data=form)).text()
    password = re.search(r'id="cl-made"[^>]*>([^<]+)<', page)
    assert password is not None
    assert password[1] not in await (await admin.get("/security/users")).text()
    made = house.store.run_now(people.by_login, "lin")
    assert made is not None and (made.role, made.title["zh"]) == ("quality", "林晓雯")
    body = {"login": "lin", "password": password[1]}
    assert (await admin.post("/api/sign-in", json=body)).status == 200


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"login": "agent1", "role": "agent"}, 409),
        ({"login": "", "role": "agent"}, 400),
        ({"login": "x", "role": "king"}, 400),
        ({"login": "x"}, 400),
    ],
)
async def test_what_cannot_be_added_is_said_and_kept_in_the_form(
    admin: Client, form: dict[str, str], status: int
) -> None:
    answer = await admin.post("/security/users", data=form)
    assert answer.status == status
    assert "cl-told" in await answer.text()


async def test_a_reset_ends_every_session_of_that_user(house: House, admin: Client) -> None:
    async with house.client() as other:
        await enter(other, house, "agent1")
        answer = await admin.post("/security/users/agent1/reset", data={})
        assert answer.status == 200
        assert (await other.get("/api/me")).status == 401
    assert (await admin.post("/security/users/nobody/reset", data={})).status == 404


async def test_programs_do_the_same(house: House, admin: Client) -> None:
    listed = await (await admin.get("/api/users")).json()
    assert {"agent1", "admin"} <= {each["login"] for each in listed}
    assert not any("password" in each for each in listed)
    answer = await admin.post("/api/users", json={"login": "m", "role": "auditor", "name": "M"})
    made = await answer.json()
    assert answer.status == 201
    again = await (await admin.post("/api/users/m/reset", json={})).json()
    assert again["login"] == "m" and again["password"] != made["password"]
    assert (await admin.post("/api/users", json={"login": 5, "role": "agent"})).status == 400


async def test_a_hostile_name_is_text(house: House, admin: Client) -> None:
    form = {"login": "x<i>", "name": "<img src=x onerror=alert(1)>", "role": "agent"}
    page = await (await admin.post("/security/users", data=form)).text()
    assert "<img src=x" not in page and "x<i>" not in page


async def test_ones_own_page_tells_the_keys_to_those_who_take_calls(
    house: House, agent: Client
) -> None:
    assert "F8" in await (await agent.get("/me")).text()
    await enter(agent, house, "auditor")
    assert "F8" not in await (await agent.get("/me")).text()
