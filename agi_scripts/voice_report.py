"""The net under a caller whom nobody could answer: he leaves his report by voice and a number.

Started by the fallback dialplan, needs no app and no database. Whatever he has given is on the
disk at every moment, so he may hang up whenever he likes.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from agi_scripts.session import HungUp, Line
from claims_store.voice_spool import CALL_ID, Spool, VoiceReport

MOST_S = 180
SILENCE_S = 4
LEAST_SAMPLES = 8000
TRIES = 3
MOST_DIGITS = 16
CALLBACK = re.compile(r"\+?[0-9]{7,16}")


def take(line: Line, folder: Path) -> None:
    """Take a voice report and a callback number into the spool; ends quietly at a hang-up."""
    if not CALL_ID.fullmatch(line.call_id):
        raise ValueError("this is no channel of ours")
    spool = Spool(folder, VoiceReport(line.call_id, line.caller, line.dialled, line.language))
    spool.keep()
    try:
        spool.keep(sip_call_id=line.variable("CHANNEL(pjsip,call-id)"))
        _listen(line, spool)
        _ask_number(line, spool)
    except HungUp:
        pass
    finally:
        spool.keep_audio()
        spool.keep(finished=True)


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
