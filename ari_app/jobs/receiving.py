"""Takes in what people write to us: over a message centre, or as files in a folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ari_app.clock import Clock
from ari_app.notify.smpp_delivered import Said, text_of
from claims_store import incoming
from claims_store.incoming import Incoming
from claims_store.store import Session, Store

logger = logging.getLogger(__name__)

LARGEST = 64 * 1024
FOLDER = "in"
"""Below the folder of a file channel: a JSON file {from, text, id} for each message."""


class Receiving:
    """Where one message centre's messages go."""

    def __init__(self, store: Store, channel: str, clock: Clock) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock

    async def wrote(self, said: Said) -> None:
        """Store a message, or keep its part until the others are there."""
        await self._store.run(take, self._channel, said, self._clock.now())


def take(s: Session, channel: str, said: Said, now: datetime) -> None:
    """A message centre gives no ids: the same words again at once are the same message."""
    octets: bytes | None = said.octets
    if said.count > 1:
        octets = incoming.join(
            s, channel, said.sender, said.mark, said.count, said.place, said.octets, now
        )
    if octets is None:
        return
    mark = sha256(b"\0".join((said.sender.encode("utf-8", "replace"), octets))).hexdigest()[:24]
    id_ = incoming.named(s, channel, mark, now)
    text = text_of(octets, said.coding)
    incoming.receive(s, Incoming(channel, said.sender, text, now, id_), now)


class TextFolders:
    """Messages as files: each is gone once it is stored, what is none is put aside."""

    def __init__(self, store: Store, folders: Mapping[str, Path]) -> None:
        self._store = store
        self._folders = folders

    def import_all(self, now: datetime) -> None:
        """Take everything in, the oldest file first."""
        for channel, folder in self._folders.items():
            for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
                self._import(channel, path, now)

    def _import(self, channel: str, path: Path, now: datetime) -> None:
        found = _read(path)
        if found is None:
            logger.warning("a file is no message", extra={"file": path.name})
            path.rename(path.with_suffix(".bad"))
            return
        given = Incoming(channel, found["from"], found["text"], now, found.get("id") or path.stem)
        self._store.run_now(incoming.receive, given, now)
        path.unlink()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            return None
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    texts = isinstance(found, dict) and all(
        isinstance(found.get(name, ""), str) for name in ("from", "text", "id")
    )
    return found if texts and "from" in found and "text" in found else None
