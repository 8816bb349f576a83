"""What is left of a run for whoever wants to know why: logs, and of each call what was heard and
what the ledger has.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

from ari_app.outside.sound import RATE
from claims_store import calls
from claims_store.store import Session
from tests.faults.churn import Story
from tests.faults.invariants import dead_air
from tests.real.house import House


async def keep(house: House, stories: list[Story], folder: Path) -> None:
    """Write everything into `folder`."""
    rows = await house.store.run(_rows)
    told = [_heard(each) | {"ledger": rows.get(each.caller.sip_call_id)} for each in stories]
    await asyncio.to_thread(_write, house.settings.state / "log", told, folder)


def _write(log: Path, told: list[dict[str, Any]], folder: Path) -> None:
    shutil.copytree(log, folder, dirs_exist_ok=True)
    text = json.dumps(told, indent=1, default=str, ensure_ascii=False)
    (folder / "stories.json").write_text(text, "utf-8")


def _rows(s: Session) -> dict[str, Any]:
    found = {}
    for row in calls.listing(s):
        events = [
            f"{each.at:%H:%M:%S.%f} {each.event} {each.data}"
            for each in calls.events(s, row.call_id)
        ]
        found[row.sip_call_id] = {
            "call_id": row.call_id, "stage": row.stage, "outcome": row.outcome, "agent": row.agent,
            "waited_s": row.waited_s, "talk_s": row.talk_s, "ended": row.ended, "events": events,
        }  # fmt: skip
    return found


def _heard(story: Story) -> dict[str, Any]:
    return {
        "wish": story.wish, "number": story.caller.number, "end": story.end,
        "sip_call_id": story.caller.sip_call_id, "fault": story.fault, "talk": str(story.talk),
        "kills_s": [at / RATE for _, at in story.kills], "silence_s": dead_air(story),
        "heard": [f"{each.seconds:.1f} {each.name}" for each in story.caller.heard()],
    }  # fmt: skip
