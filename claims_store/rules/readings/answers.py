"""Yes, no, not known, and choices from a closed list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from claims_store.rules.fields import UNKNOWN, Choice
from claims_store.rules.readings.values import Reading, tidy

_UNKNOWN = re.compile(
    r"不知道|不清楚|不确定|不记得|说不(好|准|清)|没(注意|看清)|不太清楚|没法说"
    r"|\b(don't|do not|didn't|can't|cannot) (know|remember|recall|say|tell)\b"
    r"|\bnot (sure|certain|known)\b"
    r"|\bno idea\b|\bunsure\b|\bunknown\b|\bdunno\b|\bcouldn't say\b"
)
_NO = re.compile(
    r"不是|没有|没事|不(?!好意思|过|久|止)|没(?!错|问题)|否|无"
    r"|\b(no|nope|not|none|nobody|nothing|never|neither)\b|n't\b"
)
_YES = re.compile(
    r"没错|没问题|是(?!不是)的?|对|嗯|有(?!没有)|好的|可以|能(?!不能)|在(?!不在)|行|安全"
    r"|\b(yes|yeah|yep|yup|correct|right|sure|certainly|of course|exactly|indeed|ok|okay|fine)\b"
    r"|\b(it|they|we|i|there) (is|are|am|can|do|did|does|have|has|was)\b"
)
_LEAD = re.compile(
    r"^(?:嗯|呃|啊|哦|那个|,|，|uh|um|er|erm|well|oh|\s|\.)*"
    r"(?:(?P<yes>没错|没问题|是的?(?!不是)|对(?!不)|有(?!没有)|能(?!不能)|在(?!不在)"
    r"|yes|yeah|yep|yup|correct|right|sure)"
    r"|(?P<no>不|没有?|否|no\b|nope\b|none\b|nobody\b))"
)
_SHORT = {"zh": 8, "en": 30}


def read_yes_no(
    text: str, language: str, says: Mapping[str, Sequence[str]] | None = None
) -> Reading | None:
    """yes, no or unknown; ``says`` holds a field's own words for yes and no, which count first."""
    plain = tidy(text)
    if _UNKNOWN.search(plain):
        return Reading(UNKNOWN)
    own = {
        answer: any(re.search(pattern, plain) for pattern in (says or {}).get(answer, ()))
        for answer in ("yes", "no")
    }
    lead = _LEAD.match(plain)
    first = "yes" if lead and lead["yes"] else "no" if lead and lead["no"] else None
    # "不能开" holds the words of "能开": a denial is the longer reading.
    if own["no"]:
        return Reading("no", certain=first != "yes")
    if own["yes"]:
        return Reading("yes", certain=first != "no")
    if first:
        return Reading(first)
    return _anywhere(plain, language)


def _anywhere(plain: str, language: str) -> Reading | None:
    short = len(plain) <= _SHORT["zh" if language == "zh" else "en"]
    if _NO.search(plain):
        return Reading("no", certain=short)
    return Reading("yes", certain=short) if _YES.search(plain) else None


def mentioned(text: str, language: str, choices: Sequence[Choice]) -> dict[str, int]:
    """The choices whose words are in a text, with the offset of the longest word of each.

    A word inside a longer one of another choice does not count: 追尾碰撞 holds 碰撞 too.
    """
    plain = tidy(text)
    hits: list[tuple[int, int, str]] = []
    for each in choices:
        for word in each.said.get(language, ()):
            form = re.escape(word) if language == "zh" else rf"\b{re.escape(word)}\b"
            hits += [(m.start(), m.end(), each.value) for m in re.finditer(form, plain)]
    kept = [
        hit
        for hit in hits
        if not any(
            o[0] <= hit[0] and hit[1] <= o[1] and o[1] - o[0] > hit[1] - hit[0] for o in hits
        )
    ]
    return {value: start for start, _, value in sorted(kept, reverse=True)}


def read_choice(text: str, language: str, choices: Sequence[Choice]) -> Reading | None:
    """The one choice that a text names, by its value or by its words."""
    plain = tidy(text)
    if any(each.value == plain for each in choices):
        return Reading(plain)
    named = mentioned(text, language, choices)
    return Reading(next(iter(named))) if len(named) == 1 else None
