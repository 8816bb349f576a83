"""Forms for the moves of a claim, made from the table of moves: what each asks for, and why one has
to wait."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ari_app.desk.locales import Locale
from claims_store.calls import Call
from claims_store.clocks import Running
from claims_store.people import Staff
from claims_store.rules import stages
from claims_store.rules.stages import FLAGS, Actor, ClaimState, Offer
from claims_store.rules.telling import PAPERS

_TABLE = Path(__file__).with_name("moves.toml")
PLACES = ("city", "suburb", "far")
LISTS = frozenset({"papers"})
"""Ways of giving several values at once."""


@dataclass(frozen=True, slots=True)
class Known:
    """What choices are made of: who there is, the claim's calls and its open promises."""

    staff: Sequence[Staff]
    calls: Sequence[Call]
    promises: Sequence[Running]


@dataclass(frozen=True, slots=True)
class InputView:
    """One value of a move. `choices` are (value, title), empty where it is typed."""

    name: str
    title: str
    widget: str
    required: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move as a form: `told` is what the customer hears of it, `refused` what is lacking."""

    event: str
    title: str
    told: str
    inputs: tuple[InputView, ...]
    refused: str


@dataclass(frozen=True, slots=True)
class Acts:
    """What this person may do now: the act that takes the claim on, and all others."""

    primary: MoveView | None
    ready: tuple[MoveView, ...]
    later: tuple[MoveView, ...]


@cache
def table() -> Mapping[str, Mapping[str, object]]:
    """The tables of `moves.toml`."""
    return tomllib.loads(_TABLE.read_text("utf-8"))


def widget(name: str) -> str:
    """How a value is given."""
    return str(table()["inputs"][name])


def inputs_of(event: str) -> tuple[str, ...]:
    """What comes or may come with a move."""
    also = table()["also"].get(event, [])
    assert isinstance(also, list)
    return tuple(dict.fromkeys((*stages.MOVES[event].asks, *also)))


def acts(state: ClaimState, by: Actor, known: Known, locale: Locale) -> Acts:
    """Everything that may be done, the next act apart when it can be made."""
    made = [_move(each, state, known, locale) for each in stages.offers(state, by)]
    ready = [each for each in made if not each.refused]
    first = stages.forward(state)
    primary = next((each for each in ready if each.event == first), None)
    rest = tuple(each for each in ready if each is not primary)
    return Acts(primary, rest, tuple(each for each in made if each.refused))


def choices(name: str, known: Known, locale: Locale) -> tuple[tuple[str, str], ...]:
    """What may be given for a value that is chosen, with its words."""
    kind = widget(name)
    if kind in ("handler", "surveyor"):
        return tuple(
            (each.name, locale.of(each.title)) for each in known.staff if each.kind == kind
        )
    if kind == "call":
        return tuple((each.call_id, locale.moment(each.started)) for each in known.calls)
    if kind == "promise":
        return tuple((each.rule, promise_title(each.rule, locale)) for each in known.promises)
    if kind == "papers":
        return tuple((code, locale.of(words)) for code, words in PAPERS.items())
    if kind == "flag":
        return tuple((code, locale.of(words)) for code, words in FLAGS.items())
    if kind == "place":
        return tuple((each, locale.say(f"place.{each}")) for each in PLACES)
    if kind == "yes_no":
        return tuple((each, locale.say(f"answer.{each}")) for each in ("yes", "no"))
    return ()


def promise_title(rule: str, locale: Locale) -> str:
    """What was promised, in words."""
    return locale.maybe(f"task.{rule}", rule)


def _move(offer: Offer, state: ClaimState, known: Known, locale: Locale) -> MoveView:
    move = offer.move
    made = []
    for name in inputs_of(offer.event):
        needed = name in move.asks or _asked_again(offer.event, name, state)
        found = choices(name, known, locale)
        if widget(name) == "promise" and len(found) < 2:
            continue  # there is nothing to choose
        title = locale.say(f"input.{name}")
        made.append(InputView(name, title, widget(name), needed, found))
    told = locale.of(move.notice).replace("{n}", "…") if move.notice else ""
    refused = locale.of(offer.refused.sentence) if offer.refused else ""
    return MoveView(offer.event, _title(move.title, locale), told, tuple(made), refused)


def _asked_again(event: str, name: str, state: ClaimState) -> bool:
    """Papers were asked for already: a second request has to say what is new."""
    return (event, name) == ("documents_requested", "reason") and state.request is not None


def _title(title: Mapping[str, str], locale: Locale) -> str:
    words = locale.of(title)
    return words[:1].upper() + words[1:]
