"""What pydantic and the TOML reader find wrong, in the plan's own words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from routing.plan import (
    Exceptional,
    Hours,
    LineNode,
    Menu,
    Plan,
    Queue,
    Rule,
    Step,
    Target,
    When,
)
from routing.problems import NOTHING, Finding, Path, instead
from routing.words import Text

# The model of each table, by its path; * is any name or number.
_MODELS: dict[Path, type[BaseModel]] = {
    (): Plan,
    ("line",): LineNode,
    ("menu", "*"): Menu,
    ("hours", "*"): Hours,
    ("hours", "*", "exception", "*"): Exceptional,
    ("queue", "*"): Queue,
    ("queue", "*", "target"): Target,
    ("queue", "*", "step", "*"): Step,
    ("rule", "*"): Rule,
    ("rule", "*", "when"): When,
}

# Kinds of fault by pydantic's names; {} are values of the fault.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("缺少 {name}", "{name} is missing"),
    "extra_forbidden": ("这里没有“{name}”这一项", "there is no “{name}” here"),
    "string_type": ("{name} 应为文字(加引号)", "{name} must be text in quotes"),
    "int_type": ("{name} 应为整数", "{name} must be a whole number"),
    "bool_type": ("{name} 应为 true 或 false", "{name} must be true or false"),
    "float_type": ("{name} 应为数字", "{name} must be a number"),
    "float_parsing": ("{name} 应为数字", "{name} must be a number"),
    "greater_than_equal": ("{name} 不能小于 {ge}", "{name} must be at least {ge}"),
    "greater_than": ("{name} 必须大于 {gt}", "{name} must be more than {gt}"),
    "less_than_equal": ("{name} 不能大于 {le}", "{name} must be at most {le}"),
    "too_short": ("{name} 至少要有 {min_length} 项", "{name} needs at least {min_length} entry"),
    "string_too_short": ("{name} 不能为空", "{name} must not be empty"),
    "string_too_long": (
        "{name} 不能超过 {max_length} 个字符",
        "{name} must not be longer than {max_length} characters",
    ),
    "literal_error": ("{name} 不能是“{input}”", "{name} cannot be “{input}”"),
    "string_pattern_mismatch": ("“{input}”写法不对", "“{input}” is not written as it must be"),
    "zone": ("没有名为“{input}”的时区", "no time zone is called “{input}”"),
    "span": ("“{input}”不是一段时间", "“{input}” is not a span of a day"),
    "weekday": ("“{input}”不是星期", "“{input}” is not a day of the week"),
    "country": ("没有“{input}”的节假日表", "there are no holidays for “{input}”"),
    "dataclass_type": (
        "{name} 要有中英文两种文字",
        "{name} must be given in both languages",
    ),
    "model_type": ("{name} 应为一个表", "{name} must be a table"),
    "dict_type": ("{name} 应为一个表", "{name} must be a table"),
    "tuple_type": ("{name} 应为列表", "{name} must be a list"),
    "date_type": ("{name} 应为日期", "{name} must be a date"),
}

_SAME = {"unexpected_keyword_argument": "extra_forbidden"}

_HINTS: dict[str, tuple[str, str]] = {
    "zone": ("例如 Asia/Shanghai", "For example Asia/Shanghai."),
    "span": ('例如 "09:00-17:30"', 'For example "09:00-17:30".'),
    "weekday": ("例如 mon 或 mon-fri", "For example mon or mon-fri."),
    "country": ("例如 CN", "For example CN."),
    "dataclass_type": ('{ zh = "…", en = "…" }', '{ zh = "…", en = "…" }'),
    "date_type": ("例如 2026-10-01,不加引号", "For example 2026-10-01, without quotes."),
}


def finding(error: Mapping[str, Any]) -> Finding:
    """One fault of pydantic as a finding."""
    path: Path = tuple(each for each in error["loc"] if each != "[key]")
    name = str(path[-1]) if path else ""
    kind = _SAME.get(str(error["type"]), str(error["type"]))
    at_key = "[key]" in error["loc"] or kind == "extra_forbidden"
    words = _FAULTS.get(kind)
    if kind == "missing":
        path = path[:-1]
    if words is None:
        return Finding(
            path, Text(f"{name} 不对", f"{name}: {error['msg']}"), NOTHING, at_key=at_key
        )
    shown = str(error.get("input"))[:40]
    values = {"name": name, "input": shown, **error.get("ctx", {})}
    sentence = Text(words[0].format(**values), words[1].format(**values))
    return Finding(path, sentence, _hint(kind, path, name, error), at_key=at_key)


def _hint(kind: str, path: Path, name: str, error: Mapping[str, Any]) -> Text:
    if kind == "extra_forbidden":
        return instead(name, _entries(path[:-1]))
    if kind == "literal_error":
        expected = str(error["ctx"]["expected"])
        return Text(f"可用:{expected}", f"It may be {expected}.")
    if kind == "string_pattern_mismatch":
        return _pattern(str(error["ctx"]["pattern"]))
    zh, en = _HINTS.get(kind, ("", ""))
    return Text(zh, en)


def _pattern(pattern: str) -> Text:
    if pattern.startswith("^[a-z]"):
        return Text(
            "小写字母开头,只用小写字母、数字、- 和 _",
            "Begin with a small letter; small letters, digits, - and _ only.",
        )
    if "*#" in pattern:
        return Text("按键是 0-9、* 或 #", "A key is one of 0-9, * or #.")
    return Text("只能是数字", "Digits only.")


def _entries(table: Path) -> list[str]:
    """The entries a table may have."""
    general: Path = tuple(
        "*"
        if number == 1 and table[0] in ("menu", "hours", "queue") or isinstance(each, int)
        else each
        for number, each in enumerate(table)
    )
    model = _MODELS.get(general)
    if model is None:
        return ["zh", "en"]
    return [field.alias or name for name, field in model.model_fields.items()]


_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOML_NAMES = re.compile(r"\('(.*?)',?\)")
_TOML_COMMAS = re.compile(r"', '")
_TOML_ZH = {
    "Cannot declare": "这个表写了两次",
    "Cannot overwrite": "这一项写了两次",
    "Duplicate inline table key": "这一项写了两次",
    "Expected '='": "键后面缺少 =",
    "Unterminated string": "引号没有结束",
    "Unclosed": "括号没有结束",
    "Expected newline": "一行只能写一项",
    "Invalid date": "日期不对",
    "Invalid value": "这不是一个值",
    "Illegal character": "有不允许的字符",
}


def not_toml(fault: tomllib.TOMLDecodeError, last_line: int) -> tuple[int, int, Text]:
    """Line, column and sentence of a fault of the TOML reader."""
    message = str(fault)
    place = _TOML_PLACE.search(message)
    line, column = last_line, 1
    if place is not None:
        message = message[: place.start()]
        if place.group(1):
            line, column = int(place.group(1)), int(place.group(2))
    chinese = next((zh for en, zh in _TOML_ZH.items() if message.startswith(en)), "这里不是 TOML")
    message = _TOML_NAMES.sub(lambda found: _TOML_COMMAS.sub(".", found.group(1)), message)
    return line, column, Text(chinese, f"this is not TOML: {message[0].lower()}{message[1:]}")
