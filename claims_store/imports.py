"""Customers and policies from CSV files, as spreadsheets and insurers' systems write them.

A line that is wrong is refused with its number and the reason; all others are taken. The same file
again changes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Literal

from sqlalchemy.orm import Session

from claims_store import customers
from claims_store.customers import Customer, Policy
from claims_store.import_words import COLUMNS, LINES_OF_BUSINESS, REASONS
from claims_store.rules import identifiers
from claims_store.rules.readings.regions import names as region_names

Kind = Literal["customers", "policies"]
Row = Mapping[str, str]

_TEXT = 200
_REQUIRED = {
    "customers": ("customer_no", "name"),
    "policies": ("policy_no", "customer_no", "line", "valid_from", "valid_to"),
}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`accepted` counts the lines taken; `refused` are (line number, reason in each language)."""

    accepted: int
    refused: tuple[tuple[int, dict[str, str]], ...]


class Refusal(Exception):
    """A line cannot be taken: the key of the reason and what it is about."""

    def __init__(self, key: str, about: str = "") -> None:
        super().__init__(key)
        self.reason = {name: text.format(about=about) for name, text in REASONS[key].items()}


def import_csv(s: Session, kind: Kind, text: str | bytes) -> ImportResult:
    """Take a file in: UTF-8 or GB 18030; comma, semicolon or tab; headings in either language."""
    take = {"customers": _customer, "policies": _policy}[kind]
    refused: list[tuple[int, dict[str, str]]] = []
    seen: set[str] = set()
    accepted = 0
    try:
        for line, row in _rows(kind, _decoded(text)):
            try:
                take(s, _checked(row), seen)
                accepted += 1
            except Refusal as refusal:
                refused.append((line, refusal.reason))
    except Refusal as refusal:
        refused.append((1, refusal.reason))
    return ImportResult(accepted, tuple(refused))


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    readings = {}
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            readings[encoding] = text.decode(encoding)
    if not readings:
        raise Refusal("encoding")
    utf8 = readings.get("utf-8-sig")
    return readings["gb18030"] if utf8 is None or _disguised(utf8) else utf8


def _disguised(text: str) -> bool:
    """Whether text that reads as UTF-8 is rather Chinese in GB 18030: 袁伟 is also right UTF-8, for
    two Cyrillic and Greek letters. Chinese in UTF-8, or Latin letters with accents, are not."""
    highest = max(text, default="")
    return "\u0250" <= highest < "\u0800"


def _rows(kind: Kind, text: str) -> Iterator[tuple[int, Row | None]]:
    """(number of its first line, cells by column, or None when unreadable) of every record."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text.replace("\0", "\ufffd")), delimiter=delimiter)
    names = [COLUMNS[kind].get(cell.strip().casefold(), "") for cell in next(reader, [])]
    for wanted in _REQUIRED[kind]:
        if wanted not in names:
            raise Refusal("column", wanted)
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None  # a cell without end: the reader goes on behind it
        else:
            if any(cell.strip() for cell in cells):
                yield line, dict(zip(names, cells, strict=False))
        line = reader.line_num + 1


def _checked(row: Row | None) -> Row:
    if row is None:
        raise Refusal("record")
    return {name: _cell(name, text) for name, text in row.items() if name}


def _cell(name: str, text: str) -> str:
    value = text.strip()
    if value.startswith('="') and value.endswith('"'):
        value = value[2:-1].strip()  # how spreadsheets keep the zeros of a number
    if any(not character.isprintable() for character in value) or "\ufffd" in value:
        raise Refusal("characters", name)
    if value[:1] in ("=", "@") or (value[:1] in ("+", "-") and not value[1:].isdigit()):
        raise Refusal("formula", name)
    if len(value) > _TEXT:
        raise Refusal("long", name)
    return value


def _customer(s: Session, row: Row, seen: set[str]) -> None:
    number = _needed(row, "customer_no")
    _once(seen, number)
    customer = Customer(
        id=number,
        name=_needed(row, "name"),
        phone=_read(row, "phone", identifiers.phone),
        identity=_read(row, "identity", identifiers.identity),
        language=_one_of(row, "language", ("zh", "en")),
        region=_read(row, "region", _region) or None,
        tier=row.get("tier") or "standard",
    )
    if customers.get(s, number) != customer:
        customers.put(s, customer)


def _policy(s: Session, row: Row, seen: set[str]) -> None:
    number = _read(row, "policy_no", identifiers.policy_number, needed=True)
    _once(seen, number)
    holder = customers.get(s, _needed(row, "customer_no"))
    if holder is None:
        raise Refusal("holder", row["customer_no"])
    zone = s.info["zone"]
    begins, ends = (_day(row, name) for name in ("valid_from", "valid_to"))
    if ends < begins:
        raise Refusal("period")
    policy = Policy(
        id=0,
        customer_id=holder.id,
        number=number,
        line=_line(row),
        product=row.get("product") or "",
        plate=_read(row, "plate", identifiers.plate),
        object=row.get("object") or "",
        insured=row.get("insured") or holder.name,
        regions=tuple(_regions(row)),
        valid_from=datetime.combine(begins, time(0), zone),
        # The last day is covered to its end.
        valid_to=datetime.combine(ends + timedelta(days=1), time(0), zone),
    )
    there = customers.policy_by_number(s, number)
    if there is None or replace(policy, id=there.id) != there:
        customers.put_policy(s, policy)


def _needed(row: Row, name: str) -> str:
    value = row.get(name) or ""
    if not value:
        raise Refusal("empty", name)
    return value


def _read(row: Row, name: str, read: Callable[[str], str | None], *, needed: bool = False) -> str:
    value = _needed(row, name) if needed else row.get(name) or ""
    found = read(value) if value else ""
    if found is None:
        raise Refusal("value", name)
    return found


def _once(seen: set[str], number: str) -> None:
    if number in seen:
        raise Refusal("twice", number)
    seen.add(number)


def _one_of(row: Row, name: str, choices: tuple[str, ...]) -> str:
    value = (row.get(name) or choices[0]).casefold()
    if value not in choices:
        raise Refusal("value", name)
    return value


def _line(row: Row) -> str:
    line = LINES_OF_BUSINESS.get(_needed(row, "line").casefold())
    if line is None:
        raise Refusal("value", "line")
    return line


def _regions(row: Row) -> Iterator[str]:
    for code in (row.get("regions") or "").replace("、", " ").replace("/", " ").split():
        if _region(code) is None:
            raise Refusal("value", "regions")
        yield code


def _region(code: str) -> str | None:
    return code if region_names(code) else None


def _day(row: Row, name: str) -> date:
    value = _needed(row, name).replace("/", "-").replace(".", "-")
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    raise Refusal("value", name)
