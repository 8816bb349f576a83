"""Put before the product on its path by a benchmark: changes it from outside, by what
CLAIMLINE_BENCH names (words with commas between them).

no-models: the worker hears nothing, it only seals. no-timer: the app arms no dead-man's timer.
profile=FILE: the app's event loop is profiled, the profile is written at its end. Both files get
the process's number: a second app stands by.
queries=FILE: how often each query of the app ran, and its CPU ms, are written at its end.
"""

from __future__ import annotations

import atexit
import cProfile
import importlib.abc
import importlib.machinery
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

WORDS = [word for word in os.environ.get("CLAIMLINE_BENCH", "").split(",") if word]


def _hide_models(module: Any) -> None:
    module.Models.hearing = lambda self, language: None


def _stop_arming(module: Any) -> None:
    async def arm(*_: object) -> set[str]:
        return set()

    module.arm = arm


def _count_queries(module: Any) -> None:
    """Of what runs alone, and of each write among others; a transaction's end is in neither."""
    found: dict[str, list[float]] = {}
    whole = module._plain if hasattr(module, "_plain") else module.Store.run_now

    def name_of(query: Any) -> str:
        cells = [cell.cell_contents for cell in query.__closure__ or ()]
        names = [cell for cell in cells if callable(cell)]
        steps = [f" {each.kind}" for cell in cells if isinstance(cell, tuple)
                 for each in cell if hasattr(each, "kind")]  # fmt: skip
        return (names[0] if names else query).__qualname__ + "".join(steps)

    def counted(first: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return whole(first, query, *args, **kwargs)
        finally:
            row = found.setdefault(name_of(query), [0, 0.0])
            row[0], row[1] = row[0] + 1, row[1] + (time.thread_time() - began) * 1000

    if hasattr(module, "_plain"):
        module._plain = counted
    else:
        module.Store.run_now = counted
    file = _value("queries")
    atexit.register(
        lambda: Path(f"{file}.{module.__name__}.{os.getpid()}").write_text(json.dumps(found))
    )


def _value(word: str) -> str:
    return next((each.partition("=")[2] for each in WORDS if each.startswith(f"{word}=")), "")


PATCHES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "ari_app.speech.models": ("no-models", _hide_models),
    "ari_app.calls.arrivals": ("no-timer", _stop_arming),
    "claims_store.store": ("queries", _count_queries),
    "claims_store.together": ("queries", _count_queries),
}


class _Loader(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader, patch: Callable[[Any], None]) -> None:
        self._real = real
        self._patch = patch

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        self._patch(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        word, patch = PATCHES.get(name, ("", None))
        if word == "queries" and "serve" not in sys.orig_argv:
            return None
        if patch is None or word not in {each.partition("=")[0] for each in WORDS}:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is not None and found.loader is not None:
            found.loader = _Loader(found.loader, patch)
        return found


def _profile() -> None:
    file = f"{_value('profile')}.{os.getpid()}"
    if not _value("profile") or "serve" not in sys.orig_argv:
        return
    profile = cProfile.Profile()
    atexit.register(lambda: (profile.disable(), profile.dump_stats(file)))
    profile.enable()


if WORDS:
    sys.meta_path.insert(0, _Finder())
    _profile()
