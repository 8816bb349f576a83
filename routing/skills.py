"""What a call needs and what an agent can: levels 1 to 10 of named skills.

Skills are `line.motor`, `issue.fnol`, `language.zh`, `region.310000`. A level in a region holds for
all that lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing.facts import CallFacts

OWN = ("line", "issue", "language", "region")

Requirement = frozenset[tuple[str, int]]
"""Skill and least level, all of which an agent must have; empty: any agent."""

ANY: Requirement = frozenset()


@dataclass(frozen=True, slots=True)
class Lack:
    """A level that is missing: `has` 0 means the agent does not have the skill at all."""

    skill: str
    has: int
    needed: int


def requirement(need: Mapping[str, int], facts: CallFacts) -> Requirement:
    """The need of a step for one call: the call's own values filled in, unknown ones left out."""
    found: dict[str, int] = {}
    for key, least in need.items():
        skill = key if "." in key else own(key, facts)
        if skill is not None:
            found[skill] = max(least, found.get(skill, 0))
    return frozenset(found.items())


def own(key: str, facts: CallFacts) -> str | None:
    """`line` -> `line.motor` for a call about a car; None if the call's value is not known."""
    value = getattr(facts, key)
    return f"{key}.{value}" if value else None


def level(skills: Mapping[str, int], skill: str) -> int:
    """The agent's level, 0 if he has none; for a region the best of it and what it lies in."""
    if not skill.startswith("region."):
        return skills.get(skill, 0)
    code = skill[7:]
    wider = (skill, f"region.{code[:4]}00", f"region.{code[:2]}0000")
    return max(skills.get(each, 0) for each in wider)


def fits(skills: Mapping[str, int], need: Requirement) -> bool:
    """Whether the agent has every level that is needed."""
    return all(level(skills, skill) >= least for skill, least in need)


def lacks(skills: Mapping[str, int], need: Requirement) -> tuple[Lack, ...]:
    """What the agent lacks, by skill."""
    has = ((skill, level(skills, skill), least) for skill, least in sorted(need))
    return tuple(Lack(skill, got, least) for skill, got, least in has if got < least)


def strength(skills: Mapping[str, int], need: Requirement) -> int:
    """The sum of the agent's levels in what is needed: how well he fits."""
    return sum(level(skills, skill) for skill, _ in need)
