"""The documentation as data: pages, their links, their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING")]
    + [*(ROOT / "docs").rglob("*.md")]
)
_FENCE = re.compile(r"(?ms)^ *```(\w*)\n(.*?)^ *```$")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Code:
    """A block in a page and the language it is marked with."""

    language: str
    text: str


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Code]:
    return [Code(found[1], found[2]) for found in _FENCE.finditer(page.read_text("utf-8"))]


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text("utf-8"))


def code_lines(page: Path) -> Iterator[str]:
    """Everything written as code: lines of blocks, and words between backticks."""
    for block in blocks(page):
        yield from block.text.splitlines()
    yield from (found.replace("\n", " ") for found in re.findall(r"`([^`]+)`", prose(page)))


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """Names of the page's headings, as browsers make them."""
    heads = re.findall(r"(?m)^#+ (.+)$", prose(page))
    kept = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.strip().replace(" ", "-") for head in kept}
