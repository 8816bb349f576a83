"""The survey on the claim's page: who was asked, who has it, its photos and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from ari_app.desk import looks
from ari_app.desk.keys import STORE
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import see_claim
from ari_app.desk.problems import Problem
from ari_app.desk.surveyor.photos import shown
from claims_store import surveys
from claims_store.rules.shots import SHOTS
from claims_store.store import Session
from claims_store.surveys import PHOTOS, Line, Offer, Photo, Survey


@dataclass(frozen=True, slots=True)
class Found:
    """A claim's newest survey with what belongs to it."""

    survey: Survey
    offers: list[Offer]
    photos: list[Photo]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Asked:
    """One surveyor who was asked."""

    name: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Block:
    """The survey in words; `photos` are ids with their names."""

    id: str
    head: str
    notes: tuple[str, ...]
    asked: tuple[Asked, ...]
    photos: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]


def of_claim(s: Session, claim: str) -> Found | None:
    """What the block is built from, in the page's transaction."""
    found = surveys.of_claim(s, claim)
    if found is None:
        return None
    return Found(
        found, surveys.offers(s, found.id), surveys.photos(s, found.id), surveys.lines(s, found.id)
    )


def build(found: Found | None, names: Mapping[str, str], locale: Locale) -> Block | None:
    """The block; nothing for a claim without a survey."""
    if found is None:
        return None
    return Block(
        id=found.survey.id,
        head=_head(found, names, locale),
        notes=tuple(_notes(found, locale)),
        asked=tuple(
            Asked(
                names.get(each.surveyor, each.surveyor),
                locale.say(f"survey.offer.{each.state}"), locale.moment(each.at),
            )
            for each in found.offers
        ),
        photos=tuple((e.id, _shot(e.shot, locale)) for e in found.photos),
        lines=tuple((each.part, locale.money(each.amount)) for each in found.lines),
    )  # fmt: skip


def _head(found: Found, names: Mapping[str, str], locale: Locale) -> str:
    survey = found.survey
    if survey.surveyor:
        return locale.say("survey.has", name=names.get(survey.surveyor, survey.surveyor))
    if survey.state == "over":
        return locale.say("s.called_off")
    if survey.kind == PHOTOS:
        return locale.say("survey.own")
    return locale.say("survey.looking", count=len(found.offers))


def _notes(found: Found, locale: Locale) -> list[str]:
    notes = []
    if found.survey.slot is not None:
        notes.append(locale.say("survey.slot", when=locale.moment(found.survey.slot)))
    if found.photos:
        notes.append(locale.say("survey.photos", count=len(found.photos)))
    if found.lines:
        total = locale.money(str(surveys.total(found.lines)))
        notes.append(locale.say("survey.sum", sum=total))
    return notes


def _shot(name: str, locale: Locale) -> str:
    return locale.of(dict(SHOTS[name].title)) if name in SHOTS else name


async def photo(request: web.Request) -> web.StreamResponse:
    """A photo of a claim's surveys, for whoever may see the claim; every look is logged."""
    claim = await see_claim(request)
    id = request.match_info["id"]
    for each in await request.app[STORE].run(surveys.all_of_claim, claim.number):
        if await request.app[STORE].run(surveys.photo, each.id, id) is not None:
            await looks.log(request, "photo", claim.number, "seen")
            return await shown(request, each.id, id)
    raise Problem("no_page", 404)
