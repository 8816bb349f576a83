"""Places: every candidate, no guess."""

from __future__ import annotations

import pytest

from claims_store.rules.readings import regions
from claims_store.rules.readings.cities import ENGLISH

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("杭州西湖区", "zh", "330106"),
        ("浙江省杭州市西湖区文三路", "zh", "330106"),
        ("浙江省杭州市", "zh", "330100"),
        ("杭州", "zh", "330100"),
        ("上海市浦东新区", "zh", "310115"),
        ("在上海浦东", "zh", "310115"),
        ("在上海南京东路", "zh", "310000"),
        ("南京鼓楼区", "zh", "320106"),
        ("东莞", "zh", "441900"),
        ("330106", "zh", "330106"),
        ("Hangzhou", "en", "330100"),
        ("in Pudong, Shanghai", "en", "310115"),
        ("Suzhou in Jiangsu", "en", "320500"),
        ("Beijing Road in Shanghai", "en", "310000"),
        ("Taiwan", "en", "710000"),
    ],
)
def test_a_place_that_is_named_well_enough(text: str, language: str, code: str) -> None:
    found = regions.read_region(text, language)
    assert found is not None and found.value == code


@pytest.mark.parametrize(
    ("text", "language", "among"),
    [
        ("西湖区文三路", "zh", {"330106", "360103"}),
        ("鼓楼区", "zh", {"320106", "350102", "410204"}),
        ("Suzhou", "en", {"320500", "341300"}),
    ],
)
def test_a_name_for_several_places_is_asked_and_never_guessed(
    text: str, language: str, among: set[str]
) -> None:
    assert regions.read_region(text, language) is None
    assert among <= set(regions.candidates(text, language))


@pytest.mark.parametrize(
    ("text", "language"), [("", "zh"), ("不知道", "zh"), ("000000", "zh"), ("nowhere", "en")]
)
def test_no_place_is_none(text: str, language: str) -> None:
    assert regions.read_region(text, language) is None
    assert regions.candidates(text, language) == ()


def test_a_province_is_too_coarse_to_send_somebody() -> None:
    assert (
        regions.coarse("330000") and not regions.coarse("310000") and not regions.coarse("330100")
    )


def test_within_follows_the_levels_of_the_code() -> None:
    assert regions.within("330106", "330100") and regions.within("330100", "330000")
    assert not regions.within("330100", "330106") and not regions.within("500101", "510000")
    assert regions.within("500103", "500000")


def test_every_english_name_belongs_to_a_region_that_exists() -> None:
    assert all(regions.names(code) for code in ENGLISH)
    assert regions.english("330106") == "Xihu, Hangzhou, Zhejiang"
    assert regions.english("310115") == "Pudong, Shanghai"
    assert regions.english("999999") == ""
