"""A house of its own for what is broken on purpose; `wires` lie between its app and Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from ari_app.settings import load_ports, save_ports
from tests.faults.breaking import nothing_left, restarted
from tests.faults.proxy import Wire
from tests.real import plan
from tests.real.house import House, running_house

SILENCE = 5
"""Seconds without sound after which a phone of the first pair is taken for gone."""
READY = "ready_when_registered = true\n"
WISHES = READY + "".join(
    f"[phones.own.{number}]\nsilence = {SILENCE}\n" for number in plan.PAIRS[0]
)


@dataclass(frozen=True, slots=True)
class Wires:
    """The app's two lines to Asterisk."""

    ari: Wire
    ami: Wire


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[House]:
    """The whole system with its outside; it may be hurt, and must be whole after each test."""
    async with running_house(plan.text(), wishes=WISHES) as running:
        yield running
        await nothing_left(running)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wires(house: House) -> AsyncIterator[Wires]:
    """From here on the app speaks to Asterisk over wires that can be cut."""
    ports = load_ports(house.settings.state)
    async with Wire(ports.ari) as ari, Wire(ports.ami) as ami:
        wired = ports.model_copy(update={"ari": ari.port, "ami": ami.port})
        await asyncio.to_thread(save_ports, house.settings.state, wired)
        await restarted(house)
        yield Wires(ari, ami)
        await asyncio.to_thread(save_ports, house.settings.state, ports)
        await restarted(house)
