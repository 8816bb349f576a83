"""The net under a caller whom nobody could answer: he leaves his report by voice and by keys.

Started by the fallback dialplan, needs no app and no database. Whatever he has given is on the
disk at every moment, so he may hang up whenever he likes. What was keyed is kept as it was keyed:
what it means is for the importer to say.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path

from agi_scripts.session import HungUp, Line
from claims_store.voice_spool import CALL_ID, Spool, VoiceReport

MOST_S = 180
SILENCE_S = 4
LEAST_SAMPLES = 8000
TRIES = 2
MOST_DIGITS = 16
POLICY_DIGITS = 24
CALLBACK = re.compile(r"\+?[0-9]{7,16}")
KEPT = "NETREPORT"
"""The dialplan thanks the caller only when this variable says that something was kept."""


def take(line: Line, folder: Path) -> None:
    """Take a voice report and a callback number into the spool; ends quietly at a hang-up."""
    if not CALL_ID.fullmatch(line.call_id):
        raise ValueError("this is no channel of ours")
    spool = Spool(folder, VoiceReport(line.call_id, line.caller, line.dialled, line.language))
    spool.keep()
    try:
        _converse(line, spool)
    except HungUp:
        pass
    finally:
        spool.keep_audio()
        spool.keep(finished=True)
    if spool.holds_something:
        with contextlib.suppress(HungUp):
            line.tell(KEPT, "kept")


def _converse(line: Line, spool: Spool) -> None:
    """The most important first: he may hang up at any word."""
    recorded = line.variable("RECORD") == "yes"
    spool.keep(
        consent="given" if recorded else "refused",
        sip_call_id=line.variable("CHANNEL(pjsip,call-id)"),
    )
    if recorded:
        _listen(line, spool)
    else:
        line.play(["fallback-keys"])
    _ask_number(line, spool)
    spool.keep(policy_keys=_digits(line.keys("fallback-policy", POLICY_DIGITS)))
    _ask_time(line, spool)


def _listen(line: Line, spool: Spool) -> None:
    line.play(["fallback-report", "beep"])
    for _ in range(2):
        recorded = line.record(spool.recording, MOST_S, SILENCE_S)
        spool.keep_audio()
        if recorded.ended_by == "hangup":
            raise HungUp("while he spoke")
        # Asterisk leaves one second of the silence that ended it.
        if recorded.samples > LEAST_SAMPLES * (2 if recorded.ended_by == "silence" else 1):
            return
        line.play(["try-again-speech", "beep"])


def _ask_number(line: Line, spool: Spool) -> None:
    """His own number if he agrees, else one by keys, read back; the last one keyed is kept."""
    if line.caller:
        spool.keep(callback=line.caller)
        if _agrees(line, "confirm-phone", line.caller):
            return
    for _ in range(TRIES):
        number = line.keys("fallback-number", MOST_DIGITS)
        if not CALLBACK.fullmatch(number):
            line.play(["try-again-phone"])
            continue
        spool.keep(callback=number)
        if _agrees(line, "phone-read-back", number):
            return


def _agrees(line: Line, intro: str, number: str) -> bool:
    """Read a number back; silence agrees, only 2 asks for another one."""
    said = [intro, *(f"digit-{digit}" for digit in number if digit.isdigit()), "confirm-phone-keys"]
    return (line.play(said, "12") or line.key()) != "2"


def _ask_time(line: Line, spool: Spool) -> None:
    """Today, yesterday, or month and day; then hour and minute."""
    day = line.play(["ask-loss-day"], "123") or line.key()
    if day not in ("1", "2", "3"):
        return
    if day == "3":
        day = _digits(line.keys("ask-loss-date", 4))
    spool.keep(day_keys=day)
    spool.keep(time_keys=_digits(line.keys("ask-loss-time", 4)))


def _digits(keyed: str) -> str:
    return "".join(key for key in keyed if key in "0123456789")


def main() -> None:
    """The program that the dialplan starts; CLAIMLINE_SPOOL names the folder."""
    os.umask(0o077)
    folder = os.environ.get("CLAIMLINE_SPOOL", "")
    if not folder:
        sys.exit("CLAIMLINE_SPOOL names no folder: nothing can be kept")
    try:
        take(Line(), Path(folder))
    except HungUp:
        pass


if __name__ == "__main__":
    main()
