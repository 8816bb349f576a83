"""A seeded house for each module, a fresh client for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from ari_app.demo.seed import Login
from tests.ari_app.desk.house import House, small_house
from tests.hashing import quick_hashes

Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
def hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture(scope="session")
def insurer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Login]]:
    """The demo's insurer, filled once."""
    folder = tmp_path_factory.mktemp("insurer")
    with quick_hashes(), small_house(folder) as made:
        return folder, made.logins


@pytest.fixture
def house(insurer: tuple[Path, dict[str, Login]], tmp_path: Path) -> Iterator[House]:
    folder, logins = insurer
    copied = shutil.copytree(folder, tmp_path / "house")
    with small_house(copied, logins=logins) as made:
        yield made


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    """Nobody is signed in yet."""
    async with house.client() as made:
        yield made


@pytest.fixture
async def agent(house: House, client: Client) -> Client:
    """Signed in as the first agent."""
    await enter(client, house, "agent1")
    return client


async def enter(client: Client, house: House, login: str) -> None:
    body = {"login": login, "password": house.password(login)}
    async with client.post("/api/sign-in", json=body) as answer:
        assert answer.status == 200, await answer.text()
