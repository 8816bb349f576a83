"""Free text and names: shared words that tell something; never a contradiction."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from claims_store.rules.findings.hearing import Case, Hearing, Match, hearing
from claims_store.rules.findings.talk import Passage
from claims_store.rules.readings.values import tidy

_CONFIRMED = 0.5
_CHECK = 0.25
_WORD_NEAR = 85
_STOP_EN = frozenset(
    "a an the and or of in on at to from by with for is was were are be been it its i my me we our "
    "he she they his her their this that there then so as not no did do had have has just very "
    "street road avenue near".split()
)
_STOP_ZH = frozenset("的了在是我他她它们这那就都也很和与把被从到上下有个一不没吗呢吧啊嗯路街道区市")
_MR = re.compile(r"\b(mr|mrs|ms|miss|dr)\b\.?|先生|女士|小姐")


def judge_text(case: Case) -> Hearing | None:
    """How much of what was typed was said by the customer, anywhere."""
    passage = case.talk.customer
    tokens = _tokens(tidy(case.typed), case.language)
    if not tokens:
        return None
    heard = _tokens(passage.text, case.language)
    places = [(token, _find(token, heard)) for token in tokens]
    hits = [(token, place) for token, place in places if place is not None]
    share = len(hits) / len(tokens)
    if share < _CHECK:
        return _answered(case)
    start = min(place for _, place in hits)
    match: Match = "exact" if share >= _CONFIRMED else "near"
    return Hearing(match, _turn_at(passage, start), passage.at(start))


def _answered(case: Case, least: int = 2) -> Hearing | None:
    """Something else was said in answer: worth a listen, never a contradiction."""
    for asking in case.talk.askings(case.row.name):
        passage = asking.passage
        if len(_tokens(passage.text, case.language)) >= least:
            return Hearing("near", passage.text, passage.at(0))
    return None


def _tokens(text: str, language: str) -> dict[str, int]:
    """Telling tokens with their first offset: words, or pairs of Chinese characters."""
    found: dict[str, int] = {}
    for match in re.finditer(r"[a-z0-9']+", text):
        if language == "zh" or match[0] not in _STOP_EN:
            found.setdefault(match[0], match.start())
    for match in re.finditer(r"[\u4e00-\u9fff]+", text):
        pieces = _pairs(match[0])
        for offset, pair in pieces:
            found.setdefault(pair, match.start() + offset)
    return found


def _pairs(text: str) -> list[tuple[int, str]]:
    pairs = [(i, text[i : i + 2]) for i in range(max(len(text) - 1, 1))]
    return [(i, pair) for i, pair in pairs if not set(pair) & _STOP_ZH]


def _find(token: str, heard: dict[str, int]) -> int | None:
    if token in heard:
        return heard[token]
    if not token.isascii() or len(token) < 4:
        return None
    near = [at for word, at in heard.items() if fuzz.ratio(word, token) >= _WORD_NEAR]
    return min(near, default=None)


def _turn_at(passage: Passage, offset: int) -> str:
    """The words of the turn at an offset."""
    start = passage.text.rfind(" ; ", 0, offset) + 3 if " ; " in passage.text[:offset] else 0
    end = passage.text.find(" ; ", offset)
    return passage.text[start : end if end >= 0 else None]


def judge_name(case: Case) -> Hearing | None:
    """Whether a name was spoken; what sounds alike is near, for names are misspelt most."""
    name = _MR.sub("", tidy(case.typed)).strip()
    passages = [asking.passage for asking in case.talk.askings(case.row.name)]
    for passage in (*passages, case.talk.customer):
        at = passage.text.find(name)
        if name and at >= 0:
            return hearing("exact", name, passage, at, at + len(name))
    return _answered(case, least=1)
