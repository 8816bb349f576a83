"""`STATE/endpoints.json`: written by `up`, and by commands that add a phone while it runs."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ari_app.settings import write_private


def write(file: Path, found: dict[str, Any]) -> None:
    """Say where everything is. Phones that were added since the start stay."""
    with _alone(file):
        known = {phone["number"] for phone in found["phones"]}
        added = [phone for phone in _phones(file) if phone["number"] not in known]
        phones = [*found["phones"], *added]
        _put(file, found | {"phones": phones})


def add_phone(file: Path, phone: dict[str, Any]) -> None:
    """Name one more phone, if a system runs."""
    with _alone(file):
        if file.exists():
            found = json.loads(file.read_text("utf-8"))
            _put(file, found | {"phones": [*found["phones"], phone]})


def _phones(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    phones: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["phones"]
    return phones


def _put(file: Path, found: dict[str, Any]) -> None:
    write_private(file, json.dumps(found, indent=1, ensure_ascii=False))


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One writer at a time, of whatever process."""
    with file.with_name("endpoints.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
