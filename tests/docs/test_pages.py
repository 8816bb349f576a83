"""The documentation says only what is there: links, commands, options, names and blocks of code."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from configparser import ConfigParser
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import typer

from ari_app.cli import app
from ari_app.desk.permissions import ROLES
from ari_app.desk.routes import ROUTES
from ari_app.settings import Settings
from routing.menus import STEPS
from routing.plan import (
    After,
    Complaints,
    Exceptional,
    Feedback,
    FollowUp,
    Hours,
    LineNode,
    Menu,
    Node,
    Queue,
    Rule,
    Step,
    When,
)
from tests.docs.pages import PAGES, ROOT, anchors, blocks, code_lines, links, name_of

pytestmark = pytest.mark.unit

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
COMMANDS = REFERENCE / "commands.md"
IDS = [name_of(page) for page in PAGES]
LARGEST_PICTURE = 200_000
Tree = dict[tuple[str, ...], frozenset[str]]


def read(*path: str) -> str:
    return DOCS.joinpath(*path).read_text("utf-8")


def walk(command: Any, path: tuple[str, ...] = ()) -> Tree:
    """Every command that is not hidden, with the options it takes."""
    found: Tree = {path: frozenset(o for p in command.params for o in [*p.opts, *p.secondary_opts])}
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        each = command.get_command(None, name)
        if not each.hidden:
            found |= walk(each, (*path, name))
    return found


TREE = walk(typer.main.get_command(app))


def said_commands(page: Path) -> list[tuple[str, list[str]]]:
    """(line, words behind `claimline`) of every call of it in the page's code."""
    found = []
    for line in code_lines(page):
        call = re.search(r"(?:^|[\s/])claimline ([a-z].*)$", line)
        if call and not re.search(r"(useradd|chown|enable|restart|-[ug]) ", line):
            found.append((line, shlex.split(call[1].rstrip(".:,"), comments=True)))
    return found


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+://", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_of_make_exists(page: Path) -> None:
    there = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    for line in code_lines(page):
        if said := re.match(r"\$? *make ([a-z]+)", line):
            assert said[1] in there, line


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_and_option_of_claimline_exists(page: Path) -> None:
    for line, words in said_commands(page):
        path: tuple[str, ...] = ()
        for word in words:
            if (*path, word) not in TREE:
                break
            path = (*path, word)
        assert path, line
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= TREE[path] | {"--help"}, line


def test_the_readme_begins_with_the_two_commands() -> None:
    first = blocks(ROOT / "README.md")[0]
    assert first.text.split("\n")[:2] == ["make demo", "make test"]


def test_the_reference_names_every_command_and_option() -> None:
    text = COMMANDS.read_text("utf-8")
    for path, options in TREE.items():
        assert not path or f"`claimline {' '.join(path)}" in text or children(path), path
        for option in options - {"--help"}:
            if option.startswith("--"):
                assert f"`{option}" in text, (path, option)


def children(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [each for each in TREE if len(each) > len(path) and each[: len(path)] == path]


def test_the_reference_names_every_address_and_role() -> None:
    text = read("reference", "http-api.md")
    told = re.findall(r"(?m)^\| ([A-Z]+) \| `([^`]+)` \|", text)
    assert sorted(told) == sorted((route.method, route.path) for route in ROUTES)
    for role in ROLES:
        assert f"`{role}`" in COMMANDS.read_text("utf-8")


def test_the_reference_names_every_setting() -> None:
    text = read("reference", "settings.md")
    for name in Settings.model_fields.keys() - {"state"}:
        assert f"| `{name}` |" in text, name


@pytest.mark.parametrize(
    "node",
    [LineNode, Menu, Hours, Exceptional, Queue, Step, Rule, When]
    + [Feedback, FollowUp, After, Complaints],
)
def test_the_reference_names_every_entry_of_the_plan(node: type[Node]) -> None:
    text = read("reference", "plan.md")
    for name, field in node.model_fields.items():
        told = field.alias or name
        assert f"`{told}`" in text or f".{told}]]`" in text, told
    for step in STEPS:
        assert f"`{step}`" in text


def test_every_variable_of_the_environment_is_read_somewhere() -> None:
    code = "".join(
        file.read_text("utf-8")
        for folder in ("ari_app", "claims_store", "asterisk", "scripts")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".py", ".sh", "") and file.is_file()
    )
    for name in set(re.findall(r"\bCLAIMLINE_[A-Z_]+\b", read("reference", "settings.md"))):
        assert name in code or name == "CLAIMLINE_STATE", name


def test_every_library_has_its_reason() -> None:
    text = read("decisions", "0002-libraries.md").lower()
    for file in sorted((ROOT / "requirements").glob("*.in")):
        for line in file.read_text("utf-8").splitlines():
            if name := re.match(r"[A-Za-z][\w.-]*", line):
                assert re.search(rf"[ *]{re.escape(name[0].lower())}[ ,*]", text), name[0]


def test_every_decision_is_listed_under_its_number() -> None:
    pages = sorted(page.name for page in (DOCS / "decisions").glob("0*.md"))
    told = re.findall(r"(?m)^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", read("decisions", "README.md"))
    assert [file for _, file, _ in told] == pages
    for number, file, title in told:
        assert file.startswith(number)
        assert read("decisions", file).startswith(f"# {number}: {title}\n")


def test_the_glossary_has_one_word_for_each_thing() -> None:
    rows = re.findall(r"(?m)^\| ([^|-][^|]*) \| ([^|]+) \|", read("glossary.md"))[1:]
    for words in zip(*rows, strict=True):
        assert len(words) == len(set(words))


def test_the_markers_of_tests_are_those_that_exist() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    there = {line.split(":")[0] for line in setup["tool:pytest"]["markers"].split("\n") if line}
    told = set(re.findall(r"(?m)^\| `([a-z]+)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert told == there - {"bench"}


def test_the_readme_knows_the_folders() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for folder in ("asterisk", "ari_app", "agi_scripts", "routing", "claims_store", "migrations"):
        assert f"`{folder}/`" in text
    for name in re.findall(r"`([a-z_]+)/`", text):
        assert (ROOT / name).is_dir() or (ROOT / "claims_store" / name).is_dir()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_blocks_of_code_can_be_read(page: Path) -> None:
    readers = {"toml": tomllib.loads, "json": json.loads, "python": ast.parse}
    for block in blocks(page):
        readers.get(block.language, str)(dedent(block.text))


def test_pictures_are_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    for picture in (DOCS / "pictures").iterdir():
        assert picture.resolve() in shown, picture.name
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
