"""The end of a notice: the number, the promise, the goodbye. The promise is one the product
keeps.
"""

from __future__ import annotations

from contextlib import suppress

from ari_app.calls import rating, saying
from ari_app.calls.house import Call
from claims_store import reports
from claims_store.errors import StoreAway
from routing import calendar


async def finish(call: Call) -> None:
    """File the report as far as it is, promise a handler's call, and say both."""
    assert call.report is not None
    due = calendar.promise(call.plan, call.now())
    await call.book.write("finish", at=call.now(), promised_at=due)
    said = saying.moment(due.astimezone(call.zone), call.local_now(), call.line.language)
    await call.line.say(
        [
            "report-saved", "report-number", *saying.number_tail(call.report.number),
            "promise-call", *said, "promise-call-end", "sms-sent",
        ]
    )  # fmt: skip


async def goodbye(call: Call) -> None:
    """The last words."""
    await call.line.say(["goodbye"], barge_in=False)


async def after_talk(call: Call, queue: str = "") -> None:
    """Back from the agent whom he got in `queue`: the number and what happens next, what he thinks
    of us, then goodbye."""
    if call.report is not None:
        with suppress(StoreAway):  # only the number is spoken, which stays
            call.report = await call.look(reports.state, call.report.number)
        await finish(call)
    await rating.ask(call, queue)
    await goodbye(call)
