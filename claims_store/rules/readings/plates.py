"""Plates as they are spoken: 沪A、D、八二, or "Hu A D eight two K seven"."""

from __future__ import annotations

import re

from claims_store.rules import identifiers
from claims_store.rules.identifiers import PROVINCES
from claims_store.rules.readings.digits import Run, runs
from claims_store.rules.readings.values import Reading

# Only names that mean one province: Ji, Gan, Jin, Yu stand for two each and are left out.
_LATIN = {
    "jing": "京", "beijing": "京", "tianjin": "津", "hu": "沪", "shanghai": "沪",
    "chongqing": "渝", "hebei": "冀", "henan": "豫", "yun": "云", "yunnan": "云", "liao": "辽",
    "liaoning": "辽", "hei": "黑", "heilongjiang": "黑", "xiang": "湘", "hunan": "湘",
    "wan": "皖", "anhui": "皖", "lu": "鲁", "shandong": "鲁", "xin": "新", "xinjiang": "新",
    "su": "苏", "jiangsu": "苏", "zhe": "浙", "zhejiang": "浙", "jiangxi": "赣", "hubei": "鄂",
    "gui": "桂", "guangxi": "桂", "gansu": "甘", "shanxi": "晋", "meng": "蒙", "shaanxi": "陕",
    "jilin": "吉", "min": "闽", "fujian": "闽", "guizhou": "贵", "yue": "粤", "guangdong": "粤",
    "qing": "青", "qinghai": "青", "zang": "藏", "tibet": "藏", "chuan": "川", "sichuan": "川",
    "ning": "宁", "ningxia": "宁", "qiong": "琼", "hainan": "琼",
}  # fmt: skip
# What recognisers write for a province's character when a letter follows it.
_SOUNDS_LIKE = {
    "户": "沪", "护": "沪", "互": "沪", "虎": "沪", "湖": "沪", "这": "浙", "折": "浙",
    "哲": "浙", "经": "京", "惊": "京", "金": "津", "今": "津", "素": "苏", "诉": "苏",
    "越": "粤", "月": "粤", "穿": "川", "路": "鲁", "记": "冀", "玉": "豫", "饿": "鄂",
    "碗": "皖", "晚": "皖", "敏": "闽", "干": "赣", "香": "湘", "鱼": "渝", "近": "晋",
    "闪": "陕", "穷": "琼", "及": "吉",
}  # fmt: skip
_NAMED = re.compile(
    rf"\b({'|'.join(sorted(_LATIN, key=len, reverse=True))})\b"
    r"(?=[\s,.·-]*[a-z]\b|[\s,.·-]*[a-z][a-z0-9]*\d)",
    re.IGNORECASE,
)
_HEARD = re.compile(rf"[{''.join(_SOUNDS_LIKE)}](?=[\s,，、.·-]*[A-Za-z])")


def written(text: str) -> str:
    """The text with spoken provinces as their characters, each padded to keep the offsets."""
    text = _NAMED.sub(lambda each: _LATIN[each[1].lower()].ljust(len(each[0])), text)
    return _HEARD.sub(lambda each: _SOUNDS_LIKE[each[0]], text)


def plate_runs(text: str, language: str) -> list[Run]:
    """Runs in which a province's character may begin a plate."""
    plain = written(text)
    if language == "zh":
        return runs(plain, "zh")
    out = []
    for run in runs(plain, "en"):
        before = plain[: run.start].rstrip(" ,.·-")
        lead = before[-1:] if before[-1:] and before[-1:] in PROVINCES else ""
        out.append(Run(lead + run.value, len(before) - len(lead) if lead else run.start, run.end))
    return out


def read_plate(text: str, language: str) -> Reading | None:
    """The plate in a text; None when there is none or more than one."""
    whole = identifiers.plate(text)
    if whole:
        return Reading(whole)
    found = {
        plate
        for run in plate_runs(text, language)
        for start in [i for i, char in enumerate(run.value) if char in PROVINCES] or [0]
        if (plate := identifiers.plate(run.value[start:]))
    }
    return Reading(found.pop()) if len(found) == 1 else None
