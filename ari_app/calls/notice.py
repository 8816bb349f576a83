"""First notice of loss on the line: asks what the report still lacks, in the order of the rules.

Which field comes next, and whether one is missing at all, is decided by `claims_store.rules`;
here it is asked. Safety comes first and leads to a person; everything else that cannot be got
here is left for an agent or a handler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ari_app.calls import read_back
from ari_app.calls.asking import TRIES, WantsBack, WantsPerson, choose
from ari_app.calls.house import Call
from ari_app.calls.notice_policy import ask_line, ask_phone, ask_policy
from ari_app.calls.notice_when_where import ask_region, ask_time
from ari_app.pbx.line import RecordedBy
from claims_store.rules import completeness
from claims_store.rules.completeness import Context
from claims_store.rules.fields import Field, field

SHORTEST_SPEECH = 0.8
"""Seconds; less is a cough or a key."""
SPEECH_LIMIT = {"narrative": 60, "loss_place": 20}
YES_NO = {"1": "yes", "2": "no", "3": "unknown"}
URGENT = {("any_injury", "yes"): "injured", ("safe_place", "no"): "unsafe"}


def context(call: Call) -> Context:
    """The circumstances in which the rules judge this report."""
    report = call.report
    policy = report.policy if report else None
    return Context(
        now=call.now(), zone=call.zone, policy=policy.facts() if policy else None,
        language=call.line.language, caller=call.line.caller,
    )  # fmt: skip


def open_fields(call: Call) -> list[Field]:
    """What the line should still ask, in order; empty when nothing is left for it."""
    report = call.report
    values = call.values()
    line = (report.line if report else None) or ""
    judged = completeness.assess(line, values, context(call))
    rows = (field(line, name) for name in judged.missing)
    return [row for row in rows if row is not None and _askable(call, row)]


def _askable(call: Call, row: Field) -> bool:
    if not row.on_line or row.name in call.skipped:
        return False
    return row.name in ASKERS or (row.kind in BY_KIND and question(call, row) in call.house.prompts)


def question(call: Call, row: Field) -> str:
    """The prompt that asks for a field; each line of business has kinds of loss of its own."""
    name = f"ask-{_SLUGS.get(row.name, row.name.replace('_', '-'))}"
    line = (call.report.line if call.report else None) or ""
    own = f"{name}-{line}"
    return own if own in call.house.prompts else name


async def take(call: Call, intro: str = "notice-intro") -> None:
    """Take the notice to its end, a new one after the prompt `intro`. Raises WantsPerson, or
    WantsBack out of the first question."""
    call.issue = "fnol"
    await call.change(issue="fnol", stage="notice")
    if call.report is None:
        await call.line.say([intro])
    await _ask_all(call)
    await read_back.confirm(call, ask)


async def _ask_all(call: Call) -> None:
    asked: list[Field] = []
    while rows := open_fields(call):
        try:
            await ask(call, rows[0])
            asked.append(rows[0])
        except WantsBack:
            await _one_back(call, asked)


async def _one_back(call: Call, asked: list[Field]) -> None:
    """Ask the question before again; out of the first one, back to the menu."""
    while asked:
        await call.line.say(["going-back"])
        try:
            await ask(call, asked[-1])
            return
        except WantsBack:
            asked.pop()
    raise WantsBack


async def ask(call: Call, row: Field) -> None:
    """Get one field, by the way that fits it."""
    asker = ASKERS.get(row.name)
    if asker is not None:
        await asker(call)
    else:
        await BY_KIND[row.kind](call, row)


async def _ask_yes_no(call: Call, row: Field) -> None:
    keys = "123" if row.unknown_allowed else "12"
    value = YES_NO[await choose(call.line, [question(call, row)], keys)]
    await call.save(row.name, value)
    if advice := URGENT.get((row.name, value)):
        call.urgent = True
        await call.note("urgent", field=row.name)
        await call.line.say([f"{advice}-{'alone' if call.alone else 'advice'}"], barge_in=False)
        if not call.alone:
            raise WantsPerson("urgent")
    if (row.name, value) == ("any_injury", "no"):
        await call.line.say(["nobody-hurt"])
    if (row.name, value) == ("police_informed", "no"):
        await call.line.say(["police-advice"])


async def _ask_choice(call: Call, row: Field) -> None:
    keyed = row.choices[:6]
    keys = "123456789"[: len(keyed) + 1]
    key = await choose(call.line, [question(call, row)], keys)
    place = int(key) - 1
    await call.save(row.name, keyed[place].value if place < len(keyed) else row.choices[-1].value)


async def _ask_speech(call: Call, row: Field) -> None:
    """A spoken answer: recorded, kept as a clip, written down later."""
    if call.consent != "given":
        if row.name == "narrative":
            await call.line.say(["speech-not-recorded"])
        call.skipped.add(row.name)
        return
    prompts = [question(call, row), "beep"]
    for _ in range(TRIES):
        call.line.forget_keys()
        await call.line.say(prompts)
        limit = SPEECH_LIMIT.get(row.name, 20)
        clip = await call.line.record(row.name, max_seconds=limit, max_silence=3)
        key = await call.line.key(0) if clip.ended_by is RecordedBy.KEY else None
        if key == "*":
            raise WantsBack
        if key == "0":
            raise WantsPerson
        if clip.seconds >= SHORTEST_SPEECH:
            await call.save(row.name, "", clip)
            return
        if clip.ended_by is RecordedBy.FAILED:
            await _cannot_record(call, row)
            return
        prompts = ["narrative-short", "try-again-speech", "beep"]
    await call.line.say(["too-many-tries"])
    raise WantsPerson("lost")


async def _cannot_record(call: Call, row: Field) -> None:
    """The disk takes nothing: a handler asks him."""
    call.skipped.add(row.name)
    await call.note("not_recorded", field=row.name)
    await call.line.say(["skip-for-now"])


_SLUGS = {
    "safe_place": "safe",
    "loss_place": "place",
    "police_informed": "police",
    "reporter_drove": "driver",
}
ASKERS: dict[str, Callable[[Call], Awaitable[None]]] = {
    "callback_phone": ask_phone,
    "policy_number": ask_policy,
    "line": ask_line,
    "loss_time": ask_time,
    "loss_region": ask_region,
}
BY_KIND: dict[str, Callable[[Call, Field], Awaitable[None]]] = {
    "yes_no_unknown": _ask_yes_no,
    "choice": _ask_choice,
    "text": _ask_speech,
}
