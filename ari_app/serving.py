"""`claimline serve`: settings of the app, its lease, and its run.

Runs as a program of its own as well, which loads everything and then waits: when an app has died,
each tenth of a second until the next one counts.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from ari_app import logs
from ari_app.desk import compiled
from ari_app.desk.settings import FIRST_RUN, FirstRun
from ari_app.lease import LeaseTaken
from ari_app.service import serve
from ari_app.settings import SettingsError, load, load_ports


def run(state: Path) -> str:
    """Serve until SIGTERM; why not, when it may or can not."""
    refused = ""
    try:
        first = FirstRun.read(os.environ.get(FIRST_RUN, ""))
        asyncio.run(serve(load(state), load_ports(state), first))
    except* (LeaseTaken, SettingsError) as faults:
        refused = str(faults.exceptions[0])
    return refused


def main() -> None:
    """`python -m ari_app.serving serve --state DIR`, as `claimline up` starts it: serves once there
    is a line on standard input, and ends when that is closed (`ari_app.standby`)."""
    os.umask(0o077)  # whatever is written here is somebody's secret or somebody's claim
    logs.set_up()
    compiled.templates()
    if not sys.stdin.readline():
        return
    if refused := run(Path(sys.argv[-1])):
        sys.stderr.write(refused + "\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
