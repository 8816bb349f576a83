"""How many words were heard wrongly. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

SPOKEN = dict(
    zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True)
)
_WORD = re.compile(r"[a-z']+|\d")


def words(text: str) -> list[str]:
    """What counts of a text: words without case and marks, digits as they are spoken."""
    found = _WORD.findall(text.lower().replace("'", ""))
    return [SPOKEN.get(word, word) for word in found]


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to put in, leave out or change, at the least, to make one out of the other."""
    row = list(range(len(heard) + 1))
    for line, word in enumerate(said, 1):
        before, row[0] = row[0], line
        for column, other in enumerate(heard, 1):
            best = min(row[column] + 1, row[column - 1] + 1, before + (word != other))
            before, row[column] = row[column], best
    return row[-1]
