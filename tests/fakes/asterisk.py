"""An Asterisk that only says what a test wants on its console."""

from __future__ import annotations

import shlex
from pathlib import Path

from ari_app.boot import READY
from ari_app.installed import Asterisk

FINE = ("Asterisk 20.99 starting", READY)


def fake_asterisk(folder: Path, *console: str, after: str = "exec sleep 600") -> Asterisk:
    """An installed Asterisk whose console says `console` (default: that it is ready), and then
    does `after` (a line of shell); the configuration it was started with is kept in `asked`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "asterisk"
    lines = [f"echo {shlex.quote(line)}" for line in console or FINE]
    asked = f'echo "$@" >> {shlex.quote(str(folder / "asked"))}'
    command.write_text("\n".join(["#!/bin/sh", asked, *lines, after, ""]), "utf-8")
    command.chmod(0o700)
    data = folder / "data"
    for name in ("documentation", "rest-api", "moh"):
        (data / name).mkdir(parents=True, exist_ok=True)
    return Asterisk("20.99", command, folder / "modules", data, "fake", {})
