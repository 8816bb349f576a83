"""Two questions by keys after a talk, where the plan wants them. Each answer is kept as it is
keyed, so hanging up is fine; whoever presses nothing is left alone."""

from __future__ import annotations

from ari_app.calls.house import Call
from claims_store.rules.feedback import QUESTIONS, unhappy

WAIT_S = 5.0
TRIES = 2
ASKED = ("solved", "service")


async def ask(call: Call, queue: str) -> None:
    """Was it solved, how satisfied is he; nobody in a hurry is asked."""
    if call.urgent or not call.answered or queue not in call.plan.feedback.after_talk:
        return
    await call.line.say(["rate-intro"])
    scores: dict[str, int] = {}
    for name in ASKED:
        score = await _question(call, name)
        if score is None:
            break
        scores[name] = score
        about = call.report.number if call.report else ""
        await call.book.write("feedback", at=call.now(), about=about, scores={name: score})
    if scores:
        await call.line.say(["rate-sorry" if unhappy(scores) else "rate-thanks"])


async def _question(call: Call, name: str) -> int | None:
    """The answer; None after silence, or two keys that are none."""
    asked, spoken = QUESTIONS[name], [f"rate-{name}"]
    for _ in range(TRIES):
        await call.line.say(spoken)
        key = await call.line.key(WAIT_S)
        if key is None:
            return None
        if key.isdecimal() and asked.least <= int(key) <= asked.most:
            return int(key)
        call.line.forget_keys()
        spoken = ["wrong-key", f"rate-{name}"]
    return None
