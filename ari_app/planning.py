"""The plan between its text and its use: checked, published, and turned into what Asterisk is
given.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ari_app.installed import assets
from ari_app.render import Given, Number
from ari_app.speech import prompts
from routing.plan import Plan
from routing.problems import Problem
from routing.reading import read

DEMO_PLAN = Path(__file__).parent / "demo" / "plan.toml"


class PlanRefused(Exception):
    """The plan cannot be used; the message names every problem with its place."""

    def __init__(self, problems: list[Problem], file: str) -> None:
        self.problems = problems
        super().__init__("\n".join(line_of(problem, file) for problem in problems))


def line_of(problem: Problem, file: str, language: str = "en") -> str:
    """`file:line:column: sentence (what to do)`."""
    sentence, hint = problem.sentence.of(language), problem.hint.of(language)
    return f"{file}:{problem.line}:{problem.column}: {sentence}" + (f" ({hint})" if hint else "")


def known_prompts() -> Mapping[str, frozenset[str]]:
    """The prompts there are, by language."""
    names = frozenset(prompts.load(assets() / "sounds" / "prompts.tsv").texts)
    return {"zh": names, "en": names}


def read_plan(text: str, file: str = "plan.toml") -> Plan:
    """The plan in `text`. Raises PlanRefused."""
    made = read(text, prompts=known_prompts())
    if isinstance(made, Plan):
        return made
    raise PlanRefused(made, file)


def given(plan: Plan, phones: list[str]) -> Given:
    """What the dialplan is made from."""
    rings = sorted({queue.ring for queue in plan.queue.values()}, reverse=True)
    numbers = tuple(Number(number, language) for number, language in plan.line.numbers.items())
    return Given(numbers=numbers, phones=tuple(phones), rings=tuple(rings))
