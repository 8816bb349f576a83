"""`claimline work`: settings of the worker, its ready line, and its run."""

from __future__ import annotations

import asyncio
import sys

from ari_app.giving_way import give_way
from ari_app.jobs.mailing import Mailing
from ari_app.jobs.worker import WorkerSettings, run
from ari_app.secrets_file import load_or_make
from ari_app.service import READY_LINE
from ari_app.settings import Settings, cache_home

NICENESS = 10


def work(settings: Settings, number: int = 1) -> None:
    """Work as the worker of this number until SIGTERM."""
    give_way(NICENESS)
    sys.stdout.write(READY_LINE + "\n")
    sys.stdout.flush()
    asyncio.run(
        run(
            WorkerSettings(
                store_url=settings.database_url, keys=settings.keys / "keys.db",
                state=settings.state, models=cache_home() / "models",
                spool=settings.report_spool, incoming=settings.incoming_recordings,
                recordings=settings.recordings,
                node=settings.node, zone=settings.zone, clips=settings.clips,
                mailing=Mailing(
                    settings.channels, settings.notify, load_or_make(settings.state, []).channels,
                    settings.public_url,
                ),
                inside=settings.webhooks.inside,
                workers=settings.workers, number=number,
            )
        )
    )  # fmt: skip
