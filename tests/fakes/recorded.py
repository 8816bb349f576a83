"""A recorded call as the line and the dialplan leave it: rows in the store, files in a folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from claims_store import calls, recordings
from claims_store.calls import CallOpened
from claims_store.store import Store
from tests.fakes.sounds import RATE, babble, leave, tone

CALL = "n1-1764145200.3"
LEG = "n1-1764145230.9"


def recorded_call(
    store: Store, incoming: Path, now: datetime, *, talk_s: float = 10.0, language: str = "en",
    outcome: str = "served",
) -> None:  # fmt: skip
    """A call of a 4 s line part and a 10 s talk in which the agent speaks a tone from 2 s on."""
    began = now - timedelta(minutes=5)
    customer = babble(10, 2)
    files = [
        (0, "customer", f"{CALL}-line-customer.wav", babble(4, 1)),
        (1, "customer", f"{CALL}-talk1-customer.wav", customer),
        (1, "agent", f"{CALL}-talk1-{LEG}-agent.wav", tone(8, 440)),
    ]
    leave(incoming, f"{CALL}-talk1-{LEG}-heard.wav", customer[2 * RATE :])
    opened = CallOpened(CALL, "n1", "sip-1", "+8613800138000", "5550100", began, None)
    store.run_now(calls.open_call, opened)
    for segment, side, file, samples in files:
        leave(incoming, file, samples)
        at = began + timedelta(seconds=2 if side == "agent" else 0)
        store.run_now(recordings.begin, CALL, segment, side, file, at)
    store.run_now(calls.change, CALL, language=language, talk_s=talk_s)
    store.run_now(calls.close, CALL, now - timedelta(minutes=4), outcome)
