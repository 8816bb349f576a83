from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.jobs.spool import SpoolImporter
from claims_store import callbacks, calls, outbox, recordings, reports, voice_reports
from claims_store.calls import CallOpened
from claims_store.recordings import VOICE_REPORT
from claims_store.store import Store
from claims_store.voice_spool import SUFFIX, Spool, VoiceReport
from tests.fakes.sounds import leave, tone

pytestmark = pytest.mark.store

CALL = "n1-1764145200.3"
BEGAN = datetime.fromtimestamp(1764145200, UTC)
LEFT = VoiceReport(CALL, "13800138000", "5550100", "zh", "sip@host")


class Killed(BaseException):
    """Stands for the power going off."""


@pytest.fixture
def importer(store: Store, tmp_path: Path) -> SpoolImporter:
    return SpoolImporter(store, tmp_path / "spool", tmp_path / "in")


def leave_report(folder: Path, *, sound: bool = True, **changes: str | bool) -> None:
    spool = Spool(folder, LEFT)
    if sound:
        leave(folder, f"{CALL}.wav", tone(3, 440))
        spool.keep_audio()
    spool.keep(**({"callback": "13900139000", "finished": True} | changes))


def consequences(store: Store, now: datetime) -> list[str]:
    return sorted(row.key for row in store.run_now(outbox.due, now))


def test_given_a_report_when_imported_then_ledger_draft_callback_message_and_sealing(
    store: Store, importer: SpoolImporter, tmp_path: Path, now: datetime
) -> None:
    leave_report(tmp_path / "spool")
    assert importer.import_all(now) == 1
    call = store.run_now(calls.get, CALL)
    assert call is not None
    assert (call.caller, call.sip_call_id, call.started) == ("+8613800138000", "sip@host", BEGAN)
    assert (call.outcome, call.consent, call.language) == ("voice_report", "given", "zh")
    assert call.report_number is not None
    report = store.run_now(reports.state, call.report_number)
    assert report.values["callback_phone"].value == "+8613900139000"
    narrative = report.values["narrative"]
    assert (narrative.value, narrative.clip) == ("", f"{CALL}-report-customer")
    (callback,) = store.run_now(callbacks.listing)
    assert (callback.phone, callback.arrival) == ("+8613900139000", BEGAN)
    assert callback.report_number == report.number
    (segment,) = store.run_now(recordings.segments, CALL)
    assert (segment.segment, segment.file) == (VOICE_REPORT, f"{CALL}-report-customer.wav")
    assert (tmp_path / "in" / segment.file).exists()
    assert list((tmp_path / "spool").iterdir()) == []
    assert f"message:voice_report_received:{CALL}" in consequences(store, now)
    assert f"seal:{CALL}:report" in consequences(store, now)


