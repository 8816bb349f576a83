"""Rules that never come to their turn, and calls that no rule takes."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checks.draft import Draft
from routing.plan import When
from routing.problems import Finding
from routing.rules import covers
from routing.words import Text

_LISTS = ("issue", "line", "language", "dialled", "caller", "tier")
_SINGLE = ("known", "urgent", "has_open_claim", "open", "closed")


def check(draft: Draft) -> Iterator[Finding]:
    """Rules shadowed by an earlier one, names used twice, and a last rule that takes every call."""
    names: dict[str, int] = {}
    for number, rule in draft.sound_rules():
        for earlier, other in draft.sound_rules():
            if earlier < number and wider(other.when, rule.when):
                yield _shadowed(number, rule.name, earlier, other.name)
                break
        if rule.name in names:
            yield _named_twice(number, rule.name)
        names[rule.name] = number
    if draft.rules and (last := draft.rules[-1]) is not None and last.when != When():
        yield Finding(
            ("rule", len(draft.rules) - 1, "when"),
            Text("最后一条规则必须接受所有来电", "the last rule must take every call"),
            Text("在最后加一条没有 when 的规则", "Add a rule without when at the end."),
        )


def wider(one: When, other: When) -> bool:
    """Whether every call the other rule takes is taken by this one."""
    for name in _LISTS:
        asked, given = getattr(one, name), getattr(other, name)
        if asked and (not given or not set(given) <= set(asked)):
            return False
    for name in _SINGLE:
        wanted = getattr(one, name)
        if wanted is not None and getattr(other, name) != wanted:
            return False
    if not one.region:
        return True
    return bool(other.region) and all(
        any(covers(region, place) for region in one.region) for place in other.region
    )


def _shadowed(number: int, name: str, earlier: int, other: str) -> Finding:
    return Finding(
        ("rule", number),
        Text(
            f"规则“{name}”永远轮不到:第 {earlier + 1} 条“{other}”已接受这些来电",
            f"the rule “{name}” never has its turn: rule {earlier + 1} “{other}” takes its calls",
        ),
        Text("把它移到前面,或删除它", "Move it before that one, or delete it."),
        stops=False,
        at_key=True,
    )


def _named_twice(number: int, name: str) -> Finding:
    return Finding(
        ("rule", number, "name"),
        Text(f"有两条规则都叫“{name}”", f"two rules are called “{name}”"),
        Text("换一个名称", "Give it another name."),
        stops=False,
    )
