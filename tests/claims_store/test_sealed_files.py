"""Sealed files: any range can be read, no change goes unnoticed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims_store import sealed_files
from claims_store.errors import VaultDamaged
from claims_store.sealed_files import CHUNK, SealedFile

pytestmark = pytest.mark.unit

KEY, SECRET = b"8 bytes!", bytes(range(32))
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17)


def sealed(folder: Path, size: int) -> tuple[bytes, Path]:
    plain = os.urandom(size)
    source, target = folder / f"{size}.wav", folder / f"{size}.sealed"
    source.write_bytes(plain)
    assert sealed_files.seal(source, target, KEY, SECRET) == sha256(plain).hexdigest()
    return plain, target


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_whole(tmp_path: Path, size: int) -> None:
    plain, target = sealed(tmp_path, size)
    assert sealed_files.key_id(target) == KEY
    assert target.stat().st_mode & 0o777 == 0o600
    with SealedFile(target, SECRET) as file:
        assert file.size == size
        assert file.read() == plain
    assert not list(tmp_path.glob("*.part"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(offset=st.integers(0, 4 * CHUNK), length=st.integers(0, 2 * CHUNK))
def test_any_range_reads_as_of_the_plain_file(tmp_path: Path, offset: int, length: int) -> None:
    target = tmp_path / "big.sealed"
    if not target.exists():
        (tmp_path / "big.wav").write_bytes(bytes(range(251)) * 1000)
        sealed_files.seal(tmp_path / "big.wav", target, KEY, SECRET)
    plain = (tmp_path / "big.wav").read_bytes()
    with SealedFile(target, SECRET) as file:
        assert file.read(offset, length) == plain[offset : offset + length]


@pytest.mark.parametrize("place", [5, 13, 21, 27, 100, CHUNK + 60, -1])
def test_a_changed_byte_is_told(tmp_path: Path, place: int) -> None:
    _, target = sealed(tmp_path, CHUNK + 100)
    blob = bytearray(target.read_bytes())
    blob[place] ^= 1
    target.write_bytes(blob)
    with pytest.raises(VaultDamaged), SealedFile(target, SECRET) as file:
        file.read()


def test_a_file_that_was_cut_off_or_put_together_is_told(tmp_path: Path) -> None:
    _, target = sealed(tmp_path, 2 * CHUNK)
    whole = target.read_bytes()
    head, step = len(whole) - 2 * (CHUNK + 16), CHUNK + 16
    swapped = whole[:head] + whole[head + step :] + whole[head : head + step]
    for broken in (whole[:-1], whole[: head + step], swapped):
        target.write_bytes(broken)
        with pytest.raises(VaultDamaged), SealedFile(target, SECRET) as file:
            file.read()


def test_a_plain_file_is_not_taken_for_a_sealed_one(tmp_path: Path) -> None:
    for content in (b"", b"RIFF" + bytes(100)):
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(VaultDamaged):
            sealed_files.key_id(tmp_path / "a.wav")


def test_a_half_written_target_from_before_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "10.sealed.part").write_bytes(b"half")
    plain, target = sealed(tmp_path, 10)
    with SealedFile(target, SECRET) as file:
        assert file.read() == plain


def test_sealing_a_missing_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sealed_files.seal(tmp_path / "none.wav", tmp_path / "none.sealed", KEY, SECRET)
    assert not list(tmp_path.iterdir())


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    _, target = sealed(tmp_path, 1)
    link = tmp_path / "link.sealed"
    link.symlink_to(target)
    with pytest.raises(OSError):
        SealedFile(link, SECRET)
