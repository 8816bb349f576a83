"""The importers of the net, killed by SIGKILL at each of their steps, and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from claims_store import callbacks, calls, recordings, reports
from claims_store.store import Store
from claims_store.voice_spool import Spool, VoiceReport
from tests.databases import open_sqlite
from tests.fakes.sounds import leave, tone

pytestmark = pytest.mark.store

ROOT = Path(__file__).parents[3]
CALL = "n1-1764145200.3"
LEG = "n1-1764145210.4"
LOG = f"""1764145190|NONE|NONE|NONE|QUEUESTART|
1764145200|{CALL}|net|NONE|NETBEGIN|13800138000|5550100|zh|yes|sip
1764145210|{CALL}|fallback|PJSIP/201|CONNECT|9|{LEG}|2
1764145270|{CALL}|fallback|PJSIP/201|BLINDTRANSFER|700|transfer|9|60|1
1764145299|{CALL}|fallback|NONE|ABANDON|1|1|20
1764145300|{CALL}|net|NONE|NETEND|
"""
SPOOL_STEPS = ("replace", "before rows", "after rows", "unlink")
LOG_STEPS = ("before rows", "after rows", "erase 1", "erase 2", "erase 6")
CLEAN = "nowhere"
# Forks for each step: a fresh process each time, without its imports.
SCRIPT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path

from ari_app.jobs import net_log, spool
from claims_store.store import Store


def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)


def work(folder, step):
    store = Store.open_now(f"sqlite:///{folder / 'claimline.db'}", folder / "keys.db")
    real, erase, erased = store.run_now, net_log._erase, []

    def run_now(query, *args, **kw):
        if query.__name__ in ("add", "take") and step == "before rows":
            die()
        done = real(query, *args, **kw)
        if query.__name__ in ("add", "take") and step == "after rows":
            die()
        return done

    def counted(*args):
        erased.append(args)
        if step == f"erase {len(erased)}":
            die()
        erase(*args)

    store.run_now, net_log._erase = run_now, counted
    if step == "replace":
        os.replace = die
    if step == "unlink":
        Path.unlink = die
    now = datetime.now(UTC)
    if folder.name.startswith("log"):
        net_log.NetLog(store, folder / "queue_log", folder / "in").import_all(now)
    else:
        spool.SpoolImporter(store, folder / "spool", folder / "in").import_all(now)


for folder in sorted(Path(sys.argv[1]).iterdir()):
    for step in (folder.name.partition(" ")[2], "nowhere", "nowhere"):
        child = os.fork()
        if child == 0:
            work(folder, step)
            os._exit(0)
        print(folder.name, step, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sep=";")
"""


def opened(folder: Path) -> Store:
    return Store.open_now(f"sqlite:///{folder / 'claimline.db'}", folder / "keys.db")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[int]]]:
    """Folder and exit codes of each step: killed, begun again, and once more."""
    root = tmp_path_factory.mktemp("killed")
    for name in (*(f"log {step}" for step in LOG_STEPS), *(f"spool {s}" for s in SPOOL_STEPS)):
        folder = root / name
        (folder / "in").mkdir(parents=True)
        open_sqlite(folder).close_now()
        (folder / "queue_log").write_text(LOG, "utf-8")
        report = VoiceReport(CALL, "13800138000", "5550100", "zh", "sip", "13900139000")
        spool = Spool(folder / "spool", report)
        leave(folder / "spool", f"{CALL}.wav", tone(1, 440))
        spool.keep_audio()
        spool.keep(finished=True)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(root)], cwd=ROOT, check=True,
        capture_output=True, text=True, start_new_session=True, env=dict(os.environ),
    )  # fmt: skip
    codes: dict[str, tuple[Path, list[int]]] = {}
    for line in done.stdout.splitlines():
        name, _, code = line.split(";")
        codes.setdefault(name, (root / name, []))[1].append(int(code))
    return codes


@pytest.mark.parametrize("step", SPOOL_STEPS)
def test_given_a_kill_when_a_report_is_imported_then_everything_is_there_once(
    killed: dict[str, tuple[Path, list[int]]], step: str
) -> None:
    folder, codes = killed[f"spool {step}"]
    assert codes == [-signal.SIGKILL, 0, 0]
    store = opened(folder)
    try:
        assert len(store.run_now(reports.listing)) == 1
        (callback,) = store.run_now(callbacks.listing)
        assert callback.phone == "+8613900139000"
        assert len(store.run_now(recordings.segments, CALL)) == 1
        events = [event.event for event in store.run_now(calls.events, CALL)]
        assert events == ["voice_report_left"]
    finally:
        store.close_now()
    assert list((folder / "spool").iterdir()) == []
    assert [path.name for path in (folder / "in").iterdir()] == [f"{CALL}-report-customer.wav"]


@pytest.mark.parametrize("step", LOG_STEPS)
def test_given_a_kill_when_the_log_is_imported_then_everything_is_there_once(
    killed: dict[str, tuple[Path, list[int]]], step: str
) -> None:
    folder, codes = killed[f"log {step}"]
    assert codes == [-signal.SIGKILL, 0, 0]
    store = opened(folder)
    try:
        call = store.run_now(calls.get, CALL)
        assert call is not None
        assert (call.waited_s, call.talk_s, call.outcome) == (29.0, 60.0, "fallback")
        assert [event.event for event in store.run_now(calls.events, CALL)] == [
            "net_begun", "net_answered", "net_talked", "net_waited", "net_ended",
        ]  # fmt: skip
    finally:
        store.close_now()
    assert not (folder / "queue_log").read_bytes().strip(b"\0")
