"""Sealed values: bound to their key, unreadable once it is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.errors import Erased, VaultDamaged
from claims_store.vault import Sealed, Vault, new_token

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    made = Vault.at(tmp_path_factory.mktemp("keys") / "keys.db")
    yield made
    made.close()


@given(text=st.text())
def test_what_was_sealed_opens_again(vault: Vault, text: str) -> None:
    sealed = vault.seal(text, vault.new_key("report:BA-1"))
    assert isinstance(sealed, Sealed)
    assert vault.open(bytes(sealed)) == text


def test_equal_texts_are_sealed_differently(vault: Vault) -> None:
    key = vault.new_key("report:BA-1")
    assert vault.seal("袁伟", key) != vault.seal("袁伟", key)
    assert "袁伟".encode() not in vault.seal("袁伟", key)


def test_nothing_stays_nothing(vault: Vault) -> None:
    assert vault.open(None) is None


@given(place=st.integers(0, 50), bit=st.integers(0, 7))
def test_one_flipped_bit_is_told(vault: Vault, place: int, bit: int) -> None:
    sealed = bytearray(vault.seal("沪AD82K7 世纪大道", vault.new_key("report:BA-1")))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(VaultDamaged):
        vault.open(bytes(sealed))


def test_plain_bytes_are_not_a_sealed_value(vault: Vault) -> None:
    for blob in (b"", b"plain", b"\x01too short"):
        with pytest.raises(VaultDamaged):
            vault.open(blob)


def test_an_erased_owner_reads_as_nothing_and_takes_nothing_more(tmp_path: Path) -> None:
    vault = Vault.at(tmp_path / "keys.db")
    kept = vault.seal("kept", vault.new_key("call:1"))
    gone = vault.seal("gone", vault.new_key("call:2"))
    assert vault.erase("call:2")
    assert vault.open(kept) == "kept"
    assert vault.open(gone) is None
    with pytest.raises(Erased):
        vault.new_key("call:2")
    assert not vault.erase("call:3")
    vault.close()


def test_a_blind_index_is_equal_only_for_equal_texts_in_one_installation(tmp_path: Path) -> None:
    here, there = Vault.at(tmp_path / "a" / "keys.db"), Vault.at(tmp_path / "b" / "keys.db")
    assert here.index("13800138000") == here.index("13800138000")
    assert here.index("13800138000") != here.index("13800138001")
    assert here.index("13800138000") != there.index("13800138000")
    here.close()
    again = Vault.at(tmp_path / "a" / "keys.db")
    assert again.index("13800138000") == here_mark(tmp_path)
    again.close()
    there.close()


def here_mark(tmp_path: Path) -> str:
    vault = Vault.at(tmp_path / "a" / "keys.db")
    mark = vault.index("13800138000")
    vault.close()
    return mark


def test_neither_keys_nor_values_show_in_a_repr(vault: Vault) -> None:
    key = vault.new_key("report:BA-1")
    assert str(key.secret) not in repr(key)
    assert repr(vault.seal("袁伟", key)).startswith("<sealed ")


def test_tokens_are_long_and_new() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert min(len(new_token()) for _ in range(10)) >= 43


def test_a_sealed_file_opens_with_its_key_only(tmp_path: Path) -> None:
    vault = Vault.at(tmp_path / "keys.db")
    source, target = tmp_path / "plain.wav", tmp_path / "sealed.cl"
    source.write_bytes(b"RIFF" + bytes(1000))
    vault.seal_file(source, target, vault.new_key("call:1"))
    opened = vault.open_file(target)
    assert opened is not None
    with opened as file:
        assert file.read() == source.read_bytes()
    vault.erase("call:1")
    assert vault.open_file(target) is None
    vault.close()
