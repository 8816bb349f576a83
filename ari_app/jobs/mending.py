"""What a crash may have left undone about recordings is put down again at the worker's start."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from ari_app.jobs.parts import part_of
from claims_store import calls, outbox, recordings
from claims_store.store import Store

logger = logging.getLogger(__name__)


def mend(store: Store, node: str, incoming: Path, now: datetime) -> None:
    """Rows without a sealed recording are sealed; files of ended calls likewise; files that no
    call owns are told, and kept."""
    found = {part.call_id for path in incoming.glob("*.wav") if (part := part_of(path))}
    for call_id in store.run_now(_put, node, sorted(found), now):
        logger.error("recorders' files belong to no call", extra={"call_id": call_id})


def _put(s: Session, node: str, found: list[str], now: datetime) -> list[str]:
    """Put sealing down where it is missing; the calls of files that are not in the ledger."""
    for call_id in recordings.unsealed(s, node):
        outbox.put(s, "seal", f"seal:{call_id}", {"call_id": call_id}, now)
    orphans: list[str] = []
    for call_id in found:
        call = calls.get(s, call_id)
        if call is None:
            orphans.append(call_id)
        elif call.ended is not None:
            key = f"seal:{call_id}:left:{now:%Y%m%d%H%M%S}"
            outbox.put(s, "seal", key, {"call_id": call_id}, now)
    return orphans
