"""What is wrong with a plan: the place, a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from routing.words import Text

Path = tuple[str | int, ...]

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` and `column` count from 1, in characters; `stops`: not to be published like this."""

    line: int
    column: int
    sentence: Text
    hint: Text = NOTHING
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its place is known: at the value under `path`, or at its last key."""

    path: Path
    sentence: Text
    hint: Text = NOTHING
    stops: bool = True
    at_key: bool = False


def instead(wrong: str, right: Iterable[str]) -> Text:
    """A hint: the nearest right name, else all there are."""
    names = sorted(right)
    near = get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return Text(f"是不是 {near[0]}?", f"Did you mean {near[0]}?")
    if not names:
        return Text("还没有这样的名称", "There is none yet.")
    shown = names[:12]
    more = " …" if len(names) > len(shown) else ""
    return Text(f"可用:{'、'.join(shown)}{more}", f"There are: {', '.join(shown)}{more}")


def unknown(path: Path, kind: Text, wrong: str, right: Iterable[str]) -> Finding:
    """Something is called by a name that nothing has."""
    sentence = Text(f"没有名为“{wrong}”的{kind.zh}", f"no {kind.en} is called “{wrong}”")
    return Finding(path, sentence, instead(wrong, right))
