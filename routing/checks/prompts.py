"""Prompts that nobody has recorded."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checks.draft import Draft
from routing.names import LANGUAGES
from routing.problems import Finding, instead
from routing.words import Text


def check(draft: Draft) -> Iterator[Finding]:
    """What menus say, in every language a number of the line begins in."""
    if draft.prompts is None or draft.line is None:
        return
    for language in sorted(set(draft.line.numbers.values())):
        known = draft.prompts.get(language, frozenset())
        title = LANGUAGES[language]
        for name, menu in draft.sound_menus():
            if menu.say not in known:
                yield Finding(
                    ("menu", name, "say"),
                    Text(
                        f"没有{title.zh}提示音“{menu.say}”",
                        f"there is no {title.en} prompt “{menu.say}”",
                    ),
                    instead(menu.say, known),
                )
