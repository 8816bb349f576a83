"""What the line says and what hears the recordings: prompts and speech models, by language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import Verdict, fail, ok, warn
from ari_app.installed import assets
from ari_app.speech import own_prompts, prompt_check, prompts
from ari_app.speech.models import Models
from ari_app.speech.prompts import LANGUAGES


@dataclass(frozen=True, slots=True)
class Said:
    """Prompts of one language as Asterisk finds them: how many there are, those it cannot play,
    and those that say something else than their text."""

    language: str
    count: int
    silent: tuple[str, ...]
    other: tuple[str, ...] = ()


def read_prompts(language: str, place: Place) -> Said:
    table = prompts.load(assets() / "sounds" / prompts.TABLE)
    played = place.settings.live_prompts
    found = [each for each in prompt_check.check(table, played) if each.language == language]
    silent = tuple(each.name for each in found if each.code in ("no_audio", "too_quiet"))
    other = tuple(each.name for each in found if each.name not in silent)
    return Said(language, len(table.names), silent, other)


def decide_prompts(said: Said) -> Sequence[Verdict]:
    where = {"language": said.language}
    if said.silent:
        return [fail("prompts.silent", names=said.silent, **where)]
    if said.other:
        return [warn("prompts.other", names=said.other, **where)]
    return [ok("prompts.there", count=said.count, **where)]


def mend_prompts(place: Place) -> Sequence[Verdict]:
    """Laid out again from what is shipped and the operator's own."""
    shipped, settings = assets() / "sounds", place.settings
    table = prompts.load(shipped / prompts.TABLE)
    own_prompts.lay_out(table, shipped, settings.prompts, settings.live_prompts)
    return [ok("prompts.laid_out")]


@dataclass(frozen=True, slots=True)
class Hears:
    """The model that hears a language, and what is wrong with it; without a name there is none."""

    language: str
    model: str = ""
    problems: tuple[str, ...] = ()


def read_model(language: str, place: Place) -> Hears:
    models = Models(place.models)
    found = models.hearing(language)
    if found is None:
        return Hears(language)
    return Hears(language, found.model.name, tuple(models.verify(found.model.name)))


def decide_model(hears: Hears) -> Sequence[Verdict]:
    if not hears.model:
        return [warn("speech.none", language=hears.language)]
    if hears.problems:
        return [fail("speech.broken", model=hears.model, reason=hears.problems[0])]
    return [ok("speech.model", language=hears.language, model=hears.model)]


CHECKS: tuple[Check[Any], ...] = (
    *(
        Check(
            f"prompts.{each}", "speaking", partial(read_prompts, each), decide_prompts, mend_prompts
        )
        for each in LANGUAGES
    ),
    *(
        Check(f"speech.{each}", "speaking", partial(read_model, each), decide_model)
        for each in LANGUAGES
    ),
)
