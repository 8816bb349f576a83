"""One caller as a few typed verbs, over the AGI of pyst2. The only importer of pyst2.

pyst2 prints the caller's number, does not escape what it quotes, and takes the end of its input
for a mistake: here it is silent, gets only values that need no escaping, and a hang-up is HungUp.
Before each step the channel's timer is armed: Asterisk leaves a script behind that hangs in it.
"""

from __future__ import annotations

import io
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Literal, TextIO, TypeVar

from asterisk.agi import AGI, AGIError, AGIException

T = TypeVar("T")

PROMPT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NUMBER = re.compile(r"\+?[0-9]{3,20}")
KEYS = re.compile(r"[0-9*#]{0,12}")
VARIABLE = re.compile(r"[A-Z]{1,32}(\([a-z][a-z,-]{0,40}\))?")
LONGEST = 1000
"""Bytes: Asterisk reads a line of 2047 and takes what is beyond for the next command."""
PROMPT_S = 25
"""Seconds that one prompt and the script's thinking may take; the longest prompt has 20."""


class HungUp(Exception):
    """The caller is gone, or Asterisk is: nothing more can be asked; what is there is kept."""


class RefusedValue(ValueError):
    """A quote or a control character was about to go into an AGI line; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recording: how it ended and how long it is."""

    ended_by: Literal["key", "silence", "limit", "hangup", "fault"]
    samples: int


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class Line:
    """A caller. Only in the main thread: pyst2 sets a signal handler."""

    def __init__(self, stdin: TextIO = sys.stdin, stdout: TextIO = sys.stdout) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("an AGI session belongs to the main thread of its own process")
        self._agi = AGI(stdin=stdin, stdout=stdout, stderr=_Nowhere())
        self._env: dict[str, str] = self._agi.env
        if not self.call_id:
            raise HungUp("Asterisk ended before it said who is calling")

    @property
    def call_id(self) -> str:
        return self._env.get("agi_uniqueid", "")

    @property
    def caller(self) -> str:
        """The caller's number as the network gave it; empty when withheld or not a number."""
        number = re.sub(r"[ ()./-]", "", self._env.get("agi_callerid", ""))
        return number if NUMBER.fullmatch(number) else ""

    @property
    def dialled(self) -> str:
        return self._env.get("agi_dnid", "").replace("unknown", "")

    @property
    def language(self) -> Literal["zh", "en"]:
        return "en" if self._env.get("agi_language", "").startswith("en") else "zh"

    def variable(self, name: str) -> str:
        """A channel variable or function; empty when unset."""
        return self._do(partial(self._get, _matching(VARIABLE, name)))

    def tell(self, name: str, value: str) -> None:
        """Set a channel variable or function: what the dialplan goes by afterwards."""
        self._do(partial(self._agi.set_variable, _matching(VARIABLE, name), safe(value)))

    def play(self, names: Collection[str], stop_by: str = "") -> str:
        """Play prompts one after the other; the key that stopped them, or an empty string."""
        _matching(KEYS, stop_by)
        for name in [_matching(PROMPT, name) for name in names]:
            self._arm(PROMPT_S)
            if key := self._do(partial(self._agi.stream_file, f"cl/{name}", stop_by)):
                return str(key)
        return ""

    def keys(self, name: str, most: int, patience_ms: int = 6000) -> str:
        """Play a prompt and collect digits, also while it plays, until hash, a pause, or `most`
        of them; empty when none came."""
        _matching(PROMPT, name)
        self._arm(PROMPT_S + (most + 1) * patience_ms // 1000)
        return str(self._do(partial(self._agi.get_data, f"cl/{name}", patience_ms, most)))

    def key(self, patience_ms: int = 6000) -> str:
        """One key, or an empty string."""
        self._arm(PROMPT_S + patience_ms // 1000)
        return self._do(lambda: str(self._agi.wait_for_digit(patience_ms)))

    def record(self, path: str, most_s: int, silence_s: int) -> Recorded:
        """Record into `path`.wav until hash, silence, the limit, or the caller is gone.

        A hang-up is a result here, not an exception: the file is there and is worth keeping.
        """
        words = ["RECORD FILE", f'"{safe(path)}"', "wav", '"#"', most_s * 1000, f"s={silence_s}"]
        try:
            self._arm(PROMPT_S + most_s)
            result = self._do(lambda: self._agi.execute(*words))
        except HungUp:
            return Recorded("hangup", 0)
        value, how = result["result"]
        samples = int(result.get("endpos", ("0", ""))[0])
        if value == "0":
            return Recorded("limit" if samples >= most_s * 8000 else "silence", samples)
        return Recorded("key" if how == "dtmf" else "fault", samples)

    def _get(self, name: str) -> str:
        return str(self._agi.get_variable(name))

    def _arm(self, seconds: int) -> None:
        """Asterisk goes on without this script if its next step is not over by then."""
        self.tell("TIMEOUT(absolute)", str(seconds))

    def _do(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except AGIError as fault:
            # 510 (unknown command) and 520 (usage) are our mistakes; all else means: gone.
            if type(fault).__name__ in ("AGIInvalidCommand", "AGIUsageError"):
                raise
            raise HungUp(str(fault)) from fault
        except (AGIException, ValueError, OSError) as fault:
            if isinstance(fault, RefusedValue):
                raise
            # At the end of its input pyst2 tries to read a number out of nothing.
            raise HungUp(str(fault)) from fault


def safe(value: str) -> str:
    """The value itself, if it can stand in an AGI line; raises RefusedValue otherwise.

    Nothing is escaped: a value that would need it has no business in a command.
    """
    for character in value:
        if character in '"\\' or unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            raise RefusedValue("a value holds a quote or a control character; it was not sent")
    if len(value.encode()) > LONGEST:
        raise RefusedValue("a value is too long for a line; it was not sent")
    return value


def _matching(form: re.Pattern[str], value: str) -> str:
    if not form.fullmatch(value):
        raise RefusedValue(f"{value[:40]!r} cannot stand in this place; it was not sent")
    return value
