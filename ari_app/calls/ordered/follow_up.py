"""The follow-up after a payment: two minutes, no selling. What was answered is kept with each key;
whoever hangs up in the middle is not called again.
"""

from __future__ import annotations

from collections.abc import Sequence

from ari_app.calls.asking import WantsBack, WantsPerson, enter
from ari_app.calls.ordered.script import NOBODY, Ordered
from claims_store.follow_ups import questions
from claims_store.rules.feedback import QUESTIONS, unhappy

YES, NO, LATER, NEVER, PERSON = "1", "2", "3", "9", "0"
ANSWERS = {NO: "wrong_person", LATER: "later", NEVER: "refused"}
TRIES = 2
"""How often one question is asked before the next one is."""
WAIT_S = 6.0
LEFT = "left"
HEARD = "heard"
REMARK = "remark"
REMARK_S = 60
SHORTEST_S = 0.8
BY_KEYS = 9
"""Up to this answer one key is enough; above, two digits and the hash key."""


async def follow_up(ordered: Ordered) -> str:
    """Is it he, what it is about, the questions of the plan; 0 is a person at any time."""
    key = await ordered.ask(["out-greeting", "out-is-it-you"], YES + NO + LATER + NEVER)
    if key is None:
        await ordered.line.say(["out-greeting"], barge_in=False)
        return NOBODY
    if key != YES:
        return await _end(ordered, ANSWERS[key], [f"out-{ANSWERS[key].replace('_', '-')}"])
    await ordered.line.say(["followup-intro"])
    scores: dict[str, int] = {}
    for name in questions(ordered.order.values.get("questions", [])):
        if name == REMARK:
            await _remark(ordered)
        else:
            await _question(ordered, name, scores)
    if unhappy(scores):
        await ordered.line.say(["rate-sorry"], barge_in=False)
    return await _end(ordered, HEARD, ["followup-thanks"])


async def _end(ordered: Ordered, outcome: str, said: Sequence[str]) -> str:
    await ordered.keep(outcome)
    await ordered.line.say(said, barge_in=False)
    await ordered.goodbye()
    return outcome


async def _question(ordered: Ordered, name: str, scores: dict[str, int]) -> None:
    """One answer; none after two tries: the next question may be easier."""
    prompt = f"followup-{name.replace('_', '-')}"
    spoken = [prompt]
    for _ in range(TRIES):
        score, pressed = await _score(ordered, spoken, name)
        if score is not None:
            scores[name] = score
            await ordered.keep(LEFT, **{name: score})
            return
        ordered.line.forget_keys()
        spoken = ["wrong-key" if pressed else "no-input", prompt]


async def _score(ordered: Ordered, spoken: Sequence[str], name: str) -> tuple[int | None, bool]:
    """The answer, or whether there was one that this question does not have. Raises
    `WantsPerson`."""
    asked = QUESTIONS[name]
    if asked.most > BY_KEYS:
        try:
            digits = (await enter(ordered.line, spoken, most=2)).digits
        except WantsBack:
            return None, True
    else:
        await ordered.line.say(spoken)
        digits = await ordered.line.key(WAIT_S) or ""
        if digits == PERSON:
            raise WantsPerson
    known = digits.isdecimal() and asked.least <= int(digits) <= asked.most
    return (int(digits) if known else None), bool(digits)


async def _remark(ordered: Ordered) -> None:
    """What he would like to say: recorded after that was announced, if he begins to speak."""
    line = ordered.line
    line.forget_keys()
    await line.say(["followup-remark", "beep"])
    key = await line.key(0)
    if key == PERSON:
        raise WantsPerson
    if key is not None:
        return
    clip = await line.record(REMARK, max_seconds=REMARK_S, max_silence=3)
    if await line.key(0) == PERSON:
        raise WantsPerson
    if clip.seconds >= SHORTEST_S:
        await ordered.keep(LEFT, **{REMARK: clip.name})
