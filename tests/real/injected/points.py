"""Every point at which an app acts on a call, told by name: a verb before it is sent and after its
answer, an event, a write of the ledger before and after.

With `DIES` the app kills itself at one of them: that file says `NUMBER COUNT`, whose call and at
which of its points; it is gone once that has happened. With `TRACE` all of them are written there.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

DIES = os.environ.get("CLAIMLINE_TEST_DIES", "")
TRACE = os.environ.get("CLAIMLINE_TEST_TRACE", "")
OWN = 11
"""Digits of a number that are the same whoever writes it."""

_numbers: dict[str, str] = {}
_counts: dict[str, int] = {}


def watch_client(module: Any) -> None:
    do = module.Client.do

    async def watched(self: Any, verb: Any, **limit: Any) -> Any:
        call, name = _of_verb(verb), f"{verb.method} {verb.template} {dict(verb.query)}"
        _point(call, f"before {name}")
        done = await do(self, verb, **limit)
        _point(call, f"after {name}")
        return done

    module.Client.do = watched


def watch_inbox(module: Any) -> None:
    deliver = module.PostOffice.deliver

    def watched(self: Any, news: Any) -> None:
        for call in module.subjects(news):
            channel = getattr(news, "channel", None)
            if call == getattr(channel, "id", "") and channel.caller.number:
                _numbers.setdefault(call, channel.caller.number[-OWN:])
            _point(call, f"at {type(news).__name__} {getattr(news, 'timestamp', '')}")
        deliver(self, news)

    module.PostOffice.deliver = watched


def watch_ami(module: Any) -> None:
    redirect = module.Ami.redirect

    async def watched(self: Any, channel: str, context: str, exten: str) -> Any:
        _point(channel, f"before redirect {context} {exten}")
        done = await redirect(self, channel, context, exten)
        _point(channel, f"after redirect {context} {exten}")
        return done

    module.Ami.redirect = watched


def watch_ledger(module: Any) -> None:
    write = module.Ledger.write

    async def watched(self: Any, step: Any) -> Any:
        told = step.data.get("event") or list(step.data.get("changes", step.data))
        _point(step.call_id, f"before write {step.kind} {told}")
        done = await write(self, step)
        _point(step.call_id, f"after write {step.kind} {told}")
        return done

    module.Ledger.write = watched


def _of_verb(verb: Any) -> str:
    """The call whose channel it is about."""
    return str(verb.path.get("channelId") or verb.query.get("channelId", ""))


def _point(call: str, name: str) -> None:
    _counts[call] = count = _counts.get(call, 0) + 1
    if TRACE:
        _write(f"{time.time():.3f} {os.getpid()} {call} {count} {name}\n")
    if DIES and os.path.exists(DIES):
        number, wanted = Path(DIES).read_text("ascii").split()
        if number == _numbers.get(call) and count == int(wanted):
            Path(DIES).rename(f"{DIES}.done")
            Path(f"{DIES}.done").write_text(name, "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)


def _write(line: str) -> None:
    with open(TRACE, "a", encoding="utf-8") as file:
        file.write(line)
