"""A survey is offered to a surveyor by telephone: what and where, and he takes it by a key."""

from __future__ import annotations

from ari_app.calls import saying
from ari_app.calls.ordered.script import NOBODY, Ordered

ACCEPT, DECLINE, AGAIN = "1", "2", "*"
ANSWERS = {ACCEPT: "accepted", DECLINE: "declined"}
HEARINGS = 5


async def survey_offer(ordered: Ordered) -> str:
    """Say it, up to five times if he wants; who presses nothing was not there."""
    words = _words(ordered)
    for _ in range(HEARINGS):
        key = await ordered.ask([*words, "survey-keys"], ACCEPT + DECLINE + AGAIN)
        if key is None:
            return NOBODY
        if key == AGAIN:
            continue
        outcome = ANSWERS[key]
        await ordered.keep(outcome)
        await ordered.line.say([saying.piece("survey", outcome)], barge_in=False)
        await ordered.goodbye()
        return outcome
    return NOBODY


def _words(ordered: Ordered) -> list[str]:
    """`values` of the order: line, region (GB/T 2260), urgent."""
    values, call = ordered.order.values, ordered.call
    words = ["survey-offer"]
    if values.get("urgent"):
        words.append("survey-urgent")
    if (kind := saying.piece("line", str(values.get("line", "")))) in call.house.prompts:
        words.append(kind)
    where = saying.region(str(values.get("region", "")), call.line.language, call.house.prompts)
    return [*words, "survey-where", *where] if where else words
