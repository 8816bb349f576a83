"""Where in the text of a plan each key and value stands, and where the text is no TOML."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from routing.problems import Path

Place = tuple[int, int]

_LANGUAGE = Language(tree_sitter_toml.language())
_KEYS = ("bare_key", "quoted_key", "dotted_key")
DEPTH = 12  # tables and arrays in each other: a plan needs four


class Places:
    """Line and column (from 1, in characters) of every key and value."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._lines = self._bytes.split(b"\n")
        self._root = Parser(_LANGUAGE).parse(self._bytes).root_node
        self._keys: dict[Path, Place] = {(): (1, 1)}
        self._values: dict[Path, Place] = {}
        self._counts: dict[Path, int] = {}
        for node in self._root.children:
            self._top(node)

    def find(self, path: Path, *, at_key: bool = False) -> Place:
        """The place of the value (or key) under `path`, or of what is nearest around it."""
        while path:
            first, second = (self._keys, self._values) if at_key else (self._values, self._keys)
            place = first.get(path) or second.get(path)
            if place is not None:
                return place
            path, at_key = path[:-1], True
        return (1, 1)

    def broken(self) -> Iterator[Place]:
        """Where the text is no TOML, in order."""
        nodes = [self._root]
        while nodes:
            node = nodes.pop()
            if node.is_error or node.is_missing:
                yield self._place(node)
            elif node.has_error:
                nodes.extend(reversed(node.children))

    def _top(self, node: Node) -> None:
        if node.type == "pair":
            self._pair(node, ())
        elif node.type in ("table", "table_array_element"):
            key = next((each for each in node.children if each.type in _KEYS), None)
            if key is None:
                return
            path = self._resolved(_names(key))
            if node.type == "table_array_element":
                count = self._counts.get(path, 0)
                self._counts[path] = count + 1
                path = (*path, count)
            for length in range(1, len(path)):
                self._keys.setdefault(path[:length], self._place(key))
            self._keys[path] = self._place(key)
            for each in node.children:
                if each.type == "pair":
                    self._pair(each, path)

    def _resolved(self, names: list[str]) -> Path:
        """`queue.motor.step` -> the path with the index of the last element of each array."""
        path: Path = ()
        for number, name in enumerate(names):
            path = (*path, name)
            if number < len(names) - 1 and path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, node: Node, path: Path) -> None:
        key = next((each for each in node.children if each.type in _KEYS), None)
        if key is None or len(path) > DEPTH:
            return
        for name in _names(key):
            path = (*path, name)
            self._keys.setdefault(path, self._place(key))
        self._value(node.children[-1], path)

    def _value(self, node: Node, path: Path) -> None:
        self._values.setdefault(path, self._place(node))
        if len(path) > DEPTH:
            return
        if node.type == "inline_table":
            for each in node.children:
                if each.type == "pair":
                    self._pair(each, path)
        elif node.type == "array":
            for number, each in enumerate(n for n in node.named_children if n.type != "comment"):
                self._value(each, (*path, number))

    def _place(self, node: Node) -> Place:
        row, column = node.start_point
        before = self._lines[row][:column] if row < len(self._lines) else b""
        return row + 1, len(before.decode("utf-8", "replace")) + 1


def _names(key: Node) -> list[str]:
    """The names of a (dotted, quoted) key, in order."""
    names: list[str] = []
    nodes = [key]
    while nodes:
        node = nodes.pop()
        if node.type == "dotted_key":
            nodes.extend(reversed([each for each in node.children if each.type in _KEYS]))
        elif node.text is not None:
            text = node.text.decode("utf-8", "replace")
            names.append(text[1:-1] if node.type == "quoted_key" else text)
    return names
