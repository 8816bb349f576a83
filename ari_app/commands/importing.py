"""`claimline import`: customers and policies of the insurer, from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ari_app.commands.common import STATE, Json, State, fail, opened, print_json
from claims_store.imports import import_csv

import_app = typer.Typer(help="Customers and policies from CSV files.", no_args_is_help=True)
Language = Annotated[str, typer.Option("--lang", help="zh or en.")]


@import_app.command("customers")
def import_customers(
    file: Path, state: State = STATE, lang: Language = "en", json_: Json = False
) -> None:
    """Take customers in; every refused line is named with its reason."""
    _take("customers", file, state, lang, json_)


@import_app.command("policies")
def import_policies(
    file: Path, state: State = STATE, lang: Language = "en", json_: Json = False
) -> None:
    """Take policies in; their customers must be there."""
    _take("policies", file, state, lang, json_)


def _take(kind: str, file: Path, state: Path, lang: str, as_json: bool) -> None:
    try:
        content = file.read_bytes()
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}", 2)
    with opened(state) as store:
        result = store.run_now(
            import_csv, "customers" if kind == "customers" else "policies", content
        )
    if as_json:
        refused = [{"line": line, "reason": reason} for line, reason in result.refused]
        print_json({"accepted": result.accepted, "refused": refused})
    else:
        for line, reason in result.refused:
            typer.echo(f"{file}:{line}: {reason.get(lang, reason['en'])}")
        typer.echo(f"{result.accepted} lines taken, {len(result.refused)} refused")
    if result.refused:
        raise typer.Exit(1)
