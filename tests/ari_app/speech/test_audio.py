from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.speech.audio import (
    SILENCE_DBFS,
    BrokenSound,
    Sound,
    from_ulaw,
    loudest_dbfs,
    parse_wav,
    read_wav,
    resample,
    rms_dbfs,
    tone_dbfs,
    voiced,
    write_wav,
)
from tests.fakes.sounds import RATE, babble, silence, tone

pytestmark = pytest.mark.unit


def test_given_a_sound_when_written_then_the_standard_library_reads_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.wav"
    samples = babble(1.0, 1)
    write_wav(path, Sound(samples, RATE))
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, 2)
        assert file.readframes(file.getnframes()) == samples.tobytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_stereo_keeps_its_sides(tmp_path: Path) -> None:
    both = np.stack([babble(0.5, 1), babble(0.5, 2)], axis=1)
    write_wav(tmp_path / "s.wav", Sound(both, RATE))
    read = read_wav(tmp_path / "s.wav")
    assert np.array_equal(read.samples, both)
    assert read.seconds == 0.5


@pytest.mark.parametrize("claimed", [0, 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_given_a_header_the_recorder_never_finished_when_read_then_all_sound_is_there(
    tmp_path: Path, claimed: int
) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, Sound(babble(0.5, 1), RATE))
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, 40, claimed)
    read = parse_wav(bytes(raw), "a.wav")
    expected = 0 if claimed == 1 else RATE // 2
    assert len(read.samples) == expected


def test_given_half_a_sample_at_the_end_when_read_then_it_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, Sound(babble(0.5, 1), RATE))
    assert len(parse_wav(path.read_bytes() + b"\0", "a").samples) == RATE // 2


def test_chunks_before_the_sound_are_passed_over(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", Sound(babble(0.1, 1), RATE))
    raw = (tmp_path / "a.wav").read_bytes()
    odd = raw[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + raw[36:]
    assert len(parse_wav(odd, "a").samples) == RATE // 10


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_but_broken_sound(raw: bytes) -> None:
    for start in (b"", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"):
        try:
            parse_wav(start + raw, "x")
        except BrokenSound as fault:
            assert "x" in str(fault)


def test_a_sound_that_is_not_16_bit_is_refused() -> None:
    head = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<IHHIIHH", 16, 7, 1, 8000, 8000, 1, 8)
    with pytest.raises(BrokenSound, match="16 bit"):
        parse_wav(head + b"data\0\0\0\0abcd", "mu.wav")


def test_mu_law_of_silence_is_silence_and_its_extremes_are_loud() -> None:
    assert from_ulaw(b"\xff\x7f").tolist() == [0, 0]
    assert from_ulaw(b"\x00\x80").tolist() == [-32124, 32124]


@pytest.mark.parametrize(
    ("rate", "to"), [(8000, 16000), (16000, 8000), (8000, 22050), (24000, 8000)]
)
def test_given_a_tone_when_resampled_then_pitch_level_and_length_stay(rate: int, to: int) -> None:
    steps = np.arange(rate)
    sound = (8000 * np.sin(2 * np.pi * 1000 * steps / rate)).astype(np.int16)
    out = resample(sound, rate, to)
    assert len(out) == to
    back = np.asarray(out * 32767, dtype=np.int16)
    assert tone_dbfs(back, to, 1000) == pytest.approx(tone_dbfs(sound, rate, 1000), abs=0.3)
    assert tone_dbfs(back, to, 2500) < -60


def test_a_tone_is_found_at_its_own_frequency_only() -> None:
    assert tone_dbfs(tone(1.0, 440), RATE, 440) == pytest.approx(-15.3, abs=0.2)
    assert tone_dbfs(tone(1.0, 440), RATE, 1000) < -70
    assert tone_dbfs(silence(0), RATE, 440) == SILENCE_DBFS


def test_loudness_of_silence_and_of_a_burst() -> None:
    assert rms_dbfs(silence(1)) == SILENCE_DBFS
    burst = np.concatenate([silence(1), tone(0.2, 440), silence(1)])
    assert loudest_dbfs(burst, RATE) == pytest.approx(-15.3, abs=0.3)
    assert rms_dbfs(burst) < -24


def test_voiced_stretches_are_padded_and_near_ones_joined() -> None:
    sound = np.concatenate(
        [silence(2), tone(1, 300), silence(1), tone(1, 300), silence(4), tone(1, 300)]
    )
    assert voiced(silence(3), RATE) == []
    found = [(first / RATE, last / RATE) for first, last in voiced(sound, RATE)]
    assert found == [pytest.approx((1.6, 5.4), abs=0.03), pytest.approx((8.6, 10.0), abs=0.03)]


def test_given_a_write_that_fails_then_no_half_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ari_app.speech.audio.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_wav(tmp_path / "a.wav", Sound(babble(0.1, 1), RATE))
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_nothing_and_no_tone_is_silence() -> None:
    assert len(resample(silence(0), RATE, 16000)) == 0
    assert len(resample(tone(1, 440), RATE, RATE)) == RATE
    assert tone_dbfs(silence(1), RATE, 440) == SILENCE_DBFS
