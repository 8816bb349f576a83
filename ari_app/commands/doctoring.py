"""`claimline doctor`: what is wrong, how to mend it, and what it can mend by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, NoReturn

import typer

from ari_app.clock import SystemClock
from ari_app.commands.common import STATE, Json, State, fail, print_json
from ari_app.doctor import words
from ari_app.doctor.audit import RULES, open_points
from ari_app.doctor.check import Finding, Mended, examine, mend
from ari_app.doctor.place import Place
from ari_app.doctor.table import CHECKS
from ari_app.settings import Settings, SettingsError, load

MARKS = {
    "zh": {"ok": "正常", "warn": "注意", "fail": "故障", "unknown": "不明"},
    "en": {"ok": "ok", "warn": "look", "fail": "FAIL", "unknown": "?"},
}


def doctor(
    state: State = STATE,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe.")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en; else the settings'.")] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Hold it against the hardening rules instead.")
    ] = False,
    json_: Json = False,
) -> None:
    """What is wrong with an installation, running or not, and how to mend it."""
    if lang not in (None, *words.LANGUAGES):
        fail("The language is zh or en.")
    try:
        settings = load(state)
    except SettingsError as fault:
        _alone("settings.unreadable", lang or "en", json_, reason=str(fault))
    language = lang or settings.language
    if not state.is_dir():
        _alone("files.no_state", language, json_, state=state)
    mended = mend(CHECKS, _place(settings), language) if fix else []
    found = examine(RULES if audit else CHECKS, _place(settings), language)
    tell(found, mended, language, json_)
    if audit and not json_:
        _open_points(language)
    if any(each.state == "fail" for each in found):
        raise typer.Exit(1)


def _place(settings: Settings) -> Place:
    return Place.of(settings, SystemClock().now())


def _alone(code: str, language: str, json_: bool, **told: object) -> NoReturn:
    """The one finding beside which nothing can be looked at."""
    said = words.sentence(code, language, told), words.mend(code, language, told)
    tell([Finding(code, "files", "fail", *said)], [], language, json_)
    raise typer.Exit(1)


def _open_points(language: str) -> None:
    typer.echo({"zh": "\n尚未满足：", "en": "\nNot met yet:"}[language])
    for each in open_points(language):
        typer.echo(f"{each.id:4} {each.what} {each.why}")


def tell(findings: Sequence[Finding], mended: Sequence[Mended], language: str, json_: bool) -> None:
    """Print them, as JSON or as a table."""
    if json_:
        print_json([asdict(each) for each in findings])
    else:
        _table(findings, mended, language)


def _table(findings: Sequence[Finding], mended: Sequence[Mended], language: str) -> None:
    marks = MARKS[language]
    for done in mended:
        typer.echo(f"--fix  {done.check:20} {done.sentence}")
    width = max(len(each.check) for each in findings)
    for each in findings:
        typer.echo(f"{marks[each.state]:5}  {each.check.ljust(width)}  {each.sentence}")
        if each.mend and each.state != "ok":
            typer.echo(f"{'':5}  {'':{width}}  -> {each.mend}")
    counted = Counter(marks[each.state] for each in findings)
    typer.echo("  ".join(f"{mark} {counted[mark]}" for mark in marks.values() if counted[mark]))
