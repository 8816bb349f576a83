"""`claimline plan`: check and publish what admins edit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ari_app.applying import ApplyFailed, apply
from ari_app.clock import SteadyClock
from ari_app.commands.common import STATE, Json, State, fail, opened, settings_of
from ari_app.planning import known_prompts, line_of
from claims_store import people, plans
from routing.problems import Problem
from routing.reading import check

plan_app = typer.Typer(help="Menus, queues, rules and hours.", no_args_is_help=True)
Language = Annotated[str, typer.Option("--lang", help="zh or en.")]


def _problems(file: Path, agents: dict[str, dict[str, int]] | None) -> list[Problem]:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        fail(f"{file} cannot be read: {fault}", 2)
    return check(text, prompts=known_prompts(), agents=agents)


@plan_app.command("check")
def plan_check(files: list[Path], lang: Language = "en", json_: Json = False) -> None:
    """All problems of plan files at once; exit code 1 when one of them stops publishing."""
    found = [(file, problem) for file in files for problem in _problems(file, None)]
    if json_:
        typer.echo(json.dumps([_json(file, problem) for file, problem in found]))
    else:
        for file, problem in found:
            typer.echo(line_of(problem, str(file), lang))
        if not found:
            typer.echo(f"{', '.join(map(str, files))}: no problem found")
    if any(problem.stops for _, problem in found):
        raise typer.Exit(1)


def _json(file: Path, problem: Problem) -> dict[str, object]:
    return {
        "file": str(file), "line": problem.line, "column": problem.column, "stops": problem.stops,
        "sentence": {"zh": problem.sentence.zh, "en": problem.sentence.en},
        "hint": {"zh": problem.hint.zh, "en": problem.hint.en},
    }  # fmt: skip


@plan_app.command("publish")
def plan_publish(
    file: Path,
    reason: Annotated[str, typer.Option(help="Why: kept with the revision.")] = "",
    state: State = STATE,
    lang: Language = "en",
) -> None:
    """Check a plan, try its dialplan in an Asterisk of its own, and put it to work."""
    settings = settings_of(state)
    with opened(state) as store:
        agents = {agent.name: agent.skills for agent in store.run_now(people.agents)}
        stopping = [problem for problem in _problems(file, agents) if problem.stops]
        if stopping:
            fail("\n".join(line_of(problem, str(file), lang) for problem in stopping))
        text = file.read_text("utf-8")
        phones = [agent.phone for agent in store.run_now(people.agents)]
        try:
            apply(settings, text, phones)
        except ApplyFailed as fault:
            fail(f"Nothing was changed. {fault}")
        by = f"command line, user {os.getuid()}"
        revision = store.run_now(plans.publish, text, by, reason, SteadyClock(state).now())
    typer.echo(f"Revision {revision} is in force for new calls.")
