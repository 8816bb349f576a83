"""Putting a new configuration to work: rendered, booted aside, swapped, reloaded, probed, or
rolled back.

`reload` says "success" for broken files, so each step is proved: a scratch Asterisk must start
with the files without an ERROR line, and after the reload the running one must have the new
dialplan.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ari_app.boot import BootFailed, start_asterisk
from ari_app.directories import Directories, prepare_directories, run_directory
from ari_app.installed import Asterisk, assets, find_asterisk
from ari_app.pbx.client import Server
from ari_app.pbx.errors import PbxError
from ari_app.pbx.reloading import reload
from ari_app.planning import given, read_plan
from ari_app.render import ARI_USER, Given, render, write
from ari_app.secrets_file import Secrets, load_or_make
from ari_app.settings import Settings, SettingsError, choose_ports, load_ports

RELOADED = ("pbx_config.so", "res_pjsip.so", "app_queue.so")


class ApplyFailed(Exception):
    """The configuration was not put to work; the running one is as before."""


def apply(settings: Settings, text: str, phones: list[str]) -> None:
    """Try a plan's configuration, and have a running Asterisk take it over. Raises ApplyFailed."""
    made = given(read_plan(text), phones)
    secrets = load_or_make(settings.state, phones)
    asterisk = find_asterisk()
    try:
        asyncio.run(_try(settings, secrets, made, asterisk))
    except BootFailed as fault:
        raise ApplyFailed(f"A trial Asterisk did not start with it: {fault}") from None
    if settings.endpoints.exists():
        asyncio.run(_swap(settings, secrets, made, asterisk))


async def _try(settings: Settings, secrets: Secrets, made: Given, asterisk: Asterisk) -> None:
    """Boot a scratch Asterisk on other ports with the files."""
    folder = Path(tempfile.mkdtemp(prefix="cl-try-"))
    try:
        dirs = Directories.of(folder, folder / "run", asterisk)
        prepare_directories(dirs, asterisk, assets() / "sounds")
        write(render(settings, choose_ports(), secrets, made, dirs), dirs.etc)
        process = await start_asterisk(asterisk, dirs.etc)
        await process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _swap(settings: Settings, secrets: Secrets, made: Given, asterisk: Asterisk) -> None:
    """Swap the files of the running Asterisk, reload, and roll back if it does not take them."""
    try:
        ports = load_ports(settings.state)
    except SettingsError as fault:
        raise ApplyFailed(str(fault)) from None
    run = run_directory(settings)
    if run is None:
        raise ApplyFailed(f"{settings.etc / 'asterisk.conf'} does not name its run directory.")
    dirs = Directories.of(settings.state, run, asterisk)
    before = settings.state / "etc.before"
    shutil.rmtree(before, ignore_errors=True)
    shutil.copytree(dirs.etc, before)
    write(render(settings, ports, secrets, made, dirs), dirs.etc)
    server = Server("127.0.0.1", ports.ari, ARI_USER, secrets.ari)
    try:
        await reload(server, RELOADED, made.mark)
    except PbxError as fault:
        shutil.copytree(before, dirs.etc, dirs_exist_ok=True)
        with suppress(PbxError):
            await reload(server, RELOADED, "")
        raise ApplyFailed(f"Asterisk did not take it over: {fault}") from None
