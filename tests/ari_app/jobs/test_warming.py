"""The model is loaded while the caller still talks, once per child."""

from __future__ import annotations

import pytest

from ari_app.jobs.warming import Warming
from ari_app.speech.recogniser import ModelMissing

pytestmark = pytest.mark.unit


class Child:
    """A transcriber that counts what it is asked to load."""

    def __init__(self, missing: bool = False) -> None:
        self.pid: int | None = None
        self.loaded: list[str] = []
        self._missing = missing

    def warm(self, language: str) -> None:
        if self._missing:
            raise ModelMissing(language)
        self.pid = self.pid or 7
        self.loaded.append(language)


def look(warming: Warming, *languages: str) -> None:
    warming.look(languages)
    warming.end()


def test_given_a_caller_on_the_line_when_looked_twice_then_his_model_is_loaded_once() -> None:
    child = Child()
    warming = Warming(child)  # type: ignore[arg-type]
    look(warming, "en")
    look(warming, "en")
    assert child.loaded == ["en"]


def test_given_a_new_child_then_the_model_is_loaded_again() -> None:
    child = Child()
    warming = Warming(child)  # type: ignore[arg-type]
    look(warming, "en")
    child.pid = 8
    look(warming, "en")
    assert child.loaded == ["en", "en"]


def test_given_no_model_then_nothing_is_said_here() -> None:
    child = Child(missing=True)
    warming = Warming(child)  # type: ignore[arg-type]
    look(warming, "zh")
    assert child.loaded == []


def test_given_nobody_on_the_line_then_no_model_is_held() -> None:
    child = Child()
    look(Warming(child))  # type: ignore[arg-type]
    assert child.loaded == []
