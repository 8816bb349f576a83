"""The command `claimline`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ari_app import commands
from ari_app.settings import SettingsError, choose_ports, load, load_ports

app = typer.Typer(
    help="Claimline: the claims line of an insurer, on Asterisk.",
    no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip

State = Annotated[
    Path, typer.Option("--state", help="Directory of this installation.", envvar="CLAIMLINE_STATE")
]
DEFAULT_STATE = Path("state")


def fail(message: str) -> NoReturn:
    """Say what happened and end with a code that scripts see."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


@app.command()
def up(
    state: State = DEFAULT_STATE,
    seed: Annotated[str | None, typer.Option(help="demo: fill an empty installation.")] = None,
    sip_port: Annotated[int, typer.Option(help="UDP port for SIP; 0 chooses a free one.")] = 0,
    http_port: Annotated[int, typer.Option(help="Port of the desk; 0 chooses a free one.")] = 0,
) -> None:
    """Run everything in the foreground: Asterisk, app, worker. Ctrl-C ends it."""
    from ari_app.supervise import AlreadyRunning, Up, until_signal

    if seed not in (None, "demo"):
        fail(f"There is no seed {seed!r}. There is: demo")
    settings = load(state)
    system = Up(settings, choose_ports(sip_port, http_port), typer.echo)
    try:
        asyncio.run(until_signal(system.run(seed, lambda: typer.echo(system.summary()))))
    except AlreadyRunning as fault:
        fail(str(fault))


@app.command(hidden=True)
def serve(state: State = DEFAULT_STATE) -> None:
    """The app alone; `up` starts it."""
    from ari_app.installing import FIRST_RUN, first_run
    from ari_app.service import serve as run

    asyncio.run(run(load(state), load_ports(state), first_run(os.environ.get(FIRST_RUN, ""))))


@app.command(hidden=True)
def work(state: State = DEFAULT_STATE) -> None:
    """The worker alone; `up` starts it."""
    from ari_app.working import work as run

    run(load(state))


def main() -> None:
    """Entry of the console script."""
    logging.basicConfig(
        stream=sys.stderr, level=os.environ.get("CLAIMLINE_LOG", "INFO"),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )  # fmt: skip
    try:
        app()
    except SettingsError as fault:
        typer.echo(str(fault), err=True)
        sys.exit(1)


app.add_typer(commands.calls_app, name="calls")

if __name__ == "__main__":
    main()
