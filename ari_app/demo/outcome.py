"""The end of a demo call: sealed, transcribed, checked, and told as a table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from ari_app.demo.telling import Teller
from ari_app.settings import Settings
from claims_store import calls, outbox
from claims_store.store import Store

CHECK_LIMIT = 240.0
"""Seconds; the first run may still be installing what hears."""
STEPS = {
    "seal": "recording sealed: one stereo file, hashed and encrypted, plaintext gone",
    "transcribe": "recording transcribed, each side by itself",
    "check_report": "report checked against the recording",
    "message": "text message with the report number is out",
}


async def wait_checked(store: Store, call_id: str, tell: Teller) -> None:
    """Tell each step as it is done; returns when the report is checked."""
    try:
        async with asyncio.timeout(CHECK_LIMIT):
            await _until_checked(store, call_id, tell)
    except TimeoutError as fault:
        if str(fault):
            raise
        raise TimeoutError(
            f"the report was not checked within {CHECK_LIMIT:.0f} s. Is a model of the language "
            "installed? Look: claimline models list"
        ) from None


async def _until_checked(store: Store, call_id: str, tell: Teller) -> None:
    done: set[str] = set()
    waiting = False
    while "check_report" not in done:
        call = await store.run(calls.get, call_id)
        words = [call_id, call.report_number or call_id] if call else [call_id]
        for row in await store.run(outbox.progress, words):
            if row.set_aside:
                raise TimeoutError(f"{row.kind} was set aside: {row.error}")
            if row.error == "waiting_for_model" and not waiting:
                waiting = True
                tell("worker", "waits for what hears this language")
            if row.done is not None and row.kind not in done:
                done.add(row.kind)
                tell("worker", STEPS.get(row.kind, row.kind))
        await asyncio.sleep(0.1)


def _recorded(recording: dict[str, Any]) -> str:
    if recording["sha256"] is None:
        return "none"
    sides, seconds = recording["tracks"], recording["seconds"]
    return f"{sides} sides, {seconds:.1f} s, sha256 {recording['sha256'][:16]}..."


def show(call: dict[str, Any], settings: Settings, write: Callable[[str], object]) -> None:
    """The claim and the findings as a table."""
    claim = call["claim_number"] or "no claim yet, something is still missing"
    write(f"\nReport {call['report_number']}, claim: {claim}\n")
    recording = call["recording"]
    write(f"Recording: {_recorded(recording)}\n\n")
    rows = [("field", "typed", "heard", "at", "state")]
    for finding in call["findings"]:
        at = f"{finding['at_s']:.0f} s" if finding["at_s"] is not None else ""
        heard = str(finding["heard"] or "")[:34]
        rows.append((finding["field"], str(finding["typed"])[:34], heard, at, finding["state"]))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + "\n")
    if (number := call["report_number"]) is not None:
        for file in sorted(settings.messages.glob("*.json")):
            body = json.loads(file.read_text("utf-8"))["body"]
            if number.removeprefix("BA-") in body:
                write(f"\nMessage: {body}\n")
