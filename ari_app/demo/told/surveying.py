"""The surveyor: the first does not answer, the second accepts, drives there and assesses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp

from ari_app import tasks
from ari_app.demo.told import asking
from ari_app.demo.told.house import House
from ari_app.outside.phone import NOBODY, Manner
from claims_store import claims, surveys
from claims_store.customers import Customer
from claims_store.rules.dispatching import NEXT, RING

QUIET = 0.8
DRIVE = timedelta(minutes=18)
LINES = (("rear bumper", "replace", "1350"), ("tail light", "replace", "620"),
         ("boot lid", "repair", "480"))  # fmt: skip
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


class Page:
    """A surveyor's page on his phone."""

    def __init__(self, house: House, path: str) -> None:
        self._url = house.settings.public_url + path
        self._http = aiohttp.ClientSession()
        self._acts = 0

    async def __aenter__(self) -> Page:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def act(self, act: str, data: Mapping[str, Any] | None = None) -> None:
        self._acts += 1
        body = {"id": f"story-act-{self._acts:04}", "act": act, "ago_s": 0, "data": data or {}}
        async with self._http.post(f"{self._url}/acts", json=body) as answer:
            done = await answer.json()
        if done["result"] not in ("done", "already"):
            raise ConnectionError(f"{act} was not done: {done}")

    async def photo(self, shot: str) -> None:
        self._acts += 1
        url = f"{self._url}/photos/story-photo-{self._acts:04}?shot={shot}&ago_s=0"
        async with self._http.put(url, data=JPEG) as answer:
            answer.raise_for_status()

    async def call(self) -> None:
        async with self._http.post(f"{self._url}/call") as answer:
            answer.raise_for_status()


async def found(house: House, who: Customer, claim: str) -> str:
    """Until somebody has accepted; the path of the customer's page, who has asked meanwhile."""
    first, second = house.surveyors
    silent = house.telephone(first.phone)
    silent.manner = NOBODY
    offer = await house.posts.until(first.phone, "/s/")
    house.tell("surveyor 1", f"has a message with a link ({offer.link}) and does not see it")
    await house.later(house.now() + RING, "a minute passes")
    await silent.call(25)
    house.tell("surveyor 1", "his telephone rings, and nobody answers")
    path = await asking.by_text(house, who, claim)
    await asking.by_page(house, path)
    await asking.wants_mail(house, who, path)
    await house.later(house.now() + (NEXT - RING), "another minute")
    await house.posts.until(second.phone, "/s/")
    house.tell("surveyor 2", 'answers the message with "1"')
    await house.posts.write(second.phone, "1")
    await _stands(house, claim, "accepted")
    house.tell("house", f"{second.title['en']} has the survey; {first.title['en']} was asked first")
    return path


async def page_of(house: House) -> Page:
    """The page that the second one's message leads to."""
    return Page(house, (await house.posts.until(house.surveyors[1].phone, "/s/")).link)


async def drives(house: House, who: Customer, page: Page) -> None:
    """He calls the customer without either number being seen, and leaves."""
    second = house.surveyors[1]
    await connected(house, second.phone, who.phone, "surveyor 2", page.call())
    await page.act("called")
    await page.act("left")
    house.tell("surveyor 2", "is on the way: one tap on his page")


async def assesses(house: House, claim: str, page: Page) -> None:
    """Photos, lines, done: each step reaches the customer by itself."""
    await house.later(house.now() + DRIVE, "he drives")
    await page.act("arrived")
    house.tell("surveyor 2", "has arrived; takes photos")
    survey = await house.store.run(surveys.of_claim, claim)
    screen = await house.store.run(
        surveys.screen, survey.id if survey else "", house.surveyors[1].name, ()
    )
    for shot in screen.shots[:2]:
        await page.photo(shot.name)
    for nth, (part, work, amount) in enumerate(LINES):
        line = {"line": f"story-line-{nth}", "part": part, "work": work, "amount": amount}
        await page.act("line", line)
        house.tell("surveyor 2", f"writes down: {part}, {work}, {amount}")
    await page.act("done")
    state = await house.store.run(claims.state_of, claim)
    if state.survey != "assessed":
        await page.act("assessed")
    await _stands(house, claim, "assessed")
    house.tell("surveyor 2", f"is done: {sum(float(row[2]) for row in LINES):.2f}")


async def connected(house: House, first: str, second: str, who: str, ask: Any) -> None:
    """Two people are connected by the house: the one who asked for it is rung first."""
    one, other = house.telephone(first), house.telephone(second)
    one.manner = other.manner = Manner(after=0.5)
    ringing = [tasks.start(each.answered_call(), name="telephone") for each in (one, other)]
    await ask
    mine = await ringing[0]
    await mine.listen_until_quiet(QUIET)
    await mine.press("1")  # else it might be a machine
    theirs = await ringing[1]
    await theirs.listen_until_quiet(QUIET)
    house.tell(who, "speaks with the customer; the house has connected them and records it")
    await asyncio.sleep(2)
    await mine.hang_up()
    await theirs.ended()


async def _stands(house: House, claim: str, survey: str, limit: float = 20) -> None:
    async with asyncio.timeout(limit):
        while (await house.store.run(claims.state_of, claim)).survey != survey:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
