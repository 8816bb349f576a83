"""The checks that rows of `fields` name, each a function of one value and the circumstances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from claims_store.rules import identifiers
from claims_store.rules.fields import UNKNOWN, Field, Level, Words
from claims_store.rules.readings import regions
from claims_store.rules.sentences import SENTENCES

LIMITATION = timedelta(days=2 * 365)
"""Claims lapse two years after the insured knew of the loss (保险法 section 26)."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the rules need to know of a policy.

    ``ends`` is the first instant without cover; ``phone`` is the insured's number, E.164.
    """

    number: str
    line: str
    starts: datetime
    ends: datetime
    insured: str = ""
    plates: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a report.

    ``now`` is the present instant; in readings and findings it is the call's start, because
    "yesterday" counts from there. ``caller`` is the number the call came from, E.164 or empty.
    """

    now: datetime
    zone: tzinfo
    policy: PolicyFacts | None = None
    language: str = "zh"
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a value that wants attention; the value is kept all the same.

    ``blocks`` is the level that cannot be reached while it stands, or None for a remark.
    """

    field: str
    code: str
    sentence: Words
    blocks: Level | None = None


Verdict = tuple[str, Level | None]
"""A code of `SENTENCES` and the level it blocks."""


def _phone(row: Field, value: str, ctx: Context) -> Verdict | None:
    return None if identifiers.phone(value) else ("phone_impossible", row.level)


def _ask_again(row: Field, value: str, ctx: Context) -> Verdict | None:
    return ("ask_again", "payable") if value == UNKNOWN else None


def _policy(row: Field, value: str, ctx: Context) -> Verdict | None:
    known = ctx.policy is not None and ctx.policy.number == identifiers.squeeze(value)
    return None if known else ("policy_unverified", "payable")


def _identity(row: Field, value: str, ctx: Context) -> Verdict | None:
    return None if identifiers.identity(value) else ("identity_impossible", "payable")


def instant(value: str, zone: tzinfo) -> datetime | None:
    """A stored time as an aware instant; None when it is no time or holds only a day."""
    if len(value) <= 10:
        return None
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _day(value: str) -> bool:
    try:
        datetime.strptime(value, "%Y-%m-%d")
    except ValueError:
        return False
    return True


def _incomplete(row: Field, value: str, ctx: Context) -> Verdict | None:
    if instant(value, ctx.zone):
        return None
    return ("time_incomplete" if _day(value) else "time_unreadable"), row.level


def _future(row: Field, value: str, ctx: Context) -> Verdict | None:
    when = instant(value, ctx.zone)
    if when is None and _day(value):
        late = value > ctx.now.astimezone(ctx.zone).date().isoformat()
    else:
        late = when is not None and when > ctx.now
    return ("time_in_future", row.level) if late else None


def _cover(row: Field, value: str, ctx: Context) -> Verdict | None:
    when = instant(value, ctx.zone)
    if when is None or ctx.policy is None:
        return None
    if when < ctx.policy.starts:
        return "before_cover", "assignable"
    return ("after_cover", "assignable") if when >= ctx.policy.ends else None


def _long_ago(row: Field, value: str, ctx: Context) -> Verdict | None:
    when = instant(value, ctx.zone)
    return ("time_long_ago", None) if when and ctx.now - when > LIMITATION else None


def _region(row: Field, value: str, ctx: Context) -> Verdict | None:
    if regions.names(value) is None:
        return "region_unknown", row.level
    return ("region_coarse", row.level) if regions.coarse(value) else None


def _plate(row: Field, value: str, ctx: Context) -> Verdict | None:
    return None if identifiers.plate(value) else ("plate_impossible", row.level)


def _plate_policy(row: Field, value: str, ctx: Context) -> Verdict | None:
    plates = ctx.policy.plates if ctx.policy else ()
    strange = plates and identifiers.plate(value) not in plates
    return ("plate_not_on_policy", None) if strange else None


def _amount(row: Field, value: str, ctx: Context) -> Verdict | None:
    try:
        good = Decimal(value).is_finite() and Decimal(value) >= 0
    except InvalidOperation:
        good = False
    return None if good else ("amount_impossible", row.level)


def _account(row: Field, value: str, ctx: Context) -> Verdict | None:
    return None if identifiers.bank_card(value) else ("account_doubtful", None)


def _vin(row: Field, value: str, ctx: Context) -> Verdict | None:
    found = identifiers.vin(value)
    return None if found and found.check_ok else ("vin_doubtful", None)


CHECKS: dict[str, Callable[[Field, str, Context], Verdict | None]] = {
    "phone_impossible": _phone,
    "ask_again": _ask_again,
    "policy_unverified": _policy,
    "identity_impossible": _identity,
    "time_incomplete": _incomplete,
    "time_in_future": _future,
    "outside_cover": _cover,
    "time_long_ago": _long_ago,
    "region_unknown": _region,
    "plate_impossible": _plate,
    "plate_not_on_policy": _plate_policy,
    "amount_impossible": _amount,
    "account_doubtful": _account,
    "vin_doubtful": _vin,
}


def _by_kind(row: Field, value: str) -> Verdict | None:
    """What the kind alone forbids: an answer outside a closed list, a number that is none."""
    if row.kind == "yes_no_unknown" and value not in ("yes", "no", UNKNOWN):
        return "not_an_answer", row.level
    if row.kind == "choice" and value not in [each.value for each in row.choices]:
        return "not_an_answer", row.level
    if row.kind == "number" and not value.isdecimal():
        return "number_impossible", row.level
    return ("time_unreadable", row.level) if row.kind == "date" and not _day(value) else None


def problems(row: Field, value: str, ctx: Context) -> list[Problem]:
    """All that is to be said about one answered value, in the order of the row's checks."""
    if not value or (value == UNKNOWN and row.unknown_allowed and "ask_again" not in row.checks):
        return []
    verdicts = [_by_kind(row, value), *(CHECKS[name](row, value, ctx) for name in row.checks)]
    return [
        Problem(row.name, verdict[0], SENTENCES[verdict[0]], verdict[1])
        for verdict in verdicts
        if verdict
    ]
