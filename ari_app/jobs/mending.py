"""What a crash may have left undone about recordings is put down again at the worker's start."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from ari_app.jobs.parts import part_of
from claims_store.consequences import seal
from claims_store.store import Store

logger = logging.getLogger(__name__)


def mend(store: Store, node: str, incoming: Path, now: datetime) -> None:
    """Rows without a sealed recording are sealed; files of ended calls likewise; files that no
    call owns are told, and kept."""
    found = {part.call_id for path in incoming.glob("*.wav") if (part := part_of(path))}
    for call_id in store.run_now(seal.mend, node, sorted(found), now):
        logger.error("recorders' files belong to no call", extra={"call_id": call_id})
