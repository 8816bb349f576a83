"""Which photos a survey takes, by line of business and kind of loss: what to do next, never a form
that refuses. After `claims.md` 5 of the research."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from claims_store.rules.fields import Words


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo of the checklist, and how to take it. A survey by the customer's own photos has
    those that are `own`."""

    name: str
    title: Words
    how: Words
    own: bool = True


def _shot(name: str, zh: str, en: str, how_zh: str, how_en: str, *, own: bool = True) -> Shot:
    return Shot(name, {"zh": zh, "en": en}, {"zh": how_zh, "en": how_en}, own)


_ALL = (
    _shot("scene", "现场全景", "the scene", "带上道路和被撞的东西，在安全处拍",
          "with the road and what was hit, from a safe place"),
    _shot("front", "车头 45°", "front corner", "斜前方 45 度，车牌入画",
          "from the front at 45 degrees, with the plate"),
    _shot("rear", "车尾 45°", "rear corner", "斜后方 45 度，车牌入画",
          "from the rear at 45 degrees, with the plate"),
    _shot("damage", "损伤近景", "the damage, close", "近拍，整处损伤都在画面里",
          "close, all of the damage in the picture"),
    _shot("vin", "车架号", "the chassis number", "17 位都要看清", "all 17 characters to be read"),
    _shot("licence", "行驶证", "the vehicle licence", "平放，正副页", "lying flat, both pages"),
    _shot("other_plate", "对方车牌", "the other plate", "车和车牌", "the other car, its plate",
          own=False),
    _shot("other_licence", "对方行驶证", "the other's licence", "平放，正副页",
          "lying flat, both pages", own=False),
    _shot("water_line", "水位线", "the water line", "车内外水到哪里", "how high, in and out"),
    _shot("room", "房间全景", "the room", "站在门口拍", "from the door"),
    _shot("source", "出险源头", "where it came from", "漏水处、起火处或被撬处",
          "the leak, the seat of the fire, or what was forced"),
    _shot("items", "受损物品", "what was damaged", "一件一张，带品牌型号",
          "one picture a thing, with its brand"),
    _shot("meter", "水电表", "meters", "水表或电表读数", "of water or power", own=False),
)  # fmt: skip
SHOTS: Mapping[str, Shot] = {each.name: each for each in _ALL}

_CAR = ("scene", "front", "rear", "damage", "vin", "licence")
_HOME = ("room", "source", "items")
CHECKLISTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("motor", ""): _CAR,
    ("motor", "flood"): ("scene", "front", "rear", "water_line", "vin", "licence"),
    ("motor", "theft"): ("scene", "licence"),
    ("home", ""): _HOME,
    ("home", "pipe"): (*_HOME, "meter"),
    ("home", "fire"): (*_HOME, "meter"),
}
"""By line and kind of loss; "" is every other kind."""
_OTHERS = ("other_plate", "other_licence")


def checklist(line: str, said: Mapping[str, str], *, own: bool = False) -> tuple[Shot, ...]:
    """The photos of a survey in the order of taking them; with `own` those a customer can take."""
    names = CHECKLISTS.get((line, said.get("loss_kind", "")), CHECKLISTS.get((line, ""), ()))
    if line == "motor" and said.get("third_party") == "yes":
        names = (*names, *_OTHERS)
    return tuple(SHOTS[name] for name in names if SHOTS[name].own or not own)
