"""`claimline demo --story`: prepares what the story is played in, plays it, tells its timeline."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp

from ari_app.demo.cast import cast
from ari_app.demo.desk_agent import DeskRefused
from ari_app.demo.run import DemoFailed, end_on_term, invite, system
from ari_app.demo.told import asking, handling, surveying
from ari_app.demo.told.ahead import Ahead
from ari_app.demo.told.call import reported
from ari_app.demo.told.house import House, Read, read_by_http, staffed, unhurt
from ari_app.demo.told.posts import Posts, Text, follow, posts
from ari_app.demo.told.timeline import Timeline
from ari_app.installed import find_asterisk
from ari_app.outside.target import read_target
from ari_app.outside.world import outside_world
from ari_app.pbx.errors import PbxError
from ari_app.settings import Ports, Settings, choose_ports
from claims_store.store import Store

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = (0, 8, 40)
"""Monday, 08:40."""
SETTINGS = """\
public_url = "http://127.0.0.1:{web}"
ready_when_registered = true
[[trunk]]
name = "trunk"
kind = "peer"
host = "127.0.0.1"
port = {sip}
[trunk.out]
allowed = ["+86"]
calls = 4
minutes = 600
[notify]
a_day = 20
at_most = 40
{channels}"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asked for; `read` opens the customer's pages."""

    once: bool
    json_file: str | None
    language: str
    read: Read = read_by_http


def run(wanted: Wanted) -> None:
    """Tell the story; ends everything it started, also on Ctrl-C."""
    state = Path(tempfile.mkdtemp(prefix="claimline-story-"))
    end_on_term()
    try:
        asyncio.run(told(wanted, state))
    except KeyboardInterrupt:
        _say("The story was ended.")
    except (OSError, TimeoutError, DeskRefused, PbxError, aiohttp.ClientError) as fault:
        raise DemoFailed(
            f"The story stopped: {type(fault).__name__} {fault}\n"
            f"Nothing of it runs any more. What it wrote is kept: {state}/log, {state}/up.log"
        ) from None
    shutil.rmtree(state, ignore_errors=True)


async def told(wanted: Wanted, state: Path) -> Timeline:
    """The whole story, in an installation of its own in `state`."""
    ahead = Ahead(state)
    ahead.set((_monday(datetime.now(ZONE)) - datetime.now(ZONE)).total_seconds())
    tell = Timeline(_say, ahead.now, ZONE)
    async with _house(wanted, state, ahead, tell) as house:
        claim = await _play(house)
        tell("story", f"{tell.seconds:.0f} s for {_hours(tell)} of a claim's life")
        if wanted.json_file:
            _write(Path(wanted.json_file), claim, tell)
        if not wanted.once:
            invite(house.settings)
            await asyncio.Event().wait()
    return tell


async def _play(house: House) -> str:
    """From the first call to the assessed damage; the claim's number."""
    who, _ = house.cast.customers[0]
    claim = await reported(house)
    await handling.filed(house, claim)
    path = await surveying.found(house, who, claim)
    async with await surveying.page_of(house) as page:
        await surveying.drives(house, who, page)
        await asking.by_phone(house, who, claim)
        before = len(house.posts.came)
        await surveying.assesses(house, claim, page)
    to = asking.MAIL if house.posts.box else who.phone
    await house.posts.until(to, claim, after=before)
    await handling.kept(house, who, claim)
    await asking.by_page(house, path)
    return claim


@asynccontextmanager
async def _house(wanted: Wanted, state: Path, ahead: Ahead, tell: Timeline) -> AsyncIterator[House]:
    ports, near = choose_ports(), choose_ports()
    async with posts(state) as made:
        _write_settings(state, ports, near, made)
        _tell_ways(made, tell)
        program = ("ari_app.demo.told.ahead", "ari_app.cli")
        async with system(state, tell, program, "--http-port", str(near.http)) as settings:
            target = read_target(settings.endpoints)
            async with outside_world(target, find_asterisk(), ports=ports) as world:
                async with _opened(settings) as store:
                    all_ = await store.run(cast, wanted.language, 1, settings.endpoints)
                    players = await store.run(unhurt, all_)
                    surveyors, handler = await store.run(staffed, players)
                    house = House(settings, store, world, made, ahead, players,
                                  _passwords(settings), surveyors, handler, tell,
                                  wanted.read)  # fmt: skip
                    following = follow(made, lambda text: _tell_text(house, text))
                    try:
                        yield house
                    finally:
                        following.cancel()
                        await asyncio.wait({following})


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
    try:
        yield store
    finally:
        await store.close()


def _write_settings(state: Path, outside: Ports, ours: Ports, made: Posts) -> None:
    text = SETTINGS.format(web=ours.http, sip=outside.sip, channels=made.channels)
    (state / "settings.toml").write_text(text, "utf-8")


def _tell_ways(made: Posts, tell: Timeline) -> None:
    centre = "a message centre (SMPP)" if made.centre else "files: smpp34 is not installed"
    mail = "a mail server" if made.box else "no mails: aiosmtpd is not installed"
    tell("story", f"starting Asterisk, app and worker; messages go to {centre}, {mail}")


def _tell_text(house: House, text: Text) -> None:
    names = {
        house.cast.customers[0][0].phone: "customer", asking.MAIL: "customer",
        house.surveyors[0].phone: "surveyor 1", house.surveyors[1].phone: "surveyor 2",
        house.handler.phone: "handler",
    }  # fmt: skip
    house.tell(names.get(text.to, "somebody"), f"gets by {text.way}: {text.body}")


def _passwords(settings: Settings) -> dict[str, str]:
    found = json.loads(settings.endpoints.read_text("utf-8"))
    return {user["login"]: user["password"] for user in found["users"]}


def _monday(now: datetime) -> datetime:
    """The next one, at the hour at which the story begins."""
    day, hour, minute = BEGINS
    ahead = timedelta(days=(day - now.weekday()) % 7 or 7)
    return (now + ahead).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _hours(tell: Timeline) -> str:
    whole = tell.lines[-1].at - tell.lines[0].at
    return f"{whole.total_seconds() / 3600:.1f} hours"


def _write(file: Path, claim: str, tell: Timeline) -> None:
    value = {"claim": claim, "seconds": round(tell.seconds, 1), "timeline": tell.plain()}
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
