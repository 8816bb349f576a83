"""Trunks and phones for the admin: how they are; a lost one is told on every page."""

from __future__ import annotations

import pytest

from ari_app.desk.floor import TrunkView
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import House

pytestmark = pytest.mark.unit


def trunks(house: House, *, alarm: bool) -> None:
    house.floor.lines = (
        TrunkView("far", "registration", "carrier.example:5060", "rejected", house.now, alarm),
        TrunkView("pbx", "peer", "", "listening", house.now),
    )


async def test_the_admin_sees_how_trunks_and_phones_are(house: House, client: Client) -> None:
    await enter(client, house, "admin")
    trunks(house, alarm=False)
    house.floor.register("agent1", True)
    page = await (await client.get("/network")).text()
    for word in ("far", "carrier.example:5060", "cl-chip-bad", "pbx", "201", "cl-chip-ok"):
        assert word in page, word
    assert 'role="alert">' not in page


@pytest.mark.parametrize("login", ["admin", "supervisor"])
async def test_a_lost_trunk_is_told_on_every_page(house: House, client: Client, login: str) -> None:
    await enter(client, house, login)
    trunks(house, alarm=True)
    page = await (await client.get("/me")).text()
    assert 'href="/network" translate="no">far</a>' in page


async def test_an_agent_is_not_troubled_with_it(house: House, agent: Client) -> None:
    trunks(house, alarm=True)
    assert "far" not in await (await agent.get("/me")).text()
    assert (await agent.get("/network")).status == 403
