"""From the hang-up to the checked report: recordings of three minutes laid where recorders leave
them, and the worker timed; and calls meanwhile, which must not notice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ari_app import tasks
from benchmarks.calls.flows import BY_NAME
from benchmarks.calls.measuring import good
from benchmarks.load.figures import percentile
from benchmarks.load.house import House
from benchmarks.load.remote import Remote
from benchmarks.speech.sounds import Spoken, long, write
from claims_store import calls, outbox, recordings, reports
from claims_store.store import Session

CALL_S = 180.0
CHECK_LIMIT_S = 300.0
RATE_OF_CALLS, CALLS = 2.0, 40
BACKLOG = 8
KILL_EVERY_S = 4.0
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Unharmed:
    """Calls while the worker is in some state; times in ms."""

    worker: str
    good: int
    calls: int
    setup_p95: float
    first_p99: float
    key_p95: float
    gap: float


async def lay(house: House, spoken: Sequence[Spoken]) -> str:
    """A call of three minutes that has just ended, as the line leaves it; its id."""
    call_id = f"{house.settings.node}-9.{next(_NUMBERS)}"
    customer, agent = long(list(spoken), CALL_S), long(list(reversed(spoken)), CALL_S)
    folder, leg = house.settings.incoming_recordings, f"{call_id}-talk1-leg"
    files = {
        "customer": f"{call_id}-talk1-customer.wav", "agent": f"{leg}-agent.wav",
    }  # fmt: skip
    for name, samples in (
        (files["customer"], customer), (files["agent"], agent), (f"{leg}-heard.wav", customer),
    ):  # fmt: skip
        await asyncio.to_thread(write, folder / name, samples)
    await asyncio.sleep(0.6)  # a recorder that has just written is waited for
    await house.store.run(_end_call, call_id, files)
    return call_id


def _end_call(s: Session, call_id: str, files: dict[str, str]) -> None:
    now = datetime.now(UTC)
    began = now - timedelta(seconds=CALL_S)
    opened = calls.CallOpened(call_id, "n1", call_id, "+8613800138001", "5550100", began, None)
    calls.open_call(s, opened)
    calls.change(s, call_id, language="en", consent="given", talk_s=CALL_S)
    number = reports.start(s, call_id, opened.caller, "en", began)
    calls.change(s, call_id, report_number=number)
    for name, value in (("any_injury", "no"), ("loss_place", "corner of Green Street")):
        reports.answer(s, number, name, value, by="agent1", source="agent", at=now, call_id=call_id)
    recordings.begin(s, call_id, 1, "customer", files["customer"], began)
    recordings.begin(s, call_id, 1, "agent", files["agent"], began, "agent1")
    recordings.end(s, call_id, now)
    calls.close(s, call_id, now, "talked")


async def until_checked(house: House, call_id: str) -> float:
    """Seconds until the worker has checked the report against the recording."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(CHECK_LIMIT_S):
        while True:
            rows = await house.store.run(outbox.progress, [call_id])
            if any(row.kind == "check_report" and row.done is not None for row in rows):
                return loop.time() - began
            if aside := [row for row in rows if row.set_aside]:
                raise RuntimeError(f"{aside[0].kind} was set aside: {aside[0].error}")
            await asyncio.sleep(0.1)


async def calls_meanwhile(
    house: House, generator: Remote, spoken: Sequence[Spoken], say: Callable[[str], None]
) -> list[Unharmed]:
    """The same calls while the worker rests, is saturated, and is killed again and again."""
    found = [await _round(house, generator, "rests")]
    say(str(found[-1]))
    waiting = [await lay(house, spoken) for _ in range(BACKLOG)]
    found.append(await _round(house, generator, "is saturated"))
    say(str(found[-1]))
    killing = tasks.start(_kill_again_and_again(house), name="kill the worker")
    try:
        found.append(await _round(house, generator, "is killed"))
    finally:
        killing.cancel()
    say(str(found[-1]))
    # A worker that was killed goes on where it was: nothing of the backlog may be lost.
    await asyncio.gather(*(until_checked(house, call_id) for call_id in waiting))
    return found


async def _round(house: House, generator: Remote, worker: str) -> Unharmed:
    flow = BY_NAME["product"]
    told = await generator.run(flow.job(CALLS, RATE_OF_CALLS))

    def ms(values: Sequence[float | None], share: float) -> float:
        return round(percentile([v for v in values if v is not None], share) * 1000, 1)

    return Unharmed(
        worker, sum(good(flow, each) for each in told), len(told),
        ms([each.setup for each in told], 0.95), ms([each.first for each in told], 0.99),
        ms([each.key for each in told], 0.95), ms([each.gap for each in told], 1.0),
    )  # fmt: skip


async def _kill_again_and_again(house: House) -> None:
    while True:
        pid = json.loads(house.settings.endpoints.read_text("utf-8"))["processes"]["worker"]
        with contextlib.suppress(ProcessLookupError):  # its successor is not there yet
            os.killpg(pid, signal.SIGKILL)
        await asyncio.sleep(KILL_EVERY_S)
