"""The doctor on a house in use: everything is well, and a call of its own is heard."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.real.house import House

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

BUSY = {"system.loop", "phones.registered", "database.write", "audio.loop", "disk.room"}
"""What a machine that tests a lot at once may make worth a look."""
NO_CHINESE = {"speech.zh"}
NO_LINKS = {"links.reached"}
"""As long as nobody has said under which address customers reach the house."""
NOVEMBER = {"calendar.swaps"}
"""From November on, until the library or `holidays.toml` knows next year's make-up days."""


async def test_a_house_in_use_is_well_and_heard_and_hardened(house: House) -> None:
    (code, said), (hard, rules) = await asyncio.gather(
        house.claimline("doctor", "--json", "--lang", "en"),
        house.claimline("doctor", "--audit", "--json", "--lang", "zh"),
    )
    found = json.loads(said[said.index("[") :])
    wrong = [each for each in found if each["state"] in ("fail", "unknown")]
    assert code == 0 and not wrong, wrong
    looked = {each["check"] for each in found if each["state"] == "warn"}
    assert looked <= BUSY | NO_CHINESE | NO_LINKS | NOVEMBER, looked
    heard = next(each for each in found if each["check"] == "audio.loop")
    assert "came back at" in heard["sentence"]
    audited = json.loads(rules[rules.index("[") :])
    broken = [each for each in audited if each["state"] != "ok"]
    assert hard == 0 and not broken, json.dumps(broken, ensure_ascii=False)
