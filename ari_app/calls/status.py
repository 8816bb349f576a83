""" "My claim": where it stands, what happens next, what is missing. Closed vocabulary only."""

from __future__ import annotations

from datetime import timedelta

from ari_app.calls import saying
from ari_app.calls.asking import WantsPerson, choose
from ari_app.calls.house import Call
from ari_app.calls.identify import identify
from claims_store import claims, standing
from claims_store.claims import Claim, ClaimStatus
from claims_store.errors import StoreAway
from claims_store.promises import CALL
from claims_store.standing import Until

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
    until = await call.look(standing.first, status.number, call.now())
    await call.line.say(words(call, status, until))


def words(call: Call, status: ClaimStatus, until: Until | None = None) -> list[str]:
    """The prompts of one claim's status; `until` is what he may count on first."""
    spoken = ["status-intro", *saying.number_tail(status.number)]
    # While both tracks run there are two things to tell; what waits for him comes first.
    spoken += [_known(call, "status", each, "status-unknown") for each in status.told]
    spoken.append(_known(call, "next-step", status.next_step, "next-step-person"))
    if status.promised_at is not None:
        due = status.promised_at.astimezone(call.zone)
        said = saying.moment(due, call.local_now(), call.line.language)
        spoken += ["promise-call", *said, "promise-call-end"]
    if until is not None and until.rule != CALL:
        spoken += [_known(call, "status-until", until.rule, "status-until"), *_by(call, until)]
    if not status.missing:
        return spoken
    items = [_known(call, "missing", name, "missing-other") for name in status.missing]
    return [*spoken, "missing-intro", *dict.fromkeys(items)]


def _by(call: Call, until: Until) -> list[str]:
    """Until when: a day and a time, or the day that ends then."""
    here, now, language = until.at.astimezone(call.zone), call.local_now(), call.line.language
    if until.by_day:
        return saying.day(here - timedelta(seconds=1), now, language)
    return saying.moment(here, now, language)


def _known(call: Call, family: str, value: str, otherwise: str) -> str:
    name = saying.piece(family, value)
    return name if name in call.house.prompts else otherwise
