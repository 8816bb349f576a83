"""Values as a person reads them."""

from __future__ import annotations

import pytest

from claims_store.rules.fields.motor import MOTOR_KINDS
from claims_store.rules.readings import say_text

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("yes_no_unknown", "yes", "是", "yes"),
        ("loss", "unknown", "不清楚", "not known"),
        ("datetime", "2026-11-24T08:20+08:00", "11 月 24 日 周二 08:20", "Tue 24 Nov, 08:20"),
        ("datetime", "2026-11-24", "11 月 24 日 周二", "Tue 24 Nov"),
        ("date", "2026-11-24", "11 月 24 日 周二", "Tue 24 Nov"),
        ("amount", "4860.00", "¥4,860.00", "¥4,860.00"),
        ("place", "330106", "浙江省杭州市西湖区", "Xihu, Hangzhou, Zhejiang"),
        ("phone", "+8613800138000", "138 0013 8000", "138 0013 8000"),
        ("phone", "+442079460123", "+44 20 7946 0123", "+44 20 7946 0123"),
        ("plate", "沪AD82K7", "沪A·D82K7", "沪A·D82K7"),
        ("choice", "rear_end", "追尾", "rear-end collision"),
        ("text", "as said", "as said", "as said"),
    ],
)
def test_a_value_in_both_languages(kind: str, value: str, zh: str, en: str) -> None:
    assert say_text(kind, value, "zh", MOTOR_KINDS) == zh
    assert say_text(kind, value, "en", MOTOR_KINDS) == en


@pytest.mark.parametrize(
    "kind", ["datetime", "amount", "place", "phone", "plate", "choice", "yes_no_unknown"]
)
def test_what_cannot_be_read_comes_back_as_it_is(kind: str) -> None:
    assert say_text(kind, "??", "en") == "??"
