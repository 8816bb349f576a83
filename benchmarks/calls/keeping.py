"""Rounds kept in a file, a line of JSON each, so that a run that was ended goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.calls.crowd import Held, Waiting
from benchmarks.calls.measuring import Idle, Round

KINDS: dict[str, Any] = {"round": Round, "idle": Idle, "waiting": Waiting, "held": Held}


@dataclass(slots=True)
class Kept:
    """What has been measured so far; without a file it is only remembered."""

    file: Path | None = None
    rounds: list[Round] = field(default_factory=list)
    idle: list[Idle] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    @staticmethod
    def of(file: Path | None) -> Kept:
        """With what an earlier run left in the file."""
        kept = Kept(file)
        if file is not None and file.exists():
            for line in file.read_text("utf-8").splitlines():
                found = json.loads(line)
                kind = found.pop("kind")
                kept._list(kind).append(KINDS[kind](**found))
        return kept

    def _list(self, kind: str) -> list[Any]:
        lists: dict[str, list[Any]] = {
            "round": self.rounds, "idle": self.idle, "waiting": self.waiting, "held": self.held,
        }  # fmt: skip
        return lists[kind]

    def add(self, kind: str, value: Any) -> None:
        self._list(kind).append(value)
        if self.file is not None:
            line = json.dumps({"kind": kind, **asdict(value)})
            with self.file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")

    def has(self, flow: str, rate: float, number: int) -> bool:
        key = (flow, rate, number)
        return any((each.flow, each.rate, each.number) == key for each in self.rounds)

    def values(self) -> dict[str, Any]:
        """Everything, for `--json`."""
        return {kind: [asdict(each) for each in self._list(kind)] for kind in KINDS}
