"""What Asterisk is given: whole, private, and never a value that could say something else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app import installed, render
from ari_app.directories import Directories, prepare_directories
from ari_app.installed import find_asterisk
from ari_app.planning import DEMO_PLAN, given, read_plan
from ari_app.render import DEAD_MAN, REQUEUE, Given, Number, UnsafeValue, write
from ari_app.secrets_file import Secrets
from ari_app.settings import Ports, Settings
from ari_app.trunks.model import Sip, Trunk
from tests.fakes.asterisk import fake_asterisk

pytestmark = pytest.mark.unit

PHONES = ("201", "202")
PORTS = Ports(sip=5070, ari=8088, ami=5038, http=8080, rtp_first=20000, rtp_last=22000)
SECRETS = Secrets(ari="a" * 32, ami="b" * 32, trunk="c" * 32, phones=dict.fromkeys(PHONES, "d"))
HOSTILE = [
    "201\n[evil]", "201;", "${EXTEN}", "201)", "201,1,System(id)", "2`id`", "", "Ä", "$[1]", "a&b",
    "201\x00", "201 ", "(201", "2\r1", '"201"',
]  # fmt: skip


def dirs(folder: Path) -> Directories:
    found = fake_asterisk(folder / "asterisk")
    return Directories.of(folder / "state", folder / "run", found)


def demo() -> Given:
    return given(read_plan(DEMO_PLAN.read_text("utf-8")), list(PHONES))


def files(folder: Path, made: Given | None = None, **chosen: object) -> dict[str, str]:
    settings = Settings(state=folder / "state", **chosen)  # type: ignore[arg-type]
    return render.render(settings, PORTS, SECRETS, made or demo(), dirs(folder))


def test_every_template_is_rendered_without_a_trace_of_one(tmp_path: Path) -> None:
    made = files(tmp_path)
    templates = sorted((installed.assets() / "etc").glob("*.conf.j2"))
    assert sorted(made) == [each.stem for each in templates]
    for name, text in made.items():
        assert not re.search(r"\{\{|\}\}|\{%|%\}", text), name
        assert text.endswith("\n"), name


def test_the_dialplan_knows_the_hotline_the_phones_and_the_rings(tmp_path: Path) -> None:
    dialplan = files(tmp_path)["extensions.conf"]
    for word in ("5550100", "5550101", "201", "202", "talk-20", REQUEUE, demo().mark):
        assert word in dialplan, word
    assert f"TIMEOUT(absolute)={DEAD_MAN}" in dialplan


def test_each_phone_has_its_own_password(tmp_path: Path) -> None:
    pjsip = files(tmp_path)["pjsip.conf"]
    assert all(f"[{phone}]" in pjsip or f"{phone}]" in pjsip for phone in PHONES)
    assert SECRETS.trunk in pjsip
    base, _, phones = pjsip.partition("[201](base)")
    template, _, trunks = base.partition("[base](!)")[2].partition("](base)")
    assert "rtp_timeout_hold = 300" in template
    assert "rtp_timeout =" not in template
    assert "rtp_timeout = 60" in trunks, "a caller who vanished"
    assert phones.count("rtp_timeout = 15") == len(PHONES), "a phone that lost its power"


def test_a_carrier_is_known_by_its_addresses(tmp_path: Path) -> None:
    north = Trunk(name="north", kind="address", addresses=("192.0.2.1", "192.0.2.0/28"))
    pjsip = files(tmp_path, trunk=(north,))["pjsip.conf"]
    assert "192.0.2.1" in pjsip and "192.0.2.0/28" in pjsip and "[north]" in pjsip


def test_behind_address_translation_the_others_are_told_our_outer_address(tmp_path: Path) -> None:
    trunks = (Trunk(name="trunk", kind="peer", nat=False),)
    sip = Sip(external="203.0.113.10", local=("192.168.0.0/16",))
    pjsip = files(tmp_path, trunk=trunks, sip=sip)["pjsip.conf"]
    transport, _, rest = pjsip.partition("[base]")
    for line in (
        "external_signaling_address = 203.0.113.10",
        "external_media_address = 203.0.113.10",
        "local_net = 192.168.0.0/16",
    ):
        assert transport.count(line) == 1
    trunk = rest.partition("[trunk](base)")[2].partition("\n[")[0]
    assert "rewrite_contact = no" in trunk and "rtp_symmetric = no" in trunk
    plain = files(tmp_path)["pjsip.conf"]
    assert (
        "external_" not in plain
        and "local_net" not in plain
        and "rewrite_contact = no" not in plain
    )


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("where", ["phone", "number"])
def test_a_hostile_number_is_refused(tmp_path: Path, where: str, value: str) -> None:
    made = demo()
    if where == "phone":
        made = replace(made, phones=(value,))
    else:
        made = replace(made, numbers=(Number(value, "zh"),))
    with pytest.raises(UnsafeValue):
        files(tmp_path, made)
    assert not (tmp_path / "state" / "etc").exists(), "nothing was written"


@pytest.mark.parametrize("value", ["1.2.3.4\nsecret=x", "1.2.3.4;", "${HOME}", "a)b", "é"])
@pytest.mark.parametrize("where", ["host", "carrier", "secret", "language", "state"])
def test_a_hostile_value_anywhere_is_refused(tmp_path: Path, where: str, value: str) -> None:
    made, secrets, place = demo(), SECRETS, dirs(tmp_path)
    settings = Settings(state=tmp_path / "state")
    match where:
        case "host":
            settings = settings.model_copy(update={"host": value})
        case "carrier":
            north = Trunk.model_construct(name="north", kind="address", addresses=(value,))
            settings = settings.model_copy(update={"trunk": (north,)})
        case "secret":
            secrets = secrets.model_copy(update={"phones": {**secrets.phones, "201": value}})
        case "language":
            made = replace(made, numbers=(Number("5550100", value),))
        case "state":
            place = replace(place, spool=Path(value))
    with pytest.raises(UnsafeValue, match="may not stand in a configuration file"):
        render.render(settings, PORTS, secrets, made, place)


def test_a_name_that_is_missing_in_a_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.conf.j2").write_text("x = {{ nobody }}\n")
    with pytest.raises(Exception, match="nobody"):
        render.environment(tmp_path).get_template("a.conf.j2").render()


def test_the_mark_tells_dialplans_apart() -> None:
    assert demo().mark == demo().mark
    assert replace(demo(), phones=("201",)).mark != demo().mark


def test_files_and_their_folder_are_private(tmp_path: Path) -> None:
    write({"a.conf": "one\n"}, tmp_path / "etc")
    write({"a.conf": "two\n"}, tmp_path / "etc")
    file = tmp_path / "etc" / "a.conf"
    assert file.read_text() == "two\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_asterisks_folders_are_made_and_can_be_made_again(tmp_path: Path) -> None:
    place, asterisk = dirs(tmp_path), fake_asterisk(tmp_path / "asterisk")
    for _ in range(2):
        prepare_directories(place, asterisk, tmp_path / "prompts")
    assert (place.spool / "monitor").is_dir() and place.run.stat().st_mode & 0o777 == 0o700
    assert (place.data / "documentation").resolve() == asterisk.data / "documentation"
    assert (place.data / "sounds" / "zh" / "cl").readlink() == tmp_path / "prompts" / "zh"


def test_asterisk_is_what_the_installer_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        "version": "20.9", "command": "/a/asterisk", "modules": "/a/modules", "data": "/a/data",
        "source": "debs", "packages": {"asterisk": "1:20.9"},
    }  # fmt: skip
    (tmp_path / "found.json").write_text(json.dumps(said))
    installer = tmp_path / "install.sh"
    installer.write_text(f"#!/bin/sh\necho {tmp_path / 'found.json'}\n")
    installer.chmod(0o700)
    monkeypatch.setattr(installed, "assets", lambda: tmp_path)
    found = find_asterisk()
    assert found.command == Path("/a/asterisk") and found.packages == {"asterisk": "1:20.9"}


def test_an_installed_package_finds_its_assets_below_the_prefix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "__file__", str(tmp_path / "site" / "ari_app" / "installed.py"))
    assert installed.assets().parts[-3:] == ("share", "claimline", "asterisk")


def test_the_module_list_has_names_only() -> None:
    assert all(re.fullmatch(r"[a-z0-9_]+(\.so)?", name) for name in installed.module_list())
