"""`claimline doctor --audit`: the hardening rules that a default installation keeps, each held
against the installation itself, and those that are not kept yet with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ari_app.doctor import audit_desk as desk
from ari_app.doctor import audit_pbx as pbx
from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import Verdict, fail, ok

Fact = TypeVar("Fact")
_OPEN = Path(__file__).with_name("open_points.toml")


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A rule that is not kept yet: which, what it asks, why not yet."""

    id: str
    what: str
    why: str


def open_points(language: str) -> list[OpenPoint]:
    rows = tomllib.loads(_OPEN.read_text("utf-8"))["point"]
    return [OpenPoint(r["id"], r[f"what_{language}"], r[f"why_{language}"]) for r in rows]


def _rule(
    name: str, read: Callable[[Place], Fact], points: Callable[[Fact], Sequence[str]]
) -> Check[Any]:
    code = f"audit.{name.lower()}"

    def decide(fact: Fact) -> Sequence[Verdict]:
        broken = points(fact)
        return [fail(f"{code}_not", points=tuple(broken)) if broken else ok(code)]

    return Check(name, "audit", read, decide)


RULES: tuple[Check[Any], ...] = (
    _rule("H1", pbx.read, pbx.h1),
    _rule("H2", pbx.read, pbx.h2),
    _rule("H3", pbx.read, pbx.h3),
    _rule("H5", pbx.read, pbx.h5),
    _rule("H6", pbx.read, pbx.h6),
    _rule("H8", pbx.read, pbx.h8),
    _rule("H9", pbx.read, pbx.h9),
    _rule("H12", desk.read_logins, desk.h12),
    _rule("H17", desk.read_desk, desk.h17),
    _rule("H19", desk.read_links, desk.h19),
    _rule("H20", pbx.read, pbx.h20),
    _rule("H21", desk.read_desk, desk.h21),
    _rule("H22", desk.read_code, desk.h22),
    _rule("H23", desk.read_secrecy, desk.h23),
)
