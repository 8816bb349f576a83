"""The script as Asterisk runs it: a process of its own, spoken to by pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from agi_scripts.session import HungUp, Line
from agi_scripts.voice_report import main, take
from ari_app.speech.audio import read_wav
from claims_store.voice_spool import SUFFIX, VoiceReport, read
from tests.fakes.agi import Caller, Talker
from tests.fakes.sounds import babble, silence

pytestmark = pytest.mark.unit

CALL = "n1-1764145200.3"
ROOT = Path(__file__).parents[2]


KNOWN = {"uniqueid": CALL, "callerid": "13800138000", "language": "zh", "dnid": "5550100"}
VARIABLES = {"CHANNEL(pjsip,call-id)": "abc@10.0.0.1", "RECORD": "yes"}


def run(folder: Path, caller: Caller, *, record: str = "yes", **env: str) -> Talker:
    """Run the script's work for a caller, who is spoken to by pipes; Asterisk's side of it."""
    talker = Talker(KNOWN | env, caller, VARIABLES | {"RECORD": record})
    (commands, to_asterisk), (answers, to_script) = os.pipe(), os.pipe()
    with (
        os.fdopen(commands) as hears, os.fdopen(to_script, "w") as says,
        os.fdopen(answers) as stdin, os.fdopen(to_asterisk, "w") as stdout,
    ):  # fmt: skip
        asterisk = threading.Thread(target=talker.serve, args=(hears, says))
        asterisk.start()
        try:
            take(Line(stdin, stdout), folder)
        except HungUp:
            pass
        finally:
            stdout.close()
            asterisk.join()
    return talker


def run_as_asterisk_does(folder: Path, caller: Caller, **env: str) -> tuple[Talker, int]:
    """The same in a process of its own, which gets SIGHUP when the caller hangs up."""
    talker = Talker(KNOWN | env, caller, dict(VARIABLES))
    script = subprocess.Popen(
        [sys.executable, "-m", "agi_scripts.voice_report"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CLAIMLINE_SPOOL": str(folder)},
        start_new_session=True,
    )
    with script:
        assert script.stdin is not None and script.stdout is not None
        talker.on_hangup = partial(script.send_signal, signal.SIGHUP)
        talker.serve(script.stdout, script.stdin)
    return talker, script.returncode


def left(folder: Path) -> VoiceReport:
    return read(folder / f"{CALL}{SUFFIX}")


def test_given_a_caller_who_speaks_and_agrees_when_it_ends_then_all_is_in_the_spool(
    tmp_path: Path,
) -> None:
    folder, speech = tmp_path / "spool dir", babble(5, 1)
    numbers = ["827#", "0830"]
    talker, status = run_as_asterisk_does(folder, Caller([speech], numbers, ["1", "2"]))
    assert status == 0
    assert left(folder) == VoiceReport(
        CALL, "13800138000", "5550100", "zh", "abc@10.0.0.1", "13800138000", f"{CALL}.wav", True,
        consent="given", policy_keys="827", day_keys="2", time_keys="0830",
    )  # fmt: skip
    assert talker.variables["NETREPORT"] == "kept"
    assert np.array_equal(read_wav(folder / f"{CALL}.wav").samples, speech)
    assert talker.played()[:3] == ["fallback-report", "beep", "confirm-phone"]
    assert talker.played()[-4:] == [
        "confirm-phone-keys", "fallback-policy", "ask-loss-day", "ask-loss-time",
    ]  # fmt: skip
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_given_another_number_when_keyed_then_it_is_read_back_and_kept(tmp_path: Path) -> None:
    caller = Caller([babble(5, 1)], ["02161234567", "02161234568"], ["2", "2", "1"])
    talker = run(tmp_path, caller, language="en")
    assert left(tmp_path).callback == "02161234568"
    assert left(tmp_path).language == "en"
    digits = [name for name in talker.played() if name.startswith("digit-")]
    assert digits[-1] == "digit-8" and "phone-read-back" in talker.played()


def test_given_a_withheld_number_and_nonsense_when_asked_then_twice_at_most(
    tmp_path: Path,
) -> None:
    talker = run(tmp_path, Caller([babble(5, 1)], ["12", "", "3"]), callerid="unknown")
    assert talker.played().count("fallback-number") == 2
    assert (left(tmp_path).caller, left(tmp_path).callback) == ("", "")


def test_given_silence_when_recorded_then_asked_once_more_and_then_goes_on(tmp_path: Path) -> None:
    caller = Caller([silence(0.5), silence(0.5)], keys=["1"], ends_speech_by="silence")
    talker = run(tmp_path, caller)
    assert talker.played().count("try-again-speech") == 2
    assert left(tmp_path).callback == "13800138000"


def test_given_another_day_when_keyed_then_month_and_day_are_kept_as_they_were_keyed(
    tmp_path: Path,
) -> None:
    run(tmp_path, Caller([babble(5, 1)], ["", "0231", "7"], ["1", "3"]))
    assert (left(tmp_path).day_keys, left(tmp_path).time_keys) == ("0231", "7")


def test_given_a_caller_who_refused_when_asked_then_by_keys_alone(tmp_path: Path) -> None:
    talker = run(tmp_path, Caller(numbers=["827", "0830"], keys=["1", "1"]), record="refused")
    assert talker.played()[0] == "fallback-keys"
    assert not any(line.startswith("RECORD FILE") for line in talker.commands)
    assert (left(tmp_path).consent, left(tmp_path).audio) == ("refused", "")
    assert (left(tmp_path).policy_keys, left(tmp_path).time_keys) == ("827", "0830")


def test_given_nothing_at_all_when_it_ends_then_the_dialplan_is_not_told_that_it_was_kept(
    tmp_path: Path,
) -> None:
    talker = run(tmp_path, Caller(), record="", callerid="unknown")
    assert "NETREPORT" not in talker.variables
    assert left(tmp_path).finished


def test_given_a_spool_that_cannot_be_written_when_begun_then_the_dialplan_is_not_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "spool").write_text("a file in its place")
    talker, status = run_as_asterisk_does(tmp_path / "spool", Caller([babble(5, 1)], keys=["1"]))
    assert status != 0 and "NETREPORT" not in talker.variables


@pytest.mark.parametrize("at", range(0, 33, 2))
def test_given_a_hang_up_at_any_command_when_it_ends_then_what_was_given_is_kept(
    tmp_path: Path, at: int
) -> None:
    caller = Caller([babble(5, 1)], keys=["1"], hangs_up_at=at)
    talker, status = run_as_asterisk_does(tmp_path, caller)
    report = left(tmp_path)
    assert status == 0 and report.finished and report.call_id == CALL
    spoke = [at for at, line in enumerate(talker.commands) if line.startswith("RECORD FILE")]
    assert bool(report.audio) == bool(spoke) == (tmp_path / f"{CALL}.wav").exists()
    assert bool(report.callback) == (bool(spoke) and at > spoke[0])


def test_given_no_spool_when_started_then_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAIMLINE_SPOOL", raising=False)
    with pytest.raises(SystemExit, match="CLAIMLINE_SPOOL names no folder"):
        main()


@pytest.mark.parametrize("at", [7, 10])
def test_given_a_hang_up_when_spoken_to_in_this_process_then_kept_as_well(
    tmp_path: Path, at: int
) -> None:
    run(tmp_path, Caller([babble(5, 1)], keys=["1"], hangs_up_at=at))
    assert left(tmp_path).finished and left(tmp_path).audio


@pytest.mark.parametrize("call_id", ["../../etc/x", "a/b", "a b", ""])
def test_given_a_channel_of_a_strange_name_then_nothing_is_written(
    tmp_path: Path, call_id: str
) -> None:
    if call_id:
        with pytest.raises(ValueError, match="no channel of ours"):
            run(tmp_path / "spool", Caller(), uniqueid=call_id)
    else:
        run(tmp_path / "spool", Caller(), uniqueid=call_id)
    assert not (tmp_path / "spool").exists()


def test_it_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, agi_scripts.voice_report; "
        "print([m for m in ('sqlalchemy','numpy','asyncio','cryptography') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
