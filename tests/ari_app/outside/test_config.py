"""The outside's configuration, and what it takes from `endpoints.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ari_app.directories import Directories
from ari_app.outside.config import Plan, write_all, write_registrations
from ari_app.outside.target import Account, Target, read_target
from ari_app.render import UnsafeValue
from ari_app.settings import Ports

pytestmark = pytest.mark.unit

PORTS = Ports(sip=5070, ari=8090, ami=5040, http=8091, rtp_first=20000, rtp_last=21000)
PHONES = (Account("201", "hush-201", "201"), Account("202", "hush-202", "202"))


def plan(folder: Path, phones: tuple[Account, ...] = PHONES) -> Plan:
    dirs = {name: folder / name for name in Directories.__slots__}
    target = Target("127.0.0.1", 5060, "5550100", Account("trunk", "hush-trunk"), phones)
    ways = {phone.number: 6000 + n for n, phone in enumerate(phones)}
    return Plan(target, PORTS, Directories(**dirs), "hush-ari", ways)


def test_every_file_is_private_and_complete(tmp_path: Path) -> None:
    write_all(plan(tmp_path))
    files = {file.name: file for file in (tmp_path / "etc").iterdir()}
    assert {"pjsip.conf", "extensions.conf", "registrations.conf", "ari.conf"} <= files.keys()
    assert all(file.stat().st_mode & 0o077 == 0 for file in files.values())
    pjsip = files["pjsip.conf"].read_text()
    assert "contact = sip:127.0.0.1:5060" in pjsip and "contact = sip:127.0.0.1:6001" in pjsip
    assert "autoload = no" in files["modules.conf"].read_text()
    assert "[registration-" not in files["registrations.conf"].read_text()


def test_only_plugged_phones_register(tmp_path: Path) -> None:
    write_all(plan(tmp_path))
    write_registrations(plan(tmp_path), {"202"})
    text = (tmp_path / "etc" / "registrations.conf").read_text()
    assert "[registration-202]" in text and "201" not in text


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert "hush" not in repr(plan(tmp_path))


def test_a_value_that_could_break_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeValue):
        write_all(plan(tmp_path, (Account("201", "x\n[evil]", "201"),)))


def test_the_target_is_read_from_the_running_system(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    file.write_text(
        json.dumps(
            {
                "sip": {"host": "127.0.0.1", "port": 5060, "transport": "udp"},
                "hotline": "5550100",
                "trunk": {"username": "trunk", "password": "hush-trunk"},
                "phones": [
                    {"number": "201", "username": "201", "password": "hush-201", "agent": "wang"}
                ],
                "web": "http://127.0.0.1:8080",
            }
        )
    )
    assert read_target(file) == Target(
        "127.0.0.1", 5060, "5550100", Account("trunk", "hush-trunk"), PHONES[:1]
    )
