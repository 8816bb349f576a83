"""`claimline work` hands the worker its places."""

from __future__ import annotations

from pathlib import Path

import pytest

from ari_app import working
from ari_app.jobs.worker import WorkerSettings
from ari_app.service import READY_LINE
from ari_app.settings import Settings

pytestmark = pytest.mark.unit


def test_the_worker_gets_every_place_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[WorkerSettings] = []

    async def run(settings: WorkerSettings) -> None:
        given.append(settings)

    monkeypatch.setattr(working, "run", run)
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    settings = Settings(state=tmp_path, node="n2", zone="Asia/Urumqi")
    working.work(settings)
    assert capsys.readouterr().out == f"{READY_LINE}\n", "nothing else goes to the supervisor"
    (made,) = given
    assert made.store_url == settings.database_url and made.keys == tmp_path / "keys" / "keys.db"
    assert (made.node, made.zone, made.models) == (
        "n2",
        "Asia/Urumqi",
        Path("/cache/claimline/models"),
    )
    assert made.incoming == settings.incoming_recordings and made.clips == settings.clips