@pytest.mark.parametrize("step", ["replace", "add", "after add", "unlink"])
def test_given_a_kill_at_any_step_when_imported_again_then_everything_once(
    store: Store, importer: SpoolImporter, tmp_path: Path, now: datetime, step: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    leave_report(tmp_path / "spool")
    name = step.removeprefix("after ")
    owner: object = {"replace": os, "add": voice_reports, "unlink": Path}[name]
    real = getattr(owner, name)

    def killed(*args: object, **kwargs: object) -> object:
        if step.startswith("after "):
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(Killed):
            importer.import_all(now)
    assert importer.import_all(now) == 1
    assert importer.import_all(now) == 0
    assert len(store.run_now(reports.listing)) == 1
    assert len(store.run_now(callbacks.listing)) == 1
    assert len(store.run_now(recordings.segments, CALL)) == 1
    events = [event.event for event in store.run_now(calls.events, CALL)]
    assert events.count("voice_report_left") == 1
    assert list((tmp_path / "spool").iterdir()) == []


def test_given_a_call_with_a_draft_when_imported_then_the_draft_is_continued(
    store: Store, importer: SpoolImporter, tmp_path: Path, now: datetime
) -> None:
    opened = CallOpened(CALL, "n1", "sip", "+8613800138000", "5550100", BEGAN, 1)
    store.run_now(calls.open_call, opened)
    number = store.run_now(reports.start, CALL, "+8613800138000", "zh", BEGAN)
    store.run_now(
        reports.answer,
        number,
        "narrative",
        "追尾",
        by="line",
        source="line",
        at=BEGAN,
        call_id=CALL,
    )
    leave_report(tmp_path / "spool")
    importer.import_all(now)
    assert store.run_now(reports.listing) == [number]
    report = store.run_now(reports.state, number)
    assert report.values["narrative"].value == "追尾"
    assert report.values["callback_phone"].value == "+8613900139000"


def test_given_a_caller_who_hung_up_at_once_when_imported_then_he_is_to_be_called_back(
    store: Store, importer: SpoolImporter, tmp_path: Path, now: datetime
) -> None:
    leave_report(tmp_path / "spool", sound=False, callback="")
    importer.import_all(now)
    assert store.run_now(reports.listing) == []
    (callback,) = store.run_now(callbacks.listing)
    assert (callback.phone, callback.report_number) == ("+8613800138000", None)
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.consent == "not_asked"


def test_given_sound_and_no_number_at_all_when_imported_then_a_draft_without_callback(
    store: Store, importer: SpoolImporter, tmp_path: Path, now: datetime
) -> None:
    leave_report(tmp_path / "spool", caller="", callback="")
    importer.import_all(now)
    assert len(store.run_now(reports.listing)) == 1
    assert store.run_now(callbacks.listing) == []


def test_given_a_script_at_work_when_imported_then_left_alone_until_it_is_long_dead(
    store: Store, importer: SpoolImporter, tmp_path: Path
) -> None:
    leave_report(tmp_path / "spool", finished=False)
    now = datetime.now(UTC)
    assert importer.import_all(now) == 0
    assert importer.import_all(now + timedelta(minutes=16)) == 1
    assert len(store.run_now(reports.listing)) == 1


def test_given_a_script_killed_in_a_call_that_is_over_when_imported_then_soon(
    store: Store, importer: SpoolImporter, tmp_path: Path
) -> None:
    leave_report(tmp_path / "spool", finished=False)
    now = datetime.now(UTC)
    store.run_now(calls.open_call, CallOpened(CALL, "n1", "sip", "", "5550100", BEGAN, None))
    assert importer.import_all(now + timedelta(seconds=11)) == 0
    store.run_now(calls.close, CALL, now, "fallback")
    assert importer.import_all(now + timedelta(seconds=5)) == 0
    assert importer.import_all(now + timedelta(seconds=11)) == 1
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.outcome == "voice_report"


def test_given_half_a_file_of_a_dead_script_when_it_is_old_then_it_goes(
    importer: SpoolImporter, tmp_path: Path
) -> None:
    (tmp_path / "spool").mkdir()
    half = tmp_path / "spool" / f".{CALL}{SUFFIX}.part"
    half.write_text('{"call_id": "n1-')
    now = datetime.now(UTC)
    importer.import_all(now)
    assert half.exists()
    importer.import_all(now + timedelta(minutes=16))
    assert not half.exists()


def test_given_a_report_that_cannot_be_written_down_when_imported_then_later_and_the_others_now(
    store: Store, importer: SpoolImporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    leave_report(tmp_path / "spool")
    other = Spool(tmp_path / "spool", VoiceReport("n1-1764145201.4", "", "5550100", "en"))
    other.keep(callback="13900139001", finished=True)
    real = voice_reports.add

    def refuse(s: object, report: VoiceReport, *rest: object) -> bool:
        if report.call_id == CALL:
            raise OSError("the disk is full")
        return real(s, report, *rest)  # type: ignore[arg-type]

    now = datetime.now(UTC)
    with monkeypatch.context() as patch:
        patch.setattr(voice_reports, "add", refuse)
        assert importer.import_all(now) == 1
        assert importer.import_all(now) == 0
    assert caplog.messages.count("a voice report is tried again") == 1
    assert importer.import_all(now + timedelta(seconds=31)) == 1
    assert store.run_now(calls.get, CALL) is not None


def test_given_a_second_broken_file_of_a_name_when_set_aside_then_neither_is_lost(
    importer: SpoolImporter, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "spool").mkdir()
    for content in ("first", "second"):
        (tmp_path / "spool" / f"x{SUFFIX}").write_text(content)
        importer.import_all(now)
    assert sorted(path.read_text() for path in (tmp_path / "spool").iterdir()) == [
        "first", "second",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"call_id": "x"}', b"\xff\xfe", b"null"])
def test_given_a_file_that_is_no_report_when_imported_then_kept_aside_and_told(
    importer: SpoolImporter, tmp_path: Path, now: datetime, content: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / f"x{SUFFIX}").write_bytes(content)
    leave_report(tmp_path / "spool")
    assert importer.import_all(now) == 1
    (aside,) = (tmp_path / "spool").iterdir()
    assert aside.read_bytes() == content and aside.name.endswith(".unreadable")
    assert "a voice report cannot be read" in caplog.messages
    assert importer.import_all(now) == 0


@pytest.mark.parametrize("call_id", ["../../x", "a/b", "", "a b"])
def test_given_a_report_of_a_strange_call_when_imported_then_refused(
    importer: SpoolImporter, tmp_path: Path, now: datetime, call_id: str
) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / f"x{SUFFIX}").write_text(
        f'{{"call_id": "{call_id}", "caller": "", "dialled": "", "language": "zh"}}'
    )
    assert importer.import_all(now) == 0


def test_given_a_name_without_a_time_when_imported_then_now_is_its_time(
    store: Store, now: datetime
) -> None:
    store.run_now(voice_reports.add, VoiceReport("odd", "", "", "en"), None, now)
    call = store.run_now(calls.get, "odd")
    assert call is not None and call.started == now
