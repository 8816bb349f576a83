"""What `claimline up` tells of the running system."""

from __future__ import annotations

import stat

import pytest

from ari_app.desk.permissions import ROLES
from tests.real.house import PROCESSES, House, alive

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_given_the_demo_when_it_is_up_then_endpoints_say_where_and_who(house: House) -> None:
    found = house.endpoints
    assert stat.S_IMODE(house.settings.endpoints.stat().st_mode) == 0o600
    assert set(found) == {"sip", "hotline", "trunk", "phones", "web", "users", "processes"}
    assert found["sip"]["host"] == "127.0.0.1" and found["sip"]["transport"] == "udp"
    # This house has a telephone that encrypts; without one the last two are not there.
    assert set(found["sip"]) == {"host", "port", "transport", "tls_port", "certificate"}
    assert isinstance(found["sip"]["port"], int) and found["hotline"] == "5550100"
    assert set(found["trunk"]) == {"username", "password"}
    for phone in found["phones"]:
        assert set(phone) - {"transport", "srtp"} == {"number", "username", "password", "agent"}
        assert phone["username"] == phone["number"] and phone["password"]
    assert {user["role"] for user in found["users"]} == set(ROLES)
    assert all(set(user) == {"login", "password", "role"} for user in found["users"])
    assert found["web"].startswith("http://127.0.0.1:")
    assert set(found["processes"]) == PROCESSES
    assert all(isinstance(pid, int) and alive(pid) for pid in found["processes"].values())
