from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ari_app.jobs import sealing
from ari_app.jobs.carrying import NotYet
from ari_app.jobs.sealing import Folders, Sealer, open_recording
from ari_app.speech.audio import Sound, tone_dbfs
from claims_store import outbox, recordings
from claims_store.recordings import VOICE_REPORT, Recording
from claims_store.store import Store
from tests.fakes.recorded import CALL, LEG, recorded_call
from tests.fakes.sounds import RATE, babble, leave, tone

pytestmark = pytest.mark.store


class Killed(BaseException):
    """Stands for the power going off."""


def plain_files(folders: Folders) -> list[str]:
    places = [folders.incoming, folders.work, folders.kept]
    return sorted(path.name for place in places for path in place.glob("*.wav*"))


def stored(store: Store) -> Recording:
    found = store.run_now(recordings.of_call, CALL)
    assert found is not None
    return found


def opened(store: Store, folders: Folders) -> Sound:
    sound = open_recording(store, stored(store), folders.kept)
    assert sound is not None
    return sound


def test_given_a_recorded_call_when_sealed_then_one_encrypted_stereo_file_and_no_plain_one(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    Sealer(store, folders).seal(CALL, now)
    row = stored(store)
    assert (row.tracks, row.legs, row.seconds, row.partial) == (2, 1, 14.0, False)
    assert plain_files(folders) == []
    assert row.file is not None
    sealed = (folders.kept / row.file).read_bytes()
    assert b"RIFF" not in sealed and (folders.kept / row.file).stat().st_mode & 0o777 == 0o600
    with store.vault.open_file(folders.kept / row.file) as file:  # type: ignore[union-attr]
        assert hashlib.sha256(file.read()).hexdigest() == row.sha256
    sound = opened(store, folders)
    assert np.array_equal(sound.samples[4 * RATE :, 0], babble(10, 2))
    agent = sound.samples[:, 1]
    assert not agent[: 6 * RATE].any() and tone_dbfs(agent[6 * RATE :], RATE, 440) > -20
    assert [row.kind for row in store.run_now(outbox.due, now, kind="transcribe")] == ["transcribe"]


@pytest.mark.parametrize(
    "step",
    ["assemble", "write_wav", "seal_file", "after seal_file", "sealed", "after sealed", "unlink"],
)
def test_given_a_kill_at_any_step_when_sealed_again_then_the_end_is_the_same(
    store: Store, folders: Folders, now: datetime, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_call(store, folders.incoming, now)
    late = step.startswith("after ")
    name = step.removeprefix("after ")
    owner: object = {
        "assemble": sealing, "write_wav": sealing, "seal_file": type(store.vault),
        "sealed": recordings, "unlink": Path,
    }[name]  # fmt: skip
    real = getattr(owner, name)

    def killed(*args: object, **kwargs: object) -> object:
        if late:
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(Killed):
            Sealer(store, folders).seal(CALL, now)
    Sealer(store, folders).seal(CALL, now)
    row = stored(store)
    assert (row.tracks, row.seconds, row.partial) == (2, 14.0, False)
    assert opened(store, folders).seconds == 14.0
    assert plain_files(folders) == []
    assert len(store.run_now(outbox.due, now, kind="transcribe")) == 1


def test_given_a_sealed_call_when_sealed_again_then_nothing_changes(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    Sealer(store, folders).seal(CALL, now)
    before = stored(store)
    Sealer(store, folders).seal(CALL, now + timedelta(hours=1))
    assert stored(store) == before


def test_given_a_recorder_that_still_writes_when_sealed_then_not_yet(
    store: Store, folders: Folders
) -> None:
    now = datetime.now(UTC)
    recorded_call(store, folders.incoming, now)
    with pytest.raises(NotYet):
        Sealer(store, folders).seal(CALL, now)
    assert store.run_now(recordings.of_call, CALL) is None
    assert len(plain_files(folders)) == 4


@pytest.mark.parametrize(
    ("lost", "talk_s", "partial"),
    [
        ("", 10.2, False),
        ("", 12.0, True),
        (f"{CALL}-line-customer.wav", 10.0, True),
        (f"{CALL}-talk1-{LEG}-agent.wav", 10.0, True),
        (f"{CALL}-talk1-{LEG}-heard.wav", 10.0, False),
    ],
)
def test_a_recording_that_lacks_sound_is_partial(
    store: Store, folders: Folders, now: datetime, lost: str, talk_s: float, partial: bool
) -> None:
    recorded_call(store, folders.incoming, now, talk_s=talk_s)
    if lost:
        (folders.incoming / lost).unlink()
    Sealer(store, folders).seal(CALL, now)
    assert stored(store).partial is partial


@pytest.mark.parametrize(("line_s", "partial"), [(4.0, False), (6.5, False), (9.0, True)])
def test_a_line_part_that_lasted_longer_than_its_sound_is_partial(
    store: Store, folders: Folders, now: datetime, line_s: float, partial: bool
) -> None:
    recorded_call(store, folders.incoming, now)
    began = store.run_now(recordings.segments, CALL)[0].began
    store.run_now(recordings.end, CALL, began + timedelta(seconds=line_s), recordings.LINE)
    Sealer(store, folders).seal(CALL, now)
    assert stored(store).partial is partial


def test_of_a_call_that_was_cut_what_was_written_is_kept(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now, outcome="cut")
    for name in ("customer", f"{LEG}-agent", f"{LEG}-heard"):
        path = folders.incoming / f"{CALL}-talk1-{name}.wav"
        whole = bytearray(path.read_bytes())
        whole[4:8] = whole[40:44] = bytes(4)  # the sizes are written at the end, which never came
        path.write_bytes(whole if name == "customer" else whole[: 44 + 2 * 4 * RATE + 1])
    line = folders.incoming / f"{CALL}-line-customer.wav"
    line.write_bytes(b"")  # killed before the first block was written
    Sealer(store, folders).seal(CALL, now)
    row = stored(store)
    assert (row.tracks, row.seconds, row.partial) == (2, 10.0, True)
    agent = opened(store, folders).samples[:, 1]
    assert tone_dbfs(agent[2 * RATE : 6 * RATE], RATE, 440) > -20 and not agent[6 * RATE :].any()


def test_given_a_file_of_zeros_for_a_header_when_sealed_then_its_sound_is_saved(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    path = folders.incoming / f"{CALL}-line-customer.wav"
    path.write_bytes(bytes(44) + path.read_bytes()[44:])
    Sealer(store, folders).seal(CALL, now)
    assert stored(store).seconds == 14.0 and not stored(store).partial


def test_given_no_files_when_sealed_then_the_row_says_there_was_no_sound(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    for path in folders.incoming.iterdir():
        path.unlink()
    Sealer(store, folders).seal(CALL, now)
    row = stored(store)
    assert (row.file, row.sha256, row.tracks, row.legs, row.partial) == (None, None, 0, 0, True)
    assert open_recording(store, row, folders.kept) is None
    assert store.run_now(outbox.due, now, kind="transcribe") == []


def test_given_a_voice_report_after_sealing_when_sealed_again_then_it_is_added_once(
    store: Store, folders: Folders, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_call(store, folders.incoming, now)
    sealer = Sealer(store, folders)
    sealer.seal(CALL, now)
    report = f"{CALL}-report-customer.wav"
    leave(folders.incoming, report, tone(3, 700))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", _dies_of(report))
        with pytest.raises(Killed):
            sealer.seal(CALL, now)
    sealer.seal(CALL, now)
    assert stored(store).seconds == 17.0 and stored(store).tracks == 2
    assert tone_dbfs(opened(store, folders).samples[14 * RATE :, 0], RATE, 700) > -20
    assert plain_files(folders) == []
    assert len(store.run_now(outbox.due, now, kind="transcribe")) == 2


def test_given_only_a_voice_report_when_sealed_then_it_is_the_recording(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    for path in folders.incoming.iterdir():
        path.unlink()
    leave(folders.incoming, f"{CALL}-report-customer.wav", tone(3, 700))
    Sealer(store, folders).seal(CALL, now)
    assert (stored(store).seconds, stored(store).tracks) == (3.0, 1)
    assert VOICE_REPORT > 100


def test_given_the_key_was_erased_when_opened_then_there_is_no_sound(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    Sealer(store, folders).seal(CALL, now)
    row = stored(store)
    store.vault.erase(f"call:{CALL}")
    assert open_recording(store, row, folders.kept) is None


def test_spoken_answers_are_sealed_each_by_itself(
    store: Store, folders: Folders, now: datetime
) -> None:
    recorded_call(store, folders.incoming, now)
    assert folders.clips is not None
    leave(folders.clips, f"{CALL}-loss_place.wav", tone(2, 440))
    other = leave(folders.clips, f"{CALL}0-loss_place.wav", tone(2, 440))
    Sealer(store, folders).seal(CALL, now)
    assert os.listdir(folders.clips) == [other.name]
    assert (folders.kept / f"{CALL}-loss_place.sealed").exists()


def _dies_of(name: str) -> object:
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == name:
            raise Killed
        real(path, missing_ok=missing_ok)

    return unlink
