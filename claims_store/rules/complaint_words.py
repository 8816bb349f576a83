"""Words that sound like a complaint. They open a draft for a person to look at and decide nothing:
a list that is too long costs a look, one that is too short an unheard customer."""

from __future__ import annotations

import re
import unicodedata

WORDS = """
zh 投诉 举报 投訴 银保监 保监会 金融监管 监管局 消协 消保委 曝光 媒体 起诉
zh 法院 律师 骗人 骗子 欺骗
zh 推诿 踢皮球 不作为 敷衍 态度差 态度恶劣 态度不好 骂人 索要 红包 回扣 好处费
zh 太慢 拖了 拖延 不给赔 不合理 不公平
zh 讨说法 讨个说法 太差 差劲 失望 气愤
en complain complains complained complaint complaints ombudsman regulator sue suing lawyer solicitor
en court fraud cheated cheating liar lied scam bribe kickback rude insulting unacceptable
en disgraceful appalling terrible awful useless unfair ridiculous ignored
number 12378 12345
"""
NOT_MEANT = """
zh 没有投诉 不投诉 不是投诉 不用投诉 无投诉 没什么不合理 没有索要 没有骗
en no complaints|no complaint|not a complaint|nothing to complain|never rude|not rude|not unfair
"""
"""Taken out before the words are looked for: they say the opposite."""


def _of(table: str, language: str, between: str | None = None) -> tuple[str, ...]:
    rows = (row.partition(" ") for row in table.split("\n"))
    found = [word for name, _, rest in rows if name == language for word in rest.split(between)]
    return tuple(sorted(found, key=len, reverse=True))


_ZH = re.compile("|".join(_of(WORDS, "zh")))
_NUMBER = re.compile(rf"(?<!\d)(?:{'|'.join(_of(WORDS, 'number'))})(?!\d)")
"""Telephone numbers of supervisors and of the mayor's line."""
_EN = re.compile(rf"\b(?:{'|'.join(_of(WORDS, 'en'))})\b")
_NOT = re.compile("|".join((*_of(NOT_MEANT, "zh"), *_of(NOT_MEANT, "en", "|"))))


def found(text: str) -> tuple[str, ...]:
    """The words in a text, each once, in order; recognisers' blanks between Chinese signs do not
    hide one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])", "", folded)
    meant = _NOT.sub(" ", folded)
    hits = [hit for words in (_ZH, _NUMBER, _EN) for hit in words.finditer(meant)]
    return tuple(dict.fromkeys(hit[0] for hit in sorted(hits, key=re.Match.start)))
