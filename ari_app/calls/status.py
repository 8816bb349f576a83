""" "My claim": where it stands, what happens next, what is missing. Closed vocabulary only."""

from __future__ import annotations

from ari_app.calls import saying
from ari_app.calls.asking import WantsPerson, choose
from ari_app.calls.house import Call
from ari_app.calls.identify import identify
from claims_store import claims
from claims_store.claims import Claim, ClaimStatus
from claims_store.errors import StoreAway

MOST = 3
"""Claims told in one call; whoever has more open ones speaks to a person."""


async def tell(call: Call) -> None:
    """Identify, then tell. Comes back to the menu; Leads exceptions lead elsewhere: to a person
    also while nothing can be looked up."""
    call.issue = "status"
    await call.change(issue="status", stage="identify")
    try:
        await _tell(call)
    except StoreAway:
        raise WantsPerson("data_late") from None


async def _tell(call: Call) -> None:
    found = await identify(call)
    await call.change(stage="status")
    told = [claim for claim in found if claim.closed is None][:MOST] or found[:1]
    if not told:
        await call.line.say(["identify-none"])
        return
    for claim in told:
        await _tell_one(call, claim)
    await choose(call.line, ["status-menu"], "1")


async def _tell_one(call: Call, claim: Claim) -> None:
    status = await call.look(claims.status, claim.number)
    await call.note("status_told", claim=claim.number, stage=status.stage)
    await call.line.say(words(call, status))


def words(call: Call, status: ClaimStatus) -> list[str]:
    """The prompts of one claim's status."""
    spoken = ["status-intro", *saying.number_tail(status.number)]
    # While both tracks run there are two things to tell; what waits for him comes first.
    spoken += [_known(call, "status", each, "status-unknown") for each in status.told]
    spoken.append(_known(call, "next-step", status.next_step, "next-step-person"))
    if status.promised_at is not None:
        due = status.promised_at.astimezone(call.zone)
        said = saying.moment(due, call.local_now(), call.line.language)
        spoken += ["promise-call", *said, "promise-call-end"]
    if not status.missing:
        return spoken
    items = [_known(call, "missing", name, "missing-other") for name in status.missing]
    return [*spoken, "missing-intro", *dict.fromkeys(items)]


def _known(call: Call, family: str, value: str, otherwise: str) -> str:
    name = saying.piece(family, value)
    return name if name in call.house.prompts else otherwise
