"""Call-back number and policy: known ones are only confirmed, others keyed and read back.

A caller known by number alone has not identified himself (numbers are forged): he hears at most
the last three characters of a plate or policy.
"""

from __future__ import annotations

from ari_app.calls import saying
from ari_app.calls.asking import TRIES, choose, enter, yes
from ari_app.calls.house import Call
from claims_store import customers
from claims_store.customers import Policy
from claims_store.errors import StoreAway
from claims_store.rules import identifiers
from claims_store.rules.fields import LINES, UNKNOWN


async def ask_phone(call: Call) -> None:
    """The number to call back on: the caller's own, or a keyed one."""
    caller = call.line.caller
    if identifiers.phone(caller) and await yes(call.line, ["confirm-phone-caller"]):
        await call.save("callback_phone", identifiers.phone(caller) or caller)
        return
    prompts = ["ask-phone"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=15)
        number = identifiers.phone(entry.digits)
        if number is None:
            prompts = ["try-again-phone"]
            continue
        read = ["phone-read-back", *saying.phone(number), "right-1-wrong-2"]
        if await yes(call.line, read):
            await call.save("callback_phone", number)
            return
        prompts = ["ask-phone"]
    await call.line.say(["skip-for-now"])
    await call.save("callback_phone", caller) if caller else call.skipped.add("callback_phone")


async def ask_policy(call: Call) -> None:
    """Offer what is known, else let it be keyed; without one the report is taken all the same."""
    for policy in call.policies[:3]:
        if await yes(call.line, [*_offer(policy), "policy-known-keys"]):
            await _keep(call, policy)
            return
    prompts = ["ask-policy"]
    for _ in range(TRIES):
        entry = await enter(call.line, prompts, most=24)
        if not entry.digits:
            break
        try:
            found = await _keyed(call, entry.digits)
        except StoreAway:  # what he keyed finds its policy when it is stored
            await call.save("policy_number", entry.digits)
            await ask_line(call)
            return
        if found is not None:
            await _keep(call, found)
            return
        prompts = ["policy-not-found", "ask-policy"]
    await call.line.say(["policy-none"])
    await call.save("policy_number", UNKNOWN)
    await ask_line(call)


def _offer(policy: Policy) -> list[str]:
    if policy.plate:
        return ["ask-policy-known", *saying.tail(policy.plate)]
    return ["ask-policy-known-other", *saying.tail(policy.number)]


async def _keyed(call: Call, digits: str) -> Policy | None:
    """The policy with these digits, once the caller has heard them and said yes."""
    if not await yes(call.line, ["policy-read-back", *saying.digits(digits), "right-1-wrong-2"]):
        return None
    return await call.look(customers.policy_by_number, digits)


async def _keep(call: Call, policy: Policy) -> None:
    if all(known.number != policy.number for known in call.policies):
        call.policies.append(policy)
    await call.save("policy_number", policy.number)
    await call.line.say(["policy-found"])


async def ask_line(call: Call) -> None:
    """The line of business, when no policy says it."""
    key = await choose(call.line, ["ask-line"], "12345")
    await call.save("line", LINES[int(key) - 1])
