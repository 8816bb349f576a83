"""Put before the product on its path by a benchmark: changes it from outside, by what
CLAIMLINE_BENCH names (words with commas between them).

no-models: the worker hears nothing, it only seals. no-timer: the app arms no dead-man's timer.
profile=FILE: the app's event loop is profiled, the profile is written at its end.
"""

from __future__ import annotations

import atexit
import cProfile
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

WORDS = [word for word in os.environ.get("CLAIMLINE_BENCH", "").split(",") if word]


def _hide_models(module: Any) -> None:
    module.Models.hearing = lambda self, language: None


def _stop_arming(module: Any) -> None:
    async def arm(*_: object) -> set[str]:
        return set()

    module.arm = arm


PATCHES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "ari_app.speech.models": ("no-models", _hide_models),
    "ari_app.calls.arrivals": ("no-timer", _stop_arming),
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
        if patch is None or word not in WORDS:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is not None and found.loader is not None:
            found.loader = _Loader(found.loader, patch)
        return found


def _profile() -> None:
    file = next((word.partition("=")[2] for word in WORDS if word.startswith("profile=")), "")
    if not file or "serve" not in sys.orig_argv:
        return
    profile = cProfile.Profile()
    atexit.register(lambda: (profile.disable(), profile.dump_stats(file)))
    profile.enable()


if WORDS:
    sys.meta_path.insert(0, _Finder())
    _profile()
