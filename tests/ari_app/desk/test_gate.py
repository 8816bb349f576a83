"""Default deny: every route, without a session and with each role."""

from __future__ import annotations

import pytest
from yarl import URL

from ari_app.desk.gate import Route
from ari_app.desk.permissions import GRANTS, ROLES, Permission, may, roles_with
from ari_app.desk.routes import ROUTES
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL, House, ring

pytestmark = pytest.mark.unit

OPEN = {
    ("GET", "/static/{tag}/{name:.+}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/first-run"),
    ("POST", "/first-run"),
    ("POST", "/language"),
    ("POST", "/api/sign-in"),
    ("GET", "/s/worker.js"),
}
KEYED = ("/c/{token}", "/s/{token}", "/v1/")
"""Addresses without a session: a signed link or a token of its own opens them."""
ALL = set(ROLES)
TAKES = {"agent", "supervisor", "handler"}
READS = TAKES | {"quality", "auditor"}
# Which roles a route lets in, by the start of its address.
LETS_IN = {
    "/desk": TAKES,
    "/api/me/": TAKES,
    "/calls": READS,
    "/api/calls": READS,
    "/api/calls-out": TAKES,
    "/claims": READS,
    "/api/claims": READS,
    "/tasks": TAKES,
    "/api/tasks": TAKES,
    "/callbacks": TAKES,
    "/api/callbacks": TAKES,
    "/backlog": {"supervisor", "admin"},
    "/api/backlog": {"supervisor", "admin"},
    "/complaints": {"supervisor", "handler", "quality"},
    "/api/complaints": {"supervisor", "handler", "quality"},
    "/survey": {"surveyor"},
    "/network": {"admin", "supervisor"},
    "/security/users": {"admin"},
    "/api/users": {"admin"},
    "/api/reports": TAKES,
}
EXCEPT = {
    "/claims/{number}/follow-up": TAKES,
    "/api/claims/{number}/follow-up": TAKES,
    "/api/calls/{call_id}/recording": TAKES | {"quality"},
    "/api/calls/{call_id}/peaks": TAKES | {"quality"},
    "/api/calls/{call_id}/recording/pause": TAKES,
    "/api/calls/{call_id}/reveal": TAKES | {"privacy"},
    "/api/calls/{call_id}/report": TAKES,
    "/api/calls/{call_id}/promise": TAKES,
    "/claims/{number}/moves": TAKES,
    "/api/claims/{number}/moves": TAKES,
}
LOGINS = {"agent": "agent1", "handler": "handler1", "surveyor": "surveyor1"}


class Anything(dict[str, str]):
    """A value for every name in an address."""

    def __missing__(self, name: str) -> str:
        return "7"


def address(route: Route) -> str:
    path = route.path.replace("{name:.+}", "css/desk.css")
    parts = {"tag": "x", "name": "band", "call_id": CALL, "number": "BA-1", "login": "agent2"}
    return path.format_map(Anything(parts))


def is_keyed(route: Route) -> bool:
    return route.path.startswith(KEYED)


def expected(route: Route) -> set[str]:
    if route.path in EXCEPT:
        return EXCEPT[route.path]
    starts = [start for start in LETS_IN if route.path.startswith(start)]
    return LETS_IN[max(starts, key=len)] if starts else ALL


def test_only_the_door_is_open() -> None:
    found = {(each.method, each.path) for each in ROUTES if each.need is None}
    assert {each for each in found if not each[1].startswith(KEYED)} == OPEN


async def test_without_a_session_every_other_route_leads_to_the_door(client: Client) -> None:
    for route in ROUTES:
        if route.need is None:
            continue
        answer = await client.request(route.method, address(route), allow_redirects=False)
        if route.path.startswith("/api/") or route.method != "GET":
            assert answer.status == 401, route
        else:
            assert answer.status == 303, route
            assert answer.headers["Location"].startswith("/sign-in"), route


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_each_role_is_let_in_where_the_table_says(route: Route) -> None:
    if route.need is not None:
        assert {role for role in ROLES if may(role, route.need)} == expected(route)


@pytest.mark.parametrize("role", ROLES)
async def test_the_server_refuses_what_the_table_does_not_grant(
    house: House, client: Client, role: str
) -> None:
    house.store.run_now(ring)
    await enter(client, house, LOGINS.get(role, role))
    for route in ROUTES:
        if route.need is None or route.path in {"/api/feed", "/sign-out", "/api/sign-out"}:
            continue
        answer = await client.request(
            route.method, address(route), json={} if route.method != "GET" else None
        )
        text = await answer.text()
        denied = answer.status == 403 and "no_access" in text
        assert denied == (role not in expected(route)), (route, answer.status)
        if denied and not route.path.startswith("/api/"):
            assert 'href="/"' in text, route  # there is a way out


async def test_an_address_nobody_wrote_down_is_not_there(agent: Client, client: Client) -> None:
    assert (await agent.get("/calls/../etc/passwd", allow_redirects=False)).status == 404
    assert (await agent.get("/nothing")).status == 404
    assert (await agent.delete("/calls")).status == 405


async def test_an_address_nobody_wrote_down_leads_to_the_door(client: Client) -> None:
    answer = await client.get("/nothing?a=1", allow_redirects=False)
    assert dict(URL(answer.headers["Location"]).query) == {"to": "/nothing?a=1"}


def test_an_unknown_role_may_do_nothing() -> None:
    assert not any(may("janitor", each) for each in Permission)
    assert may("quality", Permission.CALLS_OWN)
    assert roles_with(Permission.USERS) == ("admin",)
    assert set(GRANTS) == ALL
