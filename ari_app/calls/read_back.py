"""The read-back: time, place, course in turn; corrected by item until the caller says it is
right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from ari_app.calls import saying
from ari_app.calls.asking import TRIES, WantsBack, choose
from ari_app.calls.house import Call
from claims_store.rules.fields import Field, field

Ask = Callable[[Call, Field], Awaitable[None]]
ITEMS = {"2": "loss_time", "3": "loss_region", "4": "narrative"}


async def confirm(call: Call, ask: Ask) -> None:
    """Read back and correct, at most three rounds; then it stands as said."""
    for _ in range(TRIES):
        await _read(call)
        try:
            key = await choose(call.line, ["read-back-confirm"], "1234")
        except WantsBack:
            continue
        if key == "1":
            break
        await _again(call, ITEMS[key], ask)
    await call.note("read_back")


async def _again(call: Call, name: str, ask: Ask) -> None:
    line = (call.report.line if call.report else None) or ""
    for wanted in (name, "loss_place") if name == "loss_region" else (name,):
        row = field(line, wanted)
        if row is not None and wanted not in call.skipped:
            await ask(call, row)


async def _read(call: Call) -> None:
    """The line speaks what it can speak; spoken answers are the caller's own recording."""
    prompts = ["read-back-intro"]
    if when := _spoken(call, "loss_time"):
        at = datetime.fromisoformat(when).astimezone(call.zone)
        prompts += ["read-back-time", *saying.moment(at, call.local_now(), call.line.language)]
    prompts.append("read-back-place")
    if region := _spoken(call, "loss_region"):
        prompts += saying.region(region, call.line.language, call.house.prompts)
    await call.line.say(prompts)
    await _replay(call, "loss_place")
    if "narrative" not in call.skipped:
        await call.line.say(["read-back-course"])
        await _replay(call, "narrative")
    else:
        await call.line.say(["read-back-course", "read-back-not-recorded"])
    if others := _spoken(call, "third_party"):
        await call.line.say([f"read-back-third-party-{others}"])


def _spoken(call: Call, name: str) -> str | None:
    """What may be said of a field: an earlier call's answers only to who has identified himself."""
    answered = call.report.values.get(name) if call.report else None
    if answered is None or not (call.identified or answered.at >= call.started):
        return None
    return answered.value


async def _replay(call: Call, name: str) -> None:
    """The caller's own recording of this call; those of earlier calls are sealed by now."""
    answered = call.report.values.get(name) if call.report else None
    if answered is not None and answered.clip and answered.clip.startswith(f"{call.call_id}-"):
        await call.line.replay(answered.clip)
