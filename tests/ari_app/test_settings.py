"""Settings: every fault at once, with its place; ports; files that only their owner reads."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from ari_app import settings
from ari_app.settings import Settings, SettingsError, choose_ports, load, load_ports, save_ports

pytestmark = pytest.mark.unit


def test_an_empty_directory_has_the_settings_that_ship(tmp_path: Path) -> None:
    chosen = load(tmp_path)
    assert chosen == Settings(state=tmp_path)
    assert chosen.database_url == f"sqlite:///{tmp_path}/claimline.db"
    assert chosen.ready_when_registered is False, "nobody is ready without having said so"


def test_every_place_is_below_the_state_directory(tmp_path: Path) -> None:
    chosen = Settings(state=tmp_path)
    places = (
        chosen.keys, chosen.etc, chosen.incoming_recordings, chosen.clips, chosen.recordings,
        chosen.messages, chosen.report_spool, chosen.prompts, chosen.live_prompts,
        chosen.endpoints,
    )  # fmt: skip
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(tmp_path) for place in places)


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('node = "N 1"\nlanguage = "fr"\nunknown = 1\n[[trunk]]\nname = "Bad"\n')
    with pytest.raises(SettingsError) as fault:
        load(tmp_path)
    told = str(fault.value).splitlines()
    for place in ("node", "language", "unknown", "trunk.0.name", "trunk.0.kind"):
        assert any(line.startswith(f"{file}: {place}: ") for line in told), place
    assert len(told) == 5


def test_a_file_that_is_no_toml_is_told_by_line(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("node = \n")
    with pytest.raises(SettingsError, match=r"settings\.toml: .*line 1"):
        load(tmp_path)


def test_the_environment_may_name_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMLINE_DATABASE", "postgresql+psycopg://there/claims")
    assert load(tmp_path).database_url == "postgresql+psycopg://there/claims"


def test_without_a_running_system_there_are_no_ports(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"claimline up --state {tmp_path}"):
        load_ports(tmp_path)


def test_ports_are_kept_for_the_commands(tmp_path: Path) -> None:
    chosen = choose_ports()
    save_ports(tmp_path, chosen)
    assert load_ports(tmp_path) == chosen


def test_chosen_ports_are_free_and_wished_ones_are_taken_over() -> None:
    free = choose_ports()
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", free.sip))
        tcp.bind(("127.0.0.1", free.http))
    wished = choose_ports(sip=5060, http=8080)
    assert (wished.sip, wished.http) == (5060, 8080)


@pytest.mark.parametrize("port", [1, 32768, 40000, 49999, 60999, 65535])
def test_the_rtp_range_is_wide_even_and_below_the_last_port(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bound(socket.socket):
        def bind(self, address: object) -> None:
            pass

        def getsockname(self) -> tuple[str, int]:
            return "127.0.0.1", port

    monkeypatch.setattr(settings.socket, "socket", Bound)
    chosen = choose_ports()
    assert chosen.rtp_first % 2 == 0
    assert 20000 <= chosen.rtp_first < chosen.rtp_last <= 65000
    assert chosen.rtp_last - chosen.rtp_first >= 1000


def test_a_private_file_is_whole_or_absent(tmp_path: Path) -> None:
    file = tmp_path / "made" / "secret"
    settings.write_private(file, "one")
    settings.write_private(file, "two")
    assert file.read_text() == "two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("xdg", "place"), [("/var/cache", "/var/cache/claimline"), ("", "/home/a/.cache/claimline")]
)
def test_the_cache_is_where_the_desktop_rules_say(
    xdg: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    monkeypatch.setenv("HOME", "/home/a")
    assert settings.cache_home() == Path(place)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://claims.example.com", True),
        ("https://claims.example.com:8443/", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080", True),
        ("http://claims.example.com", False),
        ("https://claims.example.com/insurer", False),
        ("https://user:pw@claims.example.com", False),
        ("https://claims.example.com\r\nBcc: x", False),
        ("claims.example.com", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_public_address_is_encrypted_and_whole(tmp_path: Path, url: str, fits: bool) -> None:
    if fits:
        assert Settings(state=tmp_path, public_url=url).public_url == url.rstrip("/")
        return
    with pytest.raises(ValidationError):
        Settings(state=tmp_path, public_url=url)


def test_a_port_of_our_own_needs_its_certificate(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="certificate and key"):
        Settings.model_validate({"state": tmp_path, "https": {"port": 8443}})
    for wrong in ({"proxies": ["nginx"]}, {"webhooks": {"inside": ["10.0.0.1/8"]}}):
        with pytest.raises(ValidationError):
            Settings.model_validate({"state": tmp_path, **wrong})
