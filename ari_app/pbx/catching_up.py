"""After a break of the event socket nothing is told again: ask what became of one caller meanwhile,
and tell it as if it had been heard.
"""

from __future__ import annotations

import logging
from typing import Protocol

from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.results import Gone

logger = logging.getLogger(__name__)

STASIS_APPS = ("Stasis", "StasisBroadcast")


class Hearing(Protocol):
    """What a line waits for, and how it is told; see `ari_app.pbx.line_news.LineNews`."""

    channel: str
    leaving: bool

    @property
    def awaited_playback(self) -> str: ...

    @property
    def awaited_recording(self) -> str: ...

    @property
    def in_talk(self) -> bool: ...

    def compare(self, channel: events.Channel | None) -> None: ...

    def playback_ended(self, name: str) -> None: ...

    def recording_ended(self, name: str) -> None: ...

    def returned(self, result: str) -> None: ...

    def talks_with(self, leg: events.Channel) -> None: ...


async def catch_up(client: Client, line: Hearing) -> None:
    """Everything that may have been missed; whom Asterisk cannot be asked for waits on."""
    try:
        found = await client.do(verbs.channel(line.channel))
        line.compare(None if isinstance(found, Gone) else found)
        if isinstance(found, Gone):
            return
        await _sounds(client, line)
        if line.leaving and found.dialplan.app_name in STASIS_APPS:
            await _return(client, line)
        elif line.in_talk:
            await hear_answer(client, line)
    except PbxError:
        logger.warning("could not compare a call", extra={"call": line.channel})


async def _sounds(client: Client, line: Hearing) -> None:
    if (name := line.awaited_playback) and not await client.do(verbs.playback(name)):
        line.playback_ended(name)
    if (name := line.awaited_recording) and not await client.do(verbs.live_recording(name)):
        line.recording_ended(name)


async def _return(client: Client, line: Hearing) -> None:
    """He is offered to the app again, or in it already: the dialplan knows with what he came."""
    if await client.do(verbs.claim(line.channel, client.app)):
        return
    found = await client.do(verbs.channel(line.channel))
    if isinstance(found, Gone) or found.dialplan.app_name not in STASIS_APPS:
        return
    name = "DIALSTATUS" if line.in_talk else "LINERECORDER"
    result = await client.do(verbs.variable(line.channel, name))
    if line.leaving:
        line.returned(result or "")


async def hear_answer(client: Client, line: Hearing) -> None:
    """Somebody may have answered: he is in one bridge with the caller."""
    bridges = await client.do(verbs.bridges()) or ()
    together = {name for each in bridges if line.channel in each.channels for name in each.channels}
    for name in together - {line.channel}:
        leg = await client.do(verbs.channel(name))
        if not isinstance(leg, Gone):
            line.talks_with(leg)
