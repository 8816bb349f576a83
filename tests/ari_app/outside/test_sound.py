"""G.711 mu-law, and clips as files."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.outside.sound import DECODE, LOUDNESS, SILENCE, decode, encode, read_clip, write_wav

pytestmark = pytest.mark.unit


def test_known_values_of_the_standard() -> None:
    assert decode(b"\x00\x80\xff\x7f\xf0\x70").tolist() == [-32124, 32124, 0, 0, 120, -120]
    assert encode(np.array([0, 32767, -32768], np.int16)) == b"\xff\x80\x00"
    assert not decode(SILENCE).any()


def test_every_byte_survives_decoding_and_encoding() -> None:
    every = bytes(code for code in range(256) if code != 0x7F)  # two codes mean zero
    assert encode(decode(every)) == every
    assert len(DECODE) == len(LOUDNESS) == 256


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50))
def test_encoding_keeps_the_relative_error_small(values: list[int]) -> None:
    samples = np.array(values, np.int16)
    error = np.abs(decode(encode(samples)).astype(int) - samples)
    assert (error <= np.abs(samples.astype(int)) / 16 + 8).all()


def test_clips_are_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    sound = bytes(range(0x80, 0xFF)) * 4
    (tmp_path / "clip.ulaw").write_bytes(sound)
    assert read_clip(tmp_path / "clip.ulaw") == sound
    assert read_clip(write_wav(tmp_path / "clip.wav", sound)) == sound


def test_a_clip_of_another_rate_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "wide.wav"), "wb") as wav:
        wav.setframerate(16000)
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.writeframes(b"\0\0")
    with pytest.raises(ValueError, match="8 kHz"):
        read_clip(tmp_path / "wide.wav")
