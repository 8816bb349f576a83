"""The app as a program of its own, loaded before it is needed."""

from __future__ import annotations

import io
import sys

import pytest

from ari_app import logs, serving
from ari_app.desk import compiled

pytestmark = pytest.mark.unit


def test_one_that_waits_has_compiled_its_pages_before_it_is_told_to_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled.templates.cache_clear()
    loaded: list[int] = []

    class Waiting(io.StringIO):
        def readline(self, *_: object) -> str:
            loaded.append(compiled.templates.cache_info().currsize)
            return ""

    monkeypatch.setattr(logs, "set_up", lambda: None)
    monkeypatch.setattr(sys, "stdin", Waiting())
    serving.main()
    assert loaded == [1]
