"""Asterisk's side of AGI, as `res_agi` speaks it, for a script run as a process or in a thread.

It answers STREAM FILE, RECORD FILE, GET DATA, WAIT FOR DIGIT, GET and SET VARIABLE in the words of
Asterisk 22. A caller hangs up by a plan; the script is told by `on_hangup` (SIGHUP). After that a
command that plays or records answers `200 result=-1`, one that asks nothing of the caller is still
answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ari_app.speech.audio import Samples, Sound, write_wav
from tests.fakes.sounds import RATE


@dataclass
class Caller:
    """What the caller does. `speech` is one sound for each recording; `numbers` what he keys when
    asked for digits; `keys` one key (or none) for each question; he hangs up at the command whose
    number is `hangs_up_at`."""

    speech: list[Samples] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hangs_up_at: int | None = None
    ends_speech_by: str = "#"


@dataclass
class Talker:
    """Asterisk, for one script."""

    env: dict[str, str]
    caller: Caller
    variables: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    gone: bool = False
    on_hangup: Callable[[], object] = bool

    def serve(self, from_script: IO[str], to_script: IO[str]) -> None:
        """Talk until the script ends."""
        for name, value in self.env.items():
            to_script.write(f"agi_{name}: {value}\n")
        to_script.write("\n")
        to_script.flush()
        for line in from_script:
            try:
                to_script.write(self.answer(line.rstrip("\n")) + "\n")
                to_script.flush()
            except BrokenPipeError:
                return

    def answer(self, command: str) -> str:
        """One command's answer."""
        if self.caller.hangs_up_at == len(self.commands):
            self.gone = True
            self.on_hangup()
        self.commands.append(command)
        words = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', command)]
        verb = " ".join(words[:2]).upper()
        if verb == "GET VARIABLE":
            value = self.variables.get(words[2])
            return f"200 result=1 ({value})" if value else "200 result=0"
        if verb == "SET VARIABLE":
            self.variables[words[2]] = words[3]
            return "200 result=1"
        if verb == "RECORD FILE":
            return self._record(words[2], int(words[5]))
        if self.gone:
            return "200 result=-1"
        if verb == "STREAM FILE":
            return "200 result=0 endpos=8000"
        if verb == "WAIT FOR":
            key = self.caller.keys.pop(0) if self.caller.keys else ""
            return f"200 result={ord(key) if key else 0}"
        if verb == "GET DATA":
            number = self.caller.numbers.pop(0) if self.caller.numbers else ""
            return f"200 result={number}" if number else "200 result= (timeout)"
        return "510 Invalid or unknown command"

    def _record(self, path: str, most_ms: int) -> str:
        if self.gone and not self.caller.speech:
            return "200 result=-1 (hangup) endpos=0"
        sound = self.caller.speech.pop(0)[: most_ms * RATE // 1000]
        write_wav(Path(path + ".wav"), Sound(sound, RATE))
        Path(path + ".wav").chmod(0o640)
        if self.gone:
            return f"200 result=-1 (hangup) endpos={len(sound)}"
        if self.caller.ends_speech_by == "#":
            return f"200 result={ord('#')} (dtmf) endpos={len(sound)}"
        return f"200 result=0 (timeout) endpos={len(sound)}"

    def played(self) -> list[str]:
        """The prompts in the order they were played."""
        return [
            found[1]
            for line in self.commands
            if (found := re.match(r"(?:STREAM FILE|GET DATA) cl/(\S+)", line))
        ]
