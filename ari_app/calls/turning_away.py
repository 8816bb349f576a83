"""A caller for whom there is no room: his trunk already brings all calls it may."""

from __future__ import annotations

import logging

from ari_app.calls.house import Call
from ari_app.pbx.scope import CallEnded, CallerTaken

logger = logging.getLogger(__name__)

WORDS = ("emergency-short", "lines-full")
TURNED_AWAY = "turned_away"


async def turn_away(call: Call) -> str:
    """Tell him, and how it ended. He never waits in silence, and never hears a bare busy tone."""
    try:
        async with call.line.while_up():
            await call.note(TURNED_AWAY)
            await call.line.answer()
            await call.line.say(WORDS, barge_in=False)
            await call.line.hang_up()
    except CallEnded as end:
        return "fallback" if isinstance(end, CallerTaken) else TURNED_AWAY
    except Exception:
        logger.exception("could not be told", extra={"call": call.call_id})
        await call.line.hang_up()
    return TURNED_AWAY
