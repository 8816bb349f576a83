"""A survey as its page shows it: facts in words, steps with times, photos, lines, the next act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ari_app.desk.form import typed
from ari_app.desk.locales import Locale
from claims_store import surveys
from claims_store.rules.fields import fields_of
from claims_store.surveys import PHOTOS, Screen

STEPS = (
    ("accepted", ("survey_accepted",)),
    ("left", ("surveyor_left",)),
    ("arrived", ("surveyor_arrived",)),
    ("assessed", ("loss_assessed_at_once", "loss_assessed")),
)
_HEAD = ("plate", "loss_kind", "loss_region", "loss_place", "narrative", "reporter_name")
_OFF = ("callback_phone", "policy_number", "reporter_relation", "payout_method", "payee_name",
        "payee_bank", "payee_account", "insured_id", "other_phone", "driver_phone")  # fmt: skip
"""What the page does not show: numbers of people are reached through us, or are not his concern."""
_NEXT = {"dispatched": "left", "accepted": "left", "on_way": "arrived", "surveyed": "assessed"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was said about the loss."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps; `look`: done, now or later."""

    act: str
    word: str
    time: str
    look: str


def head(screen: Screen, locale: Locale) -> str:
    """Who and what: name, plate, kind of loss."""
    words = (screen.customer, said(screen, "plate", locale), said(screen, "loss_kind", locale))
    return " · ".join(each for each in words if each)


def place(screen: Screen, locale: Locale) -> str:
    """Region and place."""
    words = (said(screen, "loss_region", locale), said(screen, "loss_place", locale))
    return " ".join(each for each in words if each)


def map_link(screen: Screen) -> str:
    """What a phone opens with its own map: works for every map there is, and asks nobody else."""
    where = f"{said_zh(screen, 'loss_region')} {said_zh(screen, 'loss_place')}".strip()
    return f"geo:0,0?q={quote(where)}"


def facts(screen: Screen, locale: Locale) -> list[Fact]:
    """The rest of what was said."""
    rows = [row for row in fields_of(screen.line) if row.name not in (*_HEAD, *_OFF)]
    return [
        Fact(row.title[locale.language], text)
        for row in rows
        if (text := said(screen, row.name, locale))
    ]


def said(screen: Screen, name: str, locale: Locale) -> str:
    answer = screen.said.get(name)
    row = next((each for each in fields_of(screen.line) if each.name == name), None)
    return typed(row, answer, locale.language) if row and answer else ""


def said_zh(screen: Screen, name: str) -> str:
    """A place by the names that maps of the country know."""
    answer = screen.said.get(name)
    row = next((each for each in fields_of(screen.line) if each.name == name), None)
    return typed(row, answer, "zh") if row and answer else ""


def steps(screen: Screen, locale: Locale) -> list[Step]:
    """The four steps with their times; the first that has none is now."""
    made: list[Step] = []
    for act, events in STEPS:
        at = next((screen.times[each] for each in events if each in screen.times), None)
        done = at is not None
        look = "done" if done else "later"
        if not done and all(each.look == "done" for each in made):
            look = "now"
        made.append(Step(act, locale.say(f"s.step.{act}"), locale.clock(at) if at else "", look))
    return made


def next_act(screen: Screen) -> str:
    """The one act of the fixed button: accepted, left, arrived, photo:NAME, line, done, assessed,
    or nothing."""
    if screen.whose != "mine":
        return "accepted" if screen.whose == "asked" else ""
    stage = screen.state.survey
    if stage in _NEXT:
        act = _NEXT[stage]
        return "line" if act == "assessed" and not screen.lines else act
    if stage != "arrived" and screen.survey.kind != PHOTOS:
        return ""
    there = {each.shot for each in screen.photos}
    missing = [each.name for each in screen.shots if each.name not in there]
    if missing and screen.survey.kind != PHOTOS:
        return f"photo:{missing[0]}"
    return "done" if screen.lines else "line"


def can_give_up(screen: Screen) -> bool:
    """Whether others can still be asked instead of him."""
    return screen.survey.kind == PHOTOS or screen.state.survey in ("accepted", "on_way", "arrived")


def job(screen: Screen, locale: Locale) -> dict[str, Any]:
    """What the page's script works on: the state as we have it. The script puts what the phone
    keeps on top."""
    return {
        "whose": screen.whose,
        "kind": screen.survey.kind,
        "stage": screen.state.survey,
        "times": {each.act: each.time for each in steps(screen, locale) if each.time},
        "shots": [{"name": e.name, "title": locale.of(dict(e.title))} for e in screen.shots],
        "photos": [{"id": each.id, "shot": each.shot} for each in screen.photos],
        "lines": [
            {"id": each.id, "part": each.part, "work": each.work, "amount": each.amount}
            for each in screen.lines
        ],
        "total": locale.money(str(surveys.total(screen.lines))),
    }
