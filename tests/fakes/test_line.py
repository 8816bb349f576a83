"""The scripted line keeps the contract of the real one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests import virtual_time
from tests.fakes.line import FakeLine, FakePhone
from tests.fakes.line_contract import CONTRACT, PHONE, Scenario

pytestmark = pytest.mark.unit


@dataclass
class FakePerson:
    line: FakeLine = field(default_factory=lambda: FakeLine(phones={PHONE: FakePhone()}))

    async def press(self, keys: str) -> None:
        self.line.press(*keys)

    async def leave(self) -> None:
        self.line.vanish()


@pytest.mark.parametrize("scenario", CONTRACT, ids=lambda each: each.__name__)
def test_fake(scenario: Scenario) -> None:
    async def play() -> None:
        await scenario(FakePerson())

    virtual_time.run(play())
