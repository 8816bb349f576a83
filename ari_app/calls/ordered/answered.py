"""Somebody whom we called has answered: who he is and what he is to hear, in the ledger first."""

from __future__ import annotations

from ari_app.calls.house import Call, House, opened
from ari_app.calls.resuming import ORDERED
from ari_app.pbx.line import Line
from claims_store import call_attempts, claims
from claims_store.call_orders import CallOrder
from claims_store.outgoing import Outgoing
from routing.plan import Plan


async def answered(
    house: House, line: Line, plan: Plan, revision: int, attempt: str
) -> tuple[Call, CallOrder, int] | None:
    """The call, its order, and the seconds it may last; None when nobody ordered it any more.
    Raises `StoreAway`: then nothing can be said to him."""
    found = await house.ledger.look(call_attempts.answering, attempt)
    if found is None or found[0].state == "over":
        return None
    order, outgoing = found
    line.caller, line.language = order.to, order.language
    line.dialled = shown(house, outgoing)
    call = await opened(house, line, plan, revision, "", stage=ORDERED, direction="out")
    await house.ledger.look(call_attempts.opened, attempt, call.call_id)
    await line.remember(language=line.language)
    claim = await house.ledger.look(claims.by_number, order.about) if order.about else None
    changes = {"report_number": claim.report_number} if claim else {}
    await call.note(
        "ordered", changes=changes, script=order.script, about=order.about, by=order.by,
        tries=order.tries + 1,
    )  # fmt: skip
    return call, order, outgoing.reserved


def shown(house: House, outgoing: Outgoing) -> str:
    """The number that he sees, and may call back."""
    trunk = next((each for each in house.settings.trunks if each.name == outgoing.trunk), None)
    return trunk.out.number if trunk and trunk.out else ""
