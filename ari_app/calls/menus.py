"""Plays a menu of the plan on a line, and follows its keys."""

from __future__ import annotations

from ari_app.calls.house import Call
from routing.menus import Again, Go, press

SAY_AGAIN = {"asked": [], "silence": ["no-input"], "wrong": ["wrong-key"]}


async def play(call: Call, name: str) -> str:
    """Where the caller goes: `report`, `claim`, `person`, `queue.NAME` or `back`."""
    while True:
        go = await _one(call, name)
        await call.note("menu", menu=name, target=go.target, why=go.why)
        if not go.target.startswith("menu."):
            return go.target
        name = go.target.partition(".")[2]


async def _one(call: Call, name: str) -> Go:
    menu = call.plan.menu[name]
    spoken = [menu.say]
    tries = 0
    while True:
        await call.line.say(spoken)
        step = press(menu, await call.line.key(menu.wait), tries)
        if isinstance(step, Go):
            return step
        assert isinstance(step, Again)
        tries += 1
        if step.why != "asked":
            call.line.forget_keys()
        spoken = [*SAY_AGAIN.get(step.why, []), menu.say]
