"""How a running system is, in sentences for a person: what app and worker say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ari_app.desk.words import known, say
from ari_app.healing import WORDS

NEWEST = 5


def lines(said: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Alarms first, then the event loop, then what was set right."""
    app = said.get("app", {})
    for alarm in app.get("alarms", ()):
        name = f"alarm.{alarm['code']}"
        yield "Alarm: " + (say(name, "en", **alarm["values"]) if known(name) else alarm["code"])
    if loop := app.get("loop"):
        yield _loop(loop)
    yield from _backlog(said.get("worker", {}).get("backlog", {}))
    for process in ("app", "worker"):
        yield from _healed(process, said.get(process, {}).get("healed", {}))


def _loop(loop: Mapping[str, Any]) -> str:
    worst = f" ({loop['worst']})" if loop["worst"] else ""
    return (
        f"event loop: {loop['p99_ms']} ms held at most by 99 of 100 callbacks, "
        f"{loop['longest_ms']} ms by the longest{worst}; {loop['over']} above 20 ms"
    )


def _backlog(kinds: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What waits to be done, in one line; what a person has to see to, in another."""
    open_ = {kind: each for kind, each in sorted(kinds.items()) if each["open"]}
    if open_:
        yield "waiting: " + ", ".join(
            f"{each['open']} {kind}"
            + (f" ({each['late']} due, since {each['oldest']})" if each["late"] else "")
            for kind, each in open_.items()
        )
    aside = {kind: each["set_aside"] for kind, each in sorted(kinds.items()) if each["set_aside"]}
    if aside:
        counted = ", ".join(f"{count} {kind}" for kind, count in aside.items())
        yield f"set aside: {counted}. Look: claimline backlog list --aside"


def _healed(process: str, healed: Mapping[str, Any]) -> Iterator[str]:
    if not healed.get("count"):
        return
    yield f"{process}: {healed['count']} things did not fit and were set right, the last:"
    for each in healed["newest"][-NEWEST:]:
        yield f"  {each['at']}  {each['about']}: {WORDS.get(each['fault'], each['fault'])}"
