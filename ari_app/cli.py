"""The command `claimline`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ari_app import health, logs
from ari_app.commands.common import STATE, Json, State, fail, print_json, settings_of
from ari_app.settings import SettingsError, choose_ports, load
from claims_store.journal import Waiting, waiting

FAMILIES = {
    "doctor": ("doctoring", "doctor"),
    "calls": ("records", "calls_app"),
    "call": ("calling", "call"),
    "claims": ("claims", "claims_app"),
    "queues": ("queues", "queues"),
    "recordings": ("records", "recordings_app"),
    "handlers": ("handlers", "handlers_app"),
    "surveys": ("surveys", "surveys_app"),
    "agents": ("staff", "agents_app"),
    "users": ("staff", "users_app"),
    "plan": ("planning", "plan_app"),
    "import": ("importing", "import_app"),
    "prompts": ("assets", "prompts_app"),
    "models": ("assets", "models_app"),
    "trunks": ("trunks", "trunks_app"),
    "notify": ("notifying", "notify_app"),
    "tokens": ("integrating", "tokens_app"),
    "webhooks": ("integrating", "webhooks_app"),
    "complaints": ("complaints", "complaints_app"),
    "feedback": ("feedback", "feedback_app"),
    "backlog": ("backlog", "backlog_app"),
}
"""Where a command lives in `ari_app.commands`: a function, or a family with commands of its own."""


class Families(TyperGroup):
    """Imports a family when it is used: the app and its worker begin a second sooner.

    Contexts and commands are of the click that typer carries inside, and does not name.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *FAMILIES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in FAMILIES:
            return super().get_command(ctx, cmd_name)
        module, name = FAMILIES[cmd_name]
        found = getattr(import_module(f"ari_app.commands.{module}"), name)
        alone = typer.Typer(add_completion=False)
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=cmd_name)
        else:
            alone.command(cmd_name)(found)
        return typer.main.get_group(alone).get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Families, help="Claimline: the claims line of an insurer, on Asterisk.",
    no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip


@app.command()
def up(
    state: State = STATE,
    seed: Annotated[str | None, typer.Option(help="demo: fill an empty installation.")] = None,
    sip_port: Annotated[int, typer.Option(help="UDP port for SIP; 0 chooses a free one.")] = 0,
    http_port: Annotated[int, typer.Option(help="Port of the desk; 0 chooses a free one.")] = 0,
    sips_port: Annotated[int, typer.Option(help="Port for SIP by TLS; 0 chooses a free one.")] = 0,
) -> None:
    """Run everything in the foreground: Asterisk, app, worker. Ctrl-C ends it."""
    from ari_app.boot import BootFailed
    from ari_app.supervise import AlreadyRunning, Up, until_signal

    if seed not in (None, "demo"):
        fail(f"There is no seed {seed!r}. There is: demo")
    settings = settings_of(state)
    system = Up(settings, choose_ports(sip_port, http_port, sips_port, settings.rtp))
    try:
        asyncio.run(until_signal(system.run(seed, lambda: typer.echo(system.summary()))))
    except (AlreadyRunning, BootFailed, RuntimeError) as fault:
        fail(str(fault))


@app.command()
def down(state: State = STATE) -> None:
    """End a running system and wait until everything of it has ended."""
    pid = _supervisor(state)
    if pid is None:
        typer.echo(f"Nothing runs in {state}.")
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 20
    while _alive(pid):
        if time.monotonic() > end:
            fail(f"Process {pid} did not end within 20 s. Look at {state}/log")
        time.sleep(0.1)
    typer.echo("Ended.")


def _supervisor(state: object) -> int | None:
    file = settings_of(state).endpoints  # type: ignore[arg-type]  # a Path
    if not file.exists():
        return None
    pid = int(json.loads(file.read_text("utf-8"))["processes"]["supervisor"])
    return pid if _alive(pid) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@app.command()
def status(state: State = STATE, json_: Json = False) -> None:
    """What runs, where, and how it is."""
    settings = settings_of(state)
    if _supervisor(state) is None:
        if json_:
            print_json({"running": False, "processes": {}})
        else:
            typer.echo(f"Nothing runs in {state}. Start it: claimline up --state {state}")
        raise typer.Exit(1)
    found = json.loads(settings.endpoints.read_text("utf-8"))
    alive = {name: _alive(pid) for name, pid in found["processes"].items()}
    waits = waiting(settings.journal)
    said = health.read(settings.health, found["processes"])
    if json_:
        print_json({"running": all(alive.values()), "journal": asdict(waits), "health": said,
                    "web": found["web"], "sip": found["sip"],
                    "processes": {n: {"pid": p, "alive": alive[n]}
                                  for n, p in found["processes"].items()}})  # fmt: skip
        return
    _tell_status(found, alive)
    _tell_journal(waits, settings.journal)
    from ari_app.commands.feeling import lines

    for line in lines(said):
        typer.echo(line)


def _tell_status(found: dict[str, Any], alive: dict[str, bool]) -> None:
    typer.echo(f"hotline {found['hotline']} at {found['sip']['host']}:{found['sip']['port']}")
    typer.echo(f"desk    {found['web']}")
    for name, pid in found["processes"].items():
        typer.echo(f"{name:11} {pid:7}  {'running' if alive[name] else 'gone'}")


def _tell_journal(waits: Waiting, folder: Path) -> None:
    if waits.steps is not None:
        typer.echo(f"Data is late: the database is away. Calls go on; {waits.steps} steps of calls "
                   f"wait in {folder} and are stored when it is back.")  # fmt: skip
    if waits.set_aside:
        typer.echo(f"{waits.set_aside} steps could not be stored: {folder}/set-aside")


@app.command(hidden=True)
def serve(state: State = STATE) -> None:
    """The app alone; `up` starts it."""
    from ari_app.serving import run

    if refused := run(state):
        fail(refused)


@app.command(hidden=True)
def work(
    state: State = STATE,
    number: Annotated[int, typer.Option(help="Which of several workers.", min=1, max=8)] = 1,
) -> None:
    """A worker alone; `up` starts it."""
    from ari_app.working import work as run

    run(load(state), number)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the call.")] = False,
    json_file: Annotated[str | None, typer.Option("--json", help="Write the calls here.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "en",
    calls: Annotated[
        int | None, typer.Option(help="A small floor: so many calls a minute.", min=1)
    ] = None,
    agents: Annotated[int, typer.Option(help="With so many agents (1 to 8).", min=1, max=8)] = 1,
    story: Annotated[bool, typer.Option("--story", help="A claim's life instead.")] = False,
) -> None:
    """A synthetic customer calls, an agent answers, the report is checked against the recording."""
    from ari_app.demo.run import DemoFailed, run
    from ari_app.demo.run import Wanted as Demo

    if lang not in ("zh", "en"):
        fail("The language is zh or en.")
    try:
        if story:
            from ari_app.demo.told import run as told

            told.run(told.Wanted(once=once, json_file=json_file, language=lang))
            return
        run(Demo(once=once, json_file=json_file, language=lang, calls=calls, agents=agents))
    except DemoFailed as fault:
        fail(str(fault))


def main() -> None:
    """Entry of the console script."""
    os.umask(0o077)  # whatever is written here is somebody's secret or somebody's claim
    logs.set_up()
    try:
        app()
    except SettingsError as fault:
        typer.echo(str(fault), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
