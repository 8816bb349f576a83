"""When and where it happened, by keys; checked at once, asked again with what was wrong."""

from __future__ import annotations

from datetime import date, time
from typing import NoReturn

from ari_app.calls import keyed, regions, saying
from ari_app.calls.asking import TRIES, WantsPerson, choose, enter, yes
from ari_app.calls.house import Call

OLDEST_DAYS = 365
NOT_COVERED = ("before_cover", "after_cover")
"""What the rules say of a time at which the policy does not insure."""


async def ask_time(call: Call) -> None:
    """Day, then time; read back."""
    for _ in range(TRIES):
        day = await _ask_day(call)
        at = keyed.moment(day, await _ask_clock(call, day), call.local_now())
        said = saying.moment(at, call.local_now(), call.line.language)
        if await yes(call.line, ["loss-time-read-back", *said, "right-1-wrong-2"]):
            saved = await call.save("loss_time", at.isoformat(timespec="minutes"))
            if any(problem.code in NOT_COVERED for problem in saved.problems):
                await call.line.say(["outside-cover"])
            return
    await _give_up(call)


async def _ask_day(call: Call) -> date:
    today = call.local_now().date()
    key = await choose(call.line, ["ask-loss-day"], "123")
    if key != "3":
        return keyed.said_day(key, today)
    prompts = ["ask-loss-date"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=4)
        day = keyed.day_of(entry.digits, today)
        if day is not None and (today - day).days <= OLDEST_DAYS:
            return day
        prompts = ["loss-date-impossible" if len(entry.digits) == 4 else "try-again-digits"]
        prompts.append("try-again-date")
    await _give_up(call)


async def _ask_clock(call: Call, day: date) -> time:
    prompts = ["ask-loss-time"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=4)
        at = keyed.time_of(entry.digits)
        if at is None:
            wrong = "loss-time-impossible" if len(entry.digits) == 4 else "try-again-digits"
            prompts = [wrong, "try-again-time"]
        elif keyed.moment(day, at, call.local_now()) > call.local_now():
            prompts = ["loss-time-future", "try-again-time"]
        else:
            return at
    await _give_up(call)


async def _give_up(call: Call) -> NoReturn:
    await call.line.say(["too-many-tries"])
    raise WantsPerson("lost")


async def ask_region(call: Call) -> None:
    """One of the customer's own regions, a telephone area code, or the tree of regions."""
    region = await _offer_known(call) or await _by_area_code(call) or await _by_tree(call)
    if region is None:
        await call.line.say(["skip-for-now"])
        call.skipped.add("loss_region")
        return
    await call.save("loss_region", region)


def _say(call: Call, region: str) -> list[str]:
    return saying.region(region, call.line.language, call.house.prompts)


async def _offer_known(call: Call) -> str | None:
    """Offered only to a caller who has identified himself: places tell who somebody is."""
    known = [region for policy in call.policies for region in policy.regions]
    offered = [region for region in dict.fromkeys(known) if _say(call, region)][:3]
    if not call.identified:
        return None
    if not offered:
        return None
    prompts = ["ask-region"]
    for number, region in enumerate(offered, 1):
        prompts += ["choice-for", *_say(call, region), f"num-{number}"]
    last = len(offered) + 1
    prompts += ["choice-other", f"num-{last}"]
    key = await choose(call.line, prompts, "123456789"[:last])
    return offered[int(key) - 1] if int(key) < last else None


async def _by_area_code(call: Call) -> str | None:
    prompts = ["ask-region-code"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=5)
        if not entry.digits:
            return None
        for region in regions.of_area_code(entry.digits)[:3]:
            if await yes(call.line, ["region-is", *_say(call, region), "right-1-wrong-2"]):
                return region
        prompts = ["region-code-unknown", "ask-region-code"]
    return None


async def _by_tree(call: Call) -> str | None:
    """Area, province, city: nine at a time."""
    area = await choose(call.line, ["ask-area"], "1234567")
    province = await _pick(call, "ask-province", regions.provinces(int(area)))
    if province is None or regions.is_city(province):
        return province
    return await _pick(call, "ask-city", regions.cities(province))


async def _pick(call: Call, question: str, places: list[str]) -> str | None:
    sayable = [place for place in places if _say(call, place)]
    for start in range(0, len(sayable), 8):
        page = sayable[start : start + 8]
        prompts = [question]
        for number, place in enumerate(page, 1):
            prompts += [*_say(call, place)[-1:], f"num-{number}"]
        keys = "12345678"[: len(page)]
        if start + 8 < len(sayable):
            prompts, keys = [*prompts, "choice-more", "num-9"], keys + "9"
        key = await choose(call.line, prompts, keys)
        if key != "9":
            return page[int(key) - 1]
    return None
