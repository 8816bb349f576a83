from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ari_app.jobs.parts import Stretch, assemble, part_of, parts_of
from ari_app.speech.audio import Sound, tone_dbfs, write_wav
from claims_store.recordings import VOICE_REPORT
from tests.fakes.sounds import RATE, babble, leave, silence, tone

pytestmark = pytest.mark.unit

CALL = "n1-1764145200.3"
LEG = "n1-1764145230.9"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{CALL}-line-customer.wav", (0, "", "customer", False)),
        (f"{CALL}-talk1-customer.wav", (1, "", "customer", False)),
        (f"{CALL}-talk12-{LEG}-agent.wav", (12, LEG, "agent", False)),
        (f"{CALL}-talk2-{LEG}-heard.wav", (2, LEG, "heard", False)),
        (f"{CALL}-talk1-consult-{LEG}-agent.wav", (1, LEG, "agent", True)),
        (f"{CALL}-report-customer.wav", (VOICE_REPORT, "", "customer", False)),
    ],
)
def test_the_name_of_a_file_says_what_it_is(name: str, expected: tuple[object, ...]) -> None:
    part = part_of(Path(name))
    assert part is not None and part.call_id == CALL
    assert (part.segment, part.leg, part.side, part.consult) == expected


@pytest.mark.parametrize(
    "name", ["x.wav", f"{CALL}-talk-customer.wav", f"{CALL}-line-customer.wav.part"]
)
def test_other_names_are_nobodys(name: str) -> None:
    assert part_of(Path(name)) is None


def test_a_call_does_not_get_the_files_of_one_with_a_longer_number(tmp_path: Path) -> None:
    for call in (CALL, CALL + "0"):
        leave(tmp_path, f"{call}-line-customer.wav", silence(0.1))
    assert [part.call_id for part in parts_of(CALL, tmp_path)] == [CALL]


def test_given_line_and_two_talks_when_assembled_then_they_follow_each_other(
    tmp_path: Path,
) -> None:
    first, second = babble(10, 1), babble(20, 2)
    leave(tmp_path, f"{CALL}-line-customer.wav", babble(5, 3))
    leave(tmp_path, f"{CALL}-talk1-customer.wav", first)
    leave(tmp_path, f"{CALL}-talk1-a.1-agent.wav", silence(8))
    leave(tmp_path, f"{CALL}-talk1-a.1-heard.wav", silence(8))
    leave(tmp_path, f"{CALL}-talk2-customer.wav", second)
    leave(tmp_path, f"{CALL}-talk2-a.2-agent.wav", tone(15, 440))
    leave(tmp_path, f"{CALL}-talk2-a.2-heard.wav", second[2 * RATE : 17 * RATE])
    joined = assemble(parts_of(CALL, tmp_path), {})
    assert joined.stretches == (Stretch(0, 0.0, 5.0), Stretch(2, 5.0, 20.0))
    assert joined.legs == 1 and joined.talk_s == 20.0 and not joined.unreadable
    assert joined.sound.samples.shape == (25 * RATE, 2)
    agent = joined.sound.samples[:, 1]
    assert not agent[: 7 * RATE].any() and agent[7 * RATE + 10 : 22 * RATE].any()


def test_given_a_blind_transfer_when_assembled_then_the_talk_is_there_once_with_both_agents(
    tmp_path: Path,
) -> None:
    customer = babble(30, 1)
    leave(tmp_path, f"{CALL}-talk1-customer.wav", customer[: 12 * RATE])
    leave(tmp_path, f"{CALL}-talk1-a.1-agent.wav", tone(10, 440))
    leave(tmp_path, f"{CALL}-talk1-a.1-heard.wav", customer[: 10 * RATE])
    leave(tmp_path, f"{CALL}-talk2-customer.wav", customer[12 * RATE :])
    leave(tmp_path, f"{CALL}-talk2-a.2-agent.wav", tone(15, 700))
    leave(tmp_path, f"{CALL}-talk2-a.2-heard.wav", customer[14 * RATE : 29 * RATE])
    joined = assemble(parts_of(CALL, tmp_path), {})
    assert joined.stretches == (Stretch(1, 0.0, 12.0), Stretch(2, 12.0, 18.0))
    assert joined.legs == 2 and np.array_equal(joined.sound.samples[:, 0], customer)
    agent = joined.sound.samples[:, 1]
    assert tone_dbfs(agent[: 10 * RATE], RATE, 440) > -20
    assert tone_dbfs(agent[14 * RATE : 29 * RATE], RATE, 700) > -20
    assert not agent[10 * RATE : 14 * RATE - 1].any()


