"""Where a script leaves what a caller said while the app was away: one JSON file a call, and a WAV.

The folder is 0700 and its files 0600; each is whole or not there. The worker imports them and
removes them. Only the standard library: a script must start in milliseconds.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

SUFFIX = ".report.json"
CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,80}")


@dataclass(frozen=True, slots=True)
class VoiceReport:
    """What is known so far; `audio` is the name of the WAV beside it, `finished` the script's last
    word (an unfinished one is imported once its call is over, or it is old).

    `policy_keys`, `day_keys` (1 today, 2 yesterday, else month and day) and `time_keys` are keys as
    pressed; `consent` is what he said of being recorded: given, refused, or empty."""

    call_id: str
    caller: str
    dialled: str
    language: str
    sip_call_id: str = ""
    callback: str = ""
    audio: str = ""
    finished: bool = False
    consent: str = ""
    policy_keys: str = ""
    day_keys: str = ""
    time_keys: str = ""


class Spool:
    """The folder of one call's report."""

    def __init__(self, folder: Path, report: VoiceReport) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self.report = report

    @property
    def holds_something(self) -> bool:
        """Whether anything was left by which somebody can help this caller."""
        report = self.report
        return any((report.audio, report.callback, report.policy_keys, report.time_keys))

    @property
    def recording(self) -> str:
        """Where Asterisk is to record, without the ending that it adds."""
        return str(self._folder / self.report.call_id)

    def keep(self, **changes: str | bool) -> None:
        """Change the report and put it on the disk at once."""
        self.report = replace(self.report, **changes)  # type: ignore[arg-type]
        _write(self._folder / f"{self.report.call_id}{SUFFIX}", self.report)

    def keep_audio(self) -> bool:
        """Note the recording if there is any; Asterisk's file becomes private."""
        wav = Path(self.recording + ".wav")
        if not wav.exists():
            return False
        wav.chmod(0o600)
        _sync(wav, os.O_RDONLY)
        self.keep(audio=wav.name)
        return True


def read(path: Path) -> VoiceReport:
    """A report from the spool. Raises ValueError when the file is not one."""
    try:
        report = VoiceReport(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{path.name} is not a voice report") from fault
    for row in fields(VoiceReport):
        if type(getattr(report, row.name)).__name__ != row.type:
            raise ValueError(f"{row.name} in {path.name} is not what it should be")
    if not CALL_ID.fullmatch(report.call_id):
        raise ValueError(f"{path.name} names no call of ours")
    return report


def _write(path: Path, report: VoiceReport) -> None:
    aside = path.with_name(f".{path.name}.part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(report), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
