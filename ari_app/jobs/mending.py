"""What a crash may have left undone about recordings is found and put down again: at the worker's
start, and every hour.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from ari_app.healing import Fault, Heal
from ari_app.jobs.parts import part_of
from ari_app.jobs.sealing import Folders
from claims_store.consequences import seal
from claims_store.consequences.seal import Mended
from claims_store.store import Store


def mend(store: Store, node: str, folders: Folders, now: datetime) -> list[Heal]:
    """Compare recorders' files, sealed files and the ledger; what was found and set right. Files
    that no call owns are told, and kept."""
    gone = _make(folders.incoming)
    found = {part.call_id for path in folders.incoming.glob("*.wav") if (part := part_of(path))}
    kept = set(os.listdir(folders.kept)) if folders.kept.is_dir() else set()
    mended = store.run_now(seal.mend, node, sorted(found), kept, now)
    return [*gone, *_heals(mended)]


def _make(incoming: Path) -> list[Heal]:
    """Where recorders write must be there before the next of them begins."""
    if incoming.is_dir():
        return []
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [Heal("directory_gone", incoming.name)]


def _heals(mended: Mended) -> list[Heal]:
    kinds: list[tuple[Fault, list[str]]] = [
        ("recording_not_sealed", mended.unsealed), ("files_left", mended.left),
        ("files_of_no_call", mended.orphans), ("sealed_file_missing", mended.lost),
    ]  # fmt: skip
    return [Heal(fault, call_id) for fault, ids in kinds for call_id in ids]
