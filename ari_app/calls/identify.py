"""Proving who one is: the claim number, or the last four of the identity number of the known
customer.

Nothing about a claim is said before. Three wrong tries in a call, ten a day per caller number and
per claim (the store counts), then only a person helps.
"""

from __future__ import annotations

from ari_app.calls.asking import TRIES, WantsPerson, enter
from ari_app.calls.house import Call
from claims_store import claims, customers, identity
from claims_store.claims import Claim

WHOLE_NUMBER = 10
"""Digits of a claim number; the last four are random, so the whole number alone is enough."""
TAIL = 4


async def identify(call: Call) -> list[Claim]:
    """The claims this caller may hear about. Raises WantsPerson when he cannot prove himself."""
    if call.proven:
        found_before = [await call.look(claims.by_number, number) for number in call.proven]
        return [claim for claim in found_before if claim is not None]
    prompts = ["ask-claim-identify"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=WHOLE_NUMBER)
        if not entry.digits:
            prompts = ["no-input", "ask-claim-identify"]
            continue
        about = _about(call, entry.digits)
        if not await call.look(identity.allowed, call.line.caller, about, call.now()):
            break
        found = await _match(call, entry.digits)
        await call.look(identity.note_try, call.line.caller, about, found is not None, call.now())
        await call.note(
            "identification", ok=found is not None, claims=[each.number for each in found or ()]
        )
        if found is not None:
            await call.line.say(["identify-ok"])
            return found
        prompts = ["identify-failed", "ask-claim-identify"]
    await call.line.say(["identify-locked"])
    raise WantsPerson("unidentified")


def _about(call: Call, digits: str) -> str:
    """What the tries are counted by: the claim he names, or the number he calls from."""
    return digits if len(digits) == WHOLE_NUMBER else f"caller {call.line.caller}"


async def _match(call: Call, digits: str) -> list[Claim] | None:
    """By a whole claim number, or by four digits that fit the customer the number belongs to;
    None when they prove nothing. Who has no claim proves himself all the same."""
    if len(digits) == WHOLE_NUMBER:
        found = await call.look(claims.by_digits, digits)
        if found:
            await _known_as(call, found[0].customer_id)
        return found or None
    if len(digits) != TAIL or call.customer is None:
        return None
    own = await call.look(claims.of_customer, call.customer.id)
    by_number = [claim for claim in own if claim.number.endswith(digits)]
    if by_number:
        await _known_as(call, call.customer.id)
        return by_number
    if await call.look(customers.by_identity_tail, call.line.caller, digits) is not None:
        await _known_as(call, call.customer.id)
        return own
    return None


async def _known_as(call: Call, customer_id: str | None) -> None:
    if customer_id is None:
        return
    call.identified = True
    if call.customer is None or call.customer.id != customer_id:
        call.customer = await call.look(customers.get, customer_id)
        call.policies = await call.look(customers.policies, customer_id)
    await call.change(customer_id=customer_id, verified=True)
