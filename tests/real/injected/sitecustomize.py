"""Put before the product on its path by the tests' house: breaks it on purpose, from outside.

A caller from `BROKEN` meets a bug in his menu. The worker has no speech model: its jobs wait, and
the processor is left to the calls.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import points

BROKEN = os.environ.get("CLAIMLINE_TEST_BROKEN_CALLER", "")


def _break_menus(module: Any) -> None:
    whole = module.play

    async def play(call: Any, name: str) -> str:
        if call.line.caller == BROKEN:
            raise ZeroDivisionError("injected by a test")
        return str(await whole(call, name))

    module.play = play


def _hide_models(module: Any) -> None:
    module.Models.hearing = lambda self, language: None


PATCHES = {"ari_app.calls.menus": _break_menus, "ari_app.speech.models": _hide_models}
if points.DIES or points.TRACE:
    PATCHES |= {
        "ari_app.pbx.ami": points.watch_ami,
        "ari_app.pbx.client": points.watch_client,
        "ari_app.pbx.inbox": points.watch_inbox,
        "ari_app.calls.ledger": points.watch_ledger,
    }


class _Loader(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader, name: str) -> None:
        self._real = real
        self._name = name

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        PATCHES[self._name](module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in PATCHES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, name)
        return spec


if BROKEN:
    sys.meta_path.insert(0, _Finder())
