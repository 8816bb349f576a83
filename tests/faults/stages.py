"""Callers brought to a stage of their call."""

from __future__ import annotations

from tests.real.caller import Caller
from tests.real.house import House
from tests.real.talks import calls, event


async def in_menu(house: House, hotline: str) -> Caller:
    """He hears the main menu."""
    caller = house.caller()
    await caller.dial(hotline)
    await caller.starts_with("*")
    await caller.hears("menu-main")
    return caller


async def in_notice(house: House, hotline: str) -> Caller:
    """Nobody is hurt, he has answered; he is asked whether he is safe."""
    caller = house.caller()
    await caller.dial(hotline)
    await caller.starts_with("12")
    await caller.hears("ask-safe")
    return caller


async def waiting(house: House, hotline: str) -> tuple[Caller, str]:
    """Nobody can take him."""
    caller = await calls(house, hotline)
    call_id = await house.call_of(caller)
    await event(house, call_id, "queued", 15)
    return caller, call_id


async def goes_on(caller: Caller, *prompts: str, limit: float = 12) -> None:
    """After one sentence of apology he hears one of these again."""
    await caller.hears("sorry-fault", limit=limit)
    await caller.hears(*prompts)


async def gave(house: House, call_id: str) -> dict[str, tuple[str, int]]:
    """What his report holds: of each field its value, and the place of the answer in it."""
    from claims_store import reports

    number = (await house.show(call_id))["report_number"]
    state = await house.store.run(reports.state, number)
    return {name: (each.value, each.version) for name, each in state.values.items()}
