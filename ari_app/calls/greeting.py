"""The first words: emergency, greeting, recording, language.

Nothing is recorded before the announcement was heard to its end; keys pressed before are kept and
obeyed after it.
"""

from __future__ import annotations

from ari_app.calls.asking import WantsPerson
from ari_app.calls.house import Call, Recorder
from ari_app.pbx.line import SaidBy
from claims_store.recordings import LINE

OTHER = {"zh": "en", "en": "zh"}
LANGUAGE_KEY = "8"
REFUSE_KEY = "9"
AFTER_NOTICE = 0.6
"""Seconds of quiet in which "nine refuses" can still be obeyed before the next sentence."""


class Emergency(WantsPerson):
    """`0` at the emergency sentence: to a person at once."""


async def greet(call: Call, *, again: bool = False) -> None:
    """The emergency sentence first of all, then greet, announce, offer the other language.

    Raises Emergency; sets consent and language. `again`: he has heard some of it before.
    """
    line = call.line
    said = await line.say(["emergency"] if again else ["emergency", "greeting"])
    hurry = said is SaidBy.KEY and await _pressed(call, "0")
    words = "recording-short" if hurry or again else "recording-notice"
    await announce(call, words, line_part=not hurry or _waiting_is_recorded(call))
    if hurry:
        raise Emergency
    await _offer_language(call)


def _waiting_is_recorded(call: Call) -> bool:
    """Whether the line's part goes on while he waits at the emergency queue."""
    return call.plan.queue[call.plan.line.emergency].record_waiting


async def _pressed(call: Call, wanted: str) -> bool:
    """Takes the first key if it is `wanted`; another one answers a later question."""
    if not call.line.keys_waiting():
        return False
    key = await call.line.key(0)
    if key == wanted:
        return True
    if key is not None:
        call.line.put_back(key)
    return False


async def announce(call: Call, words: str, *, line_part: bool) -> None:
    """Announce the recording, in three seconds where somebody may be hurt; it is heard whole."""
    await call.line.say([words], barge_in=False)
    if not call.line.keys_waiting():
        key = await call.line.key(AFTER_NOTICE)
        if key is not None:
            call.line.put_back(key)
    refused = await _pressed(call, REFUSE_KEY)
    await _set_consent(call, given=not refused, line_part=line_part)


async def _set_consent(call: Call, *, given: bool, line_part: bool) -> None:
    """Keep what he chose and act on it: he is recorded from now on, or without a `line_part` from
    his talk on; or he is told that he is not."""
    call.consent = "given" if given else "refused"
    file = f"{call.call_id}-line-customer.wav"
    recorder = Recorder(LINE, "customer", file) if given and line_part else None
    await call.note(
        "consent", changes={"consent": call.consent}, begins=recorder, value=call.consent
    )
    if not given:
        await call.line.remember(refused=True)
        await call.line.say(["recording-refused"])
    elif recorder is None:
        await call.line.record_talks()
    elif call.house.recordable():
        await call.line.start_recorder()
    else:  # the row without a file says that the recording is not whole
        await call.note("not_recorded")


async def _offer_language(call: Call) -> None:
    line = call.line
    other = OTHER[line.language]
    await line.say([f"language-other-{other}"])
    if await _pressed(call, LANGUAGE_KEY):
        await set_language(call, other)


async def set_language(call: Call, language: str) -> None:
    call.line.language = language
    await call.line.remember(language=language)
    await call.note("language", changes={"language": language}, value=language)
    await call.line.say(["language-now"])