def test_given_a_customer_who_says_the_same_twice_when_assembled_then_both_talks_are_there(
    tmp_path: Path,
) -> None:
    for talk, hertz in ((1, 700), (2, 1100)):
        customer = np.concatenate([silence(1), tone(0.6, 440), silence(1)])
        leave(tmp_path, f"{CALL}-talk{talk}-customer.wav", customer)
        leave(tmp_path, f"{CALL}-talk{talk}-a.{talk}-agent.wav", tone(2.6, hertz))
        leave(tmp_path, f"{CALL}-talk{talk}-a.{talk}-heard.wav", customer)
    joined = assemble(parts_of(CALL, tmp_path), {})
    assert [stretch.segment for stretch in joined.stretches] == [1, 2]
    assert joined.sound.seconds == pytest.approx(5.2)


def test_given_a_consult_leg_when_assembled_then_it_is_kept_from_the_moment_of_the_transfer(
    tmp_path: Path,
) -> None:
    customer = np.concatenate([silence(5), tone(1, 440), silence(14)])
    track = leave(tmp_path, f"{CALL}-talk1-customer.wav", customer)
    said = np.concatenate([tone(3, 700), silence(1), tone(4, 1100), silence(2)])
    heard = np.concatenate([tone(1, 440), silence(9)])  # alike the customer, but a colleague
    agent = leave(tmp_path, f"{CALL}-talk1-consult-a.2-agent.wav", said)
    leave(tmp_path, f"{CALL}-talk1-consult-a.2-heard.wav", heard)
    end = agent.stat().st_mtime
    os.utime(track, (end, end))
    began = {agent.name: datetime.fromtimestamp(end - 6.5, UTC)}
    right = assemble(parts_of(CALL, tmp_path), began).sound.samples[:, 1]
    assert not right[: int(13.5 * RATE)].any()
    assert tone_dbfs(right[14 * RATE : 18 * RATE], RATE, 1100) > -20


def test_given_the_same_words_in_two_talks_when_assembled_then_both_are_kept(
    tmp_path: Path,
) -> None:
    for talk in (1, 2):
        leave(tmp_path, f"{CALL}-talk{talk}-customer.wav", babble(10, talk))
        leave(tmp_path, f"{CALL}-talk{talk}-a.{talk}-agent.wav", tone(10, 440))
    assert len(assemble(parts_of(CALL, tmp_path), {}).stretches) == 2


def test_given_only_the_clock_when_assembled_then_the_leg_begins_where_it_says(
    tmp_path: Path,
) -> None:
    customer = leave(tmp_path, f"{CALL}-talk1-customer.wav", silence(10))
    agent = leave(tmp_path, f"{CALL}-talk1-a.1-agent.wav", tone(5, 440))
    began = {customer.name: NOW, agent.name: NOW + timedelta(seconds=2)}
    right = assemble(parts_of(CALL, tmp_path), began).sound.samples[:, 1]
    assert not right[: 2 * RATE].any() and right[2 * RATE : 7 * RATE].any()


def test_given_nothing_when_assembled_then_nothing() -> None:
    joined = assemble([], {})
    assert joined.sound.samples.shape == (0, 2) and joined.legs == 0 and joined.stretches == ()


def test_given_a_missing_customer_track_when_assembled_then_the_agent_is_kept(
    tmp_path: Path,
) -> None:
    leave(tmp_path, f"{CALL}-talk1-a.1-agent.wav", tone(5, 440))
    joined = assemble(parts_of(CALL, tmp_path), {})
    assert joined.sound.samples[:, 1].any() and joined.sound.seconds == 5.0


def test_given_broken_files_when_assembled_then_what_can_be_read_is(tmp_path: Path) -> None:
    line = leave(tmp_path, f"{CALL}-line-customer.wav", tone(2, 440))
    line.write_bytes(bytes(44) + line.read_bytes()[44:])
    (tmp_path / f"{CALL}-talk1-customer.wav").write_bytes(b"garbage that is no sound at all" * 9)
    (tmp_path / f"{CALL}-talk1-a.1-agent.wav").write_bytes(b"")
    joined = assemble(parts_of(CALL, tmp_path), {})
    assert np.array_equal(joined.sound.samples[:, 0], tone(2, 440))
    assert set(joined.unreadable) == {
        f"{CALL}-talk1-customer.wav", f"{CALL}-talk1-a.1-agent.wav",
    }  # fmt: skip


def test_given_a_track_of_another_rate_when_assembled_then_it_lasts_as_long(tmp_path: Path) -> None:
    write_wav(tmp_path / f"{CALL}-line-customer.wav", Sound(tone(4, 440), 2 * RATE))
    assert assemble(parts_of(CALL, tmp_path), {}).sound.seconds == 2.0
