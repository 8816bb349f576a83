"""Whether people can be written to: every channel, the wordings, what was given up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, warn
from ari_app.notify.channel import Refused, Unsent
from ari_app.notify.opening import opened
from ari_app.notify.texts import OWN, TextProblem, Texts
from claims_store import backlog
from claims_store.backlog import Backlog


def read_channels(place: Place) -> Mapping[str, str]:
    """Channel -> what is wrong with it; empty when a message could be sent now."""
    return asyncio.run(_look(place))


async def _look(place: Place) -> Mapping[str, str]:
    faults: dict[str, str] = {}
    for given in place.settings.channels:
        secrets = {} if given.kind == "file" else place.secrets().channels
        channel = opened(given, place.settings.state, secrets)
        try:
            await channel.look()
            faults[given.name] = ""
        except (Unsent, Refused) as fault:
            faults[given.name] = str(fault)
        finally:
            await channel.close()
    return faults


def decide_channels(faults: Mapping[str, str]) -> Sequence[Verdict]:
    broken = [
        fail("messages.channel", name=name, reason=fault) for name, fault in faults.items() if fault
    ]
    works = [name for name, fault in faults.items() if not fault]
    return [*broken, ok("messages.works", names=works)] if works else broken


def read_texts(place: Place) -> int:
    try:
        return len(Texts.of(place.settings.state).names())
    except TextProblem as fault:
        raise CannotTell(fail("messages.texts_broken", file=OWN, reason=str(fault))) from None


def decide_texts(count: int) -> Sequence[Verdict]:
    return [ok("messages.texts", count=count)]


def read_aside(place: Place) -> Mapping[str, Backlog]:
    with place.store() as store:
        return store.run_now(backlog.counted, place.now)


def decide_aside(counted: Mapping[str, Backlog]) -> Sequence[Verdict]:
    aside = [f"{each.set_aside} {kind}" for kind, each in sorted(counted.items()) if each.set_aside]
    return [warn("messages.aside", kinds=aside)] if aside else [ok("messages.none_aside")]


CHECKS = (
    Check("messages.channels", "messages", read_channels, decide_channels),
    Check("messages.texts", "messages", read_texts, decide_texts),
    Check("outbox.aside", "messages", read_aside, decide_aside),
)
