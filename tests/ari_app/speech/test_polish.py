"""Whatever comes in leaves as even, short-ended telephone sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.speech import audio, polish

pytestmark = pytest.mark.unit


def tone(seconds: float, level: float, rate: int = 22050) -> np.ndarray:
    wave = np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)
    return (wave * level * 32767).astype(np.int16)


def silence(seconds: float, rate: int = 22050) -> np.ndarray:
    return np.zeros(int(seconds * rate), np.int16)


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=200))
def test_mu_law_there_and_back_is_within_one_of_its_steps(values: list[int]) -> None:
    back = audio.from_ulaw(polish.to_ulaw(np.array(values, np.int16)))
    for value, heard in zip(values, back.tolist(), strict=True):
        assert abs(value - heard) <= max(16, abs(value) / 16)


def test_every_mu_law_byte_survives_a_round() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7F is a second zero
    assert polish.to_ulaw(audio.from_ulaw(codes)) == codes


@pytest.mark.parametrize("level", [0.003, 0.1, 0.99])
def test_given_any_loudness_when_polished_then_it_is_the_same_loudness(level: float) -> None:
    samples = polish.polished(audio.Sound(tone(1.0, level), 22050))
    assert audio.loudest_dbfs(samples, polish.RATE) == pytest.approx(polish.SPEECH_DBFS, abs=0.5)


def test_given_silence_around_when_polished_then_it_is_cut() -> None:
    sound = np.concatenate([silence(1.0), tone(0.5, 0.5), silence(2.0)])
    samples = polish.polished(audio.Sound(sound, 22050))
    assert 0.5 < len(samples) / polish.RATE < 0.62


def test_given_a_sharp_crack_when_polished_then_no_peak_passes_the_limit() -> None:
    sound = tone(1.0, 0.02)
    sound[9000:9010] = 32000
    samples = polish.polished(audio.Sound(sound, 22050))
    assert np.abs(samples.astype(int)).max() <= audio.FULL_SCALE * 10 ** (polish.PEAK_DBFS / 20) + 1


def test_given_stereo_when_polished_then_both_sides_are_heard() -> None:
    sides = np.stack([tone(0.5, 0.5), tone(0.5, 0.5)], axis=1)
    samples = polish.polished(audio.Sound(sides, 22050))
    assert samples.ndim == 1 and audio.tone_dbfs(samples, polish.RATE, 440) > -25


@pytest.mark.parametrize("samples", [silence(1.0), silence(0.0), silence(0.001)])
def test_given_nothing_to_hear_when_polished_then_nothing_is_left(samples: np.ndarray) -> None:
    assert len(polish.polished(audio.Sound(samples, 22050))) == 0


def test_a_bracketed_text_is_made_instead_of_read() -> None:
    beep = polish.made("[tone 880 0.5]")
    quiet = polish.made("[silence 0.25]")
    assert beep is not None and quiet is not None
    assert audio.tone_dbfs(beep, polish.RATE, 880) == pytest.approx(polish.TONE_DBFS, abs=0.5)
    assert len(quiet) == polish.RATE // 4 and not quiet.any()
    assert polish.made("tone 880") is None


def test_recordings_are_read_by_their_suffix(tmp_path: Path) -> None:
    raw, wav = tmp_path / "a.ulaw", tmp_path / "a.wav"
    raw.write_bytes(polish.to_ulaw(tone(0.1, 0.5, 8000)))
    audio.write_wav(wav, audio.Sound(tone(0.1, 0.5, 44100), 44100))
    assert polish.read(raw).seconds == polish.read(wav).seconds == 0.1
