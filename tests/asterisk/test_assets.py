"""What the PBX is given: no Python, no module twice, units that parse, a machine that uses them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import asterisk.agi
import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "asterisk"
UNITS = sorted((ASSETS / "units").glob("*.service"))
LISTS = [ASSETS / "modules.txt", ASSETS / "outside" / "modules.txt"]
INSTALLED = "/opt/claimline"


def modules(file: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def entries(unit: Path) -> dict[str, list[tuple[str, str]]]:
    """Section -> its (name, value) pairs; fails at a line that is none."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for number, line in enumerate(unit.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if head := re.fullmatch(r"\[(\w+)\]", line):
            section = head[1]
            found[section] = []
            continue
        pair = re.fullmatch(r"([A-Z][A-Za-z]*)=(.*)", line)
        assert pair is not None and section, f"{unit.name}:{number}: {line}"
        found[section].append((pair[1], pair[2]))
    return found


def command_of(unit: Path) -> list[str]:
    return dict(entries(unit)["Service"])["ExecStart"].split()


def provisioning() -> str:
    """The shell script inside the Vagrantfile."""
    text = (ROOT / "Vagrantfile").read_text("utf-8")
    found = re.search(r"<<~'SHELL'\n(.*?)\n  SHELL\n", text, re.S)
    assert found is not None
    return textwrap.dedent(found[1])


def test_asterisk_holds_no_python() -> None:
    assert not [*ASSETS.rglob("*.py"), *ASSETS.rglob("__init__*")]


def test_the_import_package_asterisk_is_pyst2s() -> None:
    assert asterisk.agi.__file__ is not None
    assert Path(asterisk.agi.__file__).is_relative_to(sys.prefix)
    assert not Path(asterisk.agi.__file__).is_relative_to(ASSETS)


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.parent.name)
def test_no_module_is_listed_twice(file: Path) -> None:
    names = modules(file)
    assert names
    assert sorted(names) == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.parent.name)
def test_no_module_is_listed_that_can_stall_asterisk_for_ever(file: Path) -> None:
    banned = {"res_stasis_device_state", "res_ari_device_states", "res_stasis_test"}
    assert not banned & set(modules(file))


def test_there_is_a_unit() -> None:
    assert UNITS


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_parses(unit: Path, tmp_path: Path) -> None:
    found = entries(unit)
    assert set(found) == {"Unit", "Service", "Install"}
    if verify := shutil.which("systemd-analyze"):
        copy = tmp_path / unit.name
        text = re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", unit.read_text("utf-8"))
        copy.write_text(text, "utf-8")
        done = subprocess.run([verify, "verify", str(copy)], capture_output=True, text=True)
        told = [line for line in done.stderr.splitlines() if copy.name in line]
        assert not told


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_room_for_many_calls_and_few_rights(unit: Path) -> None:
    service = dict(entries(unit)["Service"])
    assert int(service["LimitNOFILE"]) >= 65536
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0077"


def test_the_unit_starts_the_whole_system_with_options_that_exist() -> None:
    program, *arguments = command_of(ASSETS / "units" / "claimline.service")
    assert program == f"{INSTALLED}/.venv/bin/claimline"
    assert arguments[0] == "up"
    assert arguments[arguments.index("--state") + 1] == "/var/lib/claimline"
    done = subprocess.run(
        [sys.executable, "-m", "ari_app.cli", *arguments, "--help"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_virtual_machine_is_debian_13_and_lets_sip_and_the_desk_in() -> None:
    text = (ROOT / "Vagrantfile").read_text("utf-8")
    assert 'config.vm.box = "debian/trixie64"' in text
    assert re.search(r'"forwarded_port", id: "sip", .*protocol: "udp"', text)
    assert re.search(r'"forwarded_port", id: "desk", .*protocol: "tcp"', text)


def test_the_virtual_machine_is_prepared_by_the_scripts_of_the_checkout() -> None:
    script = provisioning()
    for wanted in re.findall(rf"{INSTALLED}/([\w./-]+)", script):
        assert wanted.startswith(".venv/") or (ROOT / wanted).is_file(), wanted
    assert f"{INSTALLED}/scripts/prepare" in script
    assert f"{INSTALLED}/asterisk/units/claimline.service" in script
    prepared = (ROOT / "scripts" / "prepare").read_text("utf-8")
    for part in re.findall(r"(?m)^prepare (\w+)$", script):
        assert re.search(rf"(?m)^ +{part}\) ", prepared), part


def test_the_virtual_machines_script_is_shell() -> None:
    done = subprocess.run(["bash", "-n"], input=provisioning(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
