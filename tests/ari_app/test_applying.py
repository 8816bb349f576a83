"""A new configuration: tried aside, swapped, taken over or rolled back."""

from __future__ import annotations

import asyncio
import glob
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from ari_app import applying
from ari_app.applying import ApplyFailed, apply
from ari_app.boot import READY
from ari_app.directories import Directories, prepare_directories
from ari_app.planning import DEMO_PLAN, given, read_plan
from ari_app.render import render, write
from ari_app.secrets_file import load_or_make
from ari_app.settings import Ports, Settings, choose_ports, save_ports
from tests.fakes.asterisk import fake_asterisk

pytestmark = pytest.mark.unit

TEXT = DEMO_PLAN.read_text("utf-8")
CHANGED = TEXT.replace("5550101", "5550102")


class RunningAsterisk:
    """ARI as `reload` needs it: it takes its dialplan over when told to, or does not."""

    def __init__(self, etc: Path) -> None:
        self.etc = etc
        self.takes = True
        self.refuses = ""
        self.mark = ""
        self.reloaded: list[str] = []

    async def reload(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.reloaded.append(name)
        if self.takes and name == "pbx_config.so":
            self.mark = (self.etc / "extensions.conf").read_text("utf-8")
        return web.Response(status=409 if name == self.refuses else 204)

    async def variable(self, request: web.Request) -> web.Response:
        lines = [line for line in self.mark.splitlines() if request.query["variable"] in line]
        value = lines[0].partition("=")[2].strip() if lines else ""
        return web.json_response({"value": value})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    found = fake_asterisk(tmp_path / "asterisk")
    monkeypatch.setattr(applying, "find_asterisk", lambda: found)
    return Settings(state=tmp_path / "state")


@pytest_asyncio.fixture
async def up(settings: Settings, tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    """A running system with the demo's plan."""
    asterisk = RunningAsterisk(settings.etc)
    app = web.Application()
    app.router.add_put("/ari/asterisk/modules/{name}", asterisk.reload)
    app.router.add_get("/ari/asterisk/variable", asterisk.variable)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ports = choose_ports().model_copy(update={"ari": runner.addresses[0][1]})
    installed(settings, ports, tmp_path)
    yield asterisk
    await runner.cleanup()


def installed(settings: Settings, ports: Ports, tmp_path: Path) -> None:
    save_ports(settings.state, ports)
    found = applying.find_asterisk()
    dirs = Directories.of(settings.state, tmp_path / "run", found)
    prepare_directories(dirs, found, tmp_path / "sounds")
    secrets = load_or_make(settings.state, ["201"])
    write(render(settings, ports, secrets, given(read_plan(TEXT), ["201"]), dirs), dirs.etc)
    settings.endpoints.write_text("{}")


def dialplan(settings: Settings) -> str:
    return (settings.etc / "extensions.conf").read_text("utf-8")


async def test_without_a_running_system_it_is_only_tried(settings: Settings) -> None:
    await asyncio.to_thread(apply, settings, CHANGED, ["201"])
    assert not settings.etc.exists()
    asked = (applying.find_asterisk().command.parent / "asked").read_text()
    trial = re.findall(r"-C (\S+/)", asked)
    assert len(trial) == 1 and not glob.glob(trial[0]), "the trial is tidied away"


async def test_a_running_asterisk_takes_it_over(settings: Settings, up: RunningAsterisk) -> None:
    await asyncio.to_thread(apply, settings, CHANGED, ["201", "202"])
    assert "5550102" in dialplan(settings) and "5550101" not in dialplan(settings)
    assert up.reloaded == list(applying.RELOADED)
    assert "[202" in (settings.etc / "pjsip.conf").read_text()


async def test_what_asterisk_did_not_take_is_rolled_back(
    settings: Settings, up: RunningAsterisk
) -> None:
    up.takes = False
    before = dialplan(settings)
    with pytest.raises(ApplyFailed, match="it kept the old one"):
        await asyncio.to_thread(apply, settings, CHANGED, ["201"])
    assert dialplan(settings) == before
    assert len(up.reloaded) == 2 * len(applying.RELOADED), "the old one is loaded again"


async def test_a_module_that_does_not_reload_is_rolled_back(
    settings: Settings, up: RunningAsterisk
) -> None:
    up.refuses = "res_pjsip.so"
    before = dialplan(settings)
    with pytest.raises(ApplyFailed, match="did not take it over"):
        await asyncio.to_thread(apply, settings, CHANGED, ["201"])
    assert dialplan(settings) == before


async def test_a_trial_that_fails_touches_nothing(
    settings: Settings, up: RunningAsterisk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = fake_asterisk(tmp_path / "broken", "x ERROR[1]: no", READY)
    monkeypatch.setattr(applying, "find_asterisk", lambda: broken)
    before = dialplan(settings)
    with pytest.raises(ApplyFailed, match="A trial Asterisk did not start with it"):
        await asyncio.to_thread(apply, settings, CHANGED, ["201"])
    assert dialplan(settings) == before and up.reloaded == []


async def test_a_system_without_its_ports_is_not_touched(settings: Settings) -> None:
    installed(settings, choose_ports(), settings.state.parent)
    (settings.state / "ports.json").unlink()
    before = dialplan(settings)
    with pytest.raises(ApplyFailed, match="claimline up"):
        await asyncio.to_thread(apply, settings, CHANGED, ["201"])
    assert dialplan(settings) == before


async def test_a_configuration_without_a_run_directory_is_not_touched(settings: Settings) -> None:
    installed(settings, choose_ports(), settings.state.parent)
    (settings.etc / "asterisk.conf").write_text("[directories]\n")
    with pytest.raises(ApplyFailed, match="run directory"):
        await asyncio.to_thread(apply, settings, CHANGED, ["201"])
