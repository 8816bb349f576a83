"""What the story is played in: one installation, its far ends, and people with telephones."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from ari_app.clock import SteadyClock
from ari_app.demo.cast import Cast
from ari_app.demo.told.ahead import Ahead
from ari_app.demo.told.posts import Posts
from ari_app.demo.told.timeline import Timeline
from ari_app.outside.phone import Telephone
from ari_app.outside.world import OutsideWorld
from ari_app.settings import Settings
from claims_store import claims, people
from claims_store.people import Staff
from claims_store.store import Session, Store
from routing.numbers import to_carrier

FOLLOW_LIMIT = 45.0
NEAR = timedelta(seconds=3)
Read = Callable[[str], Awaitable[str]]
"""Opens a page by its address and tells what stands on it."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything of one telling."""

    settings: Settings
    store: Store
    world: OutsideWorld
    posts: Posts
    ahead: Ahead
    cast: Cast
    passwords: dict[str, str]
    surveyors: tuple[Staff, Staff]
    handler: Staff
    tell: Timeline
    read: Read

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone)

    def now(self) -> datetime:
        """The clock of the installation, where it stands."""
        return SteadyClock(self.settings.state, self.ahead.machine()).now().astimezone(self.zone)

    def telephone(self, number: str) -> Telephone:
        """Somebody's mobile."""
        return self.world.mobile(to_carrier(number, "national", self.settings.country))

    async def later(self, until: datetime, why: str) -> None:
        """Set the machine's clock forward; returns once the installation has followed it, which it
        does when nobody is on the line."""
        step = (until - self.now()).total_seconds()
        if step <= 0:
            return
        self.ahead.set(self.ahead.seconds + step)
        async with asyncio.timeout(FOLLOW_LIMIT):
            while self.now() < until - NEAR:  # noqa: ASYNC110  # a file is waited for
                await asyncio.sleep(0.05)
        self.tell("", f"... {why}")


async def read_by_http(url: str) -> str:
    """The words of a page, without its marks."""
    async with aiohttp.ClientSession() as http, http.get(url) as page:
        page.raise_for_status()
        return plain(await page.text())


def plain(page: str) -> str:
    body = re.sub(r"(?s)<(head|script|style|nav).*?</\1>", " ", page)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def unhurt(s: Session, cast: Cast) -> Cast:
    """Those customers first who have no claim that the story's could be taken for."""
    free = sorted(cast.customers, key=lambda each: len(claims.of_customer(s, each[0].id)))
    return replace(cast, customers=tuple(free))


def staffed(s: Session, cast: Cast) -> tuple[tuple[Staff, Staff], Staff]:
    """Two surveyors and a handler who speak the customer's language and know motor claims there."""
    region = cast.customers[0][1].regions[0]
    first = people.member(s, "surveyor1")
    handler = people.member(s, "handler1")
    assert first is not None and handler is not None, "the demo's insurer has them"
    near = replace(first, languages=(cast.language,), regions=(region,), lines=("motor",))
    other = people.member(s, "surveyor2")
    assert other is not None
    second = replace(other, languages=near.languages, regions=near.regions, lines=near.lines)
    takes = replace(handler, languages=(cast.language,), regions=(region[:2] + "0000",))
    for each in (near, second, takes):
        people.put_staff(s, each)
    return (near, second), takes
