"""A notice by telephone: nothing of the matter is said before whoever answers has said that he is
the one, and nothing personal before he has proved it.
"""

from __future__ import annotations

from datetime import datetime

from ari_app.calls import saying, status
from ari_app.calls.asking import WantsBack, WantsPerson, enter
from ari_app.calls.house import Call
from ari_app.calls.ordered.script import ASKS, NOBODY, Ordered
from claims_store import claims, customers, identity

YES, NO, LATER, NEVER = "1", "2", "3", "9"
ANSWERS = {NO: "wrong_person", LATER: "later", NEVER: "refused"}
PERSON, AGAIN = "0", "1"
TAIL = 4


async def voice_notice(ordered: Ordered) -> str:
    """Who he is, his proof where it is needed, the notice; 0 is a person."""
    key = await ordered.ask(["out-greeting", "out-is-it-you"], YES + NO + LATER + NEVER)
    if key is None:
        return await _nobody(ordered)
    if key != YES:
        outcome = ANSWERS[key]
        await ordered.keep(outcome)
        await ordered.line.say([saying.piece("out", outcome)], barge_in=False)
        await ordered.goodbye()
        return outcome
    moved = ordered.order.values.get("new_time")
    if not moved and not await _proves(ordered):
        await ordered.keep("unproven")
        await ordered.line.say(["out-unproven"], barge_in=False)
        await ordered.goodbye()
        return "unproven"
    return await _tell(ordered, moved)


async def _nobody(ordered: Ordered) -> str:
    """A machine, most likely: who called and from where, and nothing else."""
    number = saying.phone(ordered.line.dialled)
    known = ["out-call-us", *number] if number else []
    await ordered.line.say(["out-greeting", *known], barge_in=False)
    return NOBODY


async def _proves(ordered: Ordered) -> bool:
    """By four digits of his identity or claim number: whoever holds his phone may be another."""
    prompts = ["out-ask-tail"]
    for _ in range(ASKS):
        try:
            digits = (await enter(ordered.line, prompts, most=TAIL)).digits
        except WantsBack:
            digits = ""
        if len(digits) < TAIL:
            prompts = ["no-input", "out-ask-tail"]
            continue
        ok = await _right(ordered, digits)
        if ok is not False:
            return bool(ok)
        prompts = ["identify-failed", "out-ask-tail"]
    return False


async def _right(ordered: Ordered, digits: str) -> bool | None:
    """Whether they are his; None when too many were tried."""
    call, to, claim = ordered.call, ordered.order.to, ordered.order.about
    if not await call.look(identity.allowed, to, claim, call.now()):
        return None
    ok = (
        claim.endswith(digits)
        or await call.look(customers.by_identity_tail, to, digits) is not None
    )
    await call.look(identity.note_try, to, claim, ok, call.now())
    await call.note("identification", ok=ok, claims=[claim] if ok else [])
    if ok:
        call.identified = True
        await call.change(verified=True)
    return ok


async def _tell(ordered: Ordered, moved: str | None) -> str:
    """The notice, again if he wants it."""
    call = ordered.call
    words = _later(call, moved) if moved else await _standing(ordered)
    while True:
        await ordered.line.say(words, barge_in=False)
        await ordered.keep("heard")
        await ordered.line.say(["out-menu"])
        key = await ordered.line.key(5.0)
        if key == PERSON:
            raise WantsPerson
        if key != AGAIN:
            await ordered.goodbye()
            return "heard"
        ordered.line.forget_keys()


def _later(call: Call, moved: str) -> list[str]:
    """The promised call comes later: why, and by when."""
    due = datetime.fromisoformat(moved).astimezone(call.zone)
    said = saying.moment(due, call.local_now(), call.line.language)
    return ["out-promise-late", "promise-call", *said, "promise-call-end"]


async def _standing(ordered: Ordered) -> list[str]:
    """Where the claim stands, as "my claim" tells it."""
    found = await ordered.call.look(claims.status, ordered.order.about)
    await ordered.call.note("status_told", claim=found.number, stage=found.stage)
    return status.words(ordered.call, found)
