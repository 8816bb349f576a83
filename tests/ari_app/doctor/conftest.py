"""A whole installation that does not run, to be broken in one place."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.directories import Directories, prepare_directories
from ari_app.doctor.place import Place
from ari_app.installed import Asterisk, module_list
from ari_app.installing import Installation, prepare
from ari_app.render import render, write
from ari_app.settings import Ports, Settings, choose_ports, load, save_ports
from claims_store import passwords, people
from claims_store.people import Agent, User
from claims_store.store import Store
from tests.fakes.asterisk import fake_asterisk

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
Made = tuple[Path, Asterisk]


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A new installation with an admin and an agent, and an Asterisk of the right version."""
    folder = tmp_path_factory.mktemp("doctor")
    state = folder / "state"
    state.mkdir(mode=0o700)
    settings = load(state)
    asyncio.run(prepare(settings, None))
    store = Store.open_now(settings.database_url, settings.keys / "keys.db")
    admin = User("admin", "admin", {"zh": "管理员", "en": "Admin"}, None, "en")
    store.run_now(people.add_user, admin, passwords.hashed("not to be guessed"), NOW)
    title = {"zh": "坐席", "en": "Agent"}
    agent = Agent("agent1", title, "201", {"line.motor": 5}, ("zh", "en"), ())
    store.run_now(people.put_agent, agent)
    store.close_now()
    found = replace(fake_asterisk(folder / "asterisk"), version="22.10.1")
    found.modules.mkdir()
    for name in module_list(srtp=True):
        (found.modules / f"{name}.so").touch()
    return state, found


class Broken:
    """An installation that a test may hurt."""

    def __init__(self, state: Path, asterisk: Asterisk, models: Path) -> None:
        self.state = state
        self.asterisk = asterisk
        self.models = models
        self.ports: Ports = choose_ports()

    @property
    def settings(self) -> Settings:
        return load(self.state)

    @property
    def place(self) -> Place:
        return Place(self.settings, NOW, self.asterisk, self.ports, None, self.models)

    def store(self) -> Store:
        return Store.open_now(self.settings.database_url, self.settings.keys / "keys.db")

    def start_and_end(self) -> None:
        """What a start leaves: Asterisk's files, and the ports of this run."""
        made: Installation = asyncio.run(prepare(self.settings, None))
        run = self.state.parent / "run"
        dirs = Directories.of(self.state, run, self.asterisk)
        prepare_directories(dirs, self.asterisk, made.sounds)
        made.write_agi(dirs.agi, self.settings)
        write(render(self.settings, self.ports, made.secrets, made.given, dirs), dirs.etc)
        save_ports(self.state, self.ports)

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a configuration file by hand."""
        path = self.state / "etc" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def broken(master: Made, tmp_path: Path) -> Broken:
    """A copy of the installation, whole until a test breaks it."""
    state, asterisk = master
    shutil.copytree(state, tmp_path / "state", symlinks=True)
    (tmp_path / "state").chmod(0o700)
    made = Broken(tmp_path / "state", asterisk, tmp_path / "models")
    made.start_and_end()
    return made
