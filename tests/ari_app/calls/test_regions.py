"""Every place a caller can reach by keys is one that the rules know."""

from __future__ import annotations

import pytest

from ari_app.calls import regions, saying
from ari_app.planning import known_prompts
from claims_store.rules.readings.cities import AREA_CODES
from claims_store.rules.readings.regions import names

pytestmark = pytest.mark.unit

PROVINCES = [place for area in range(1, 8) for place in regions.provinces(area)]
PROMPTS = known_prompts()


def test_the_seven_areas_hold_every_province_once() -> None:
    assert len(PROVINCES) == len(set(PROVINCES)) == 34
    assert all(names(place) for place in PROVINCES)


@pytest.mark.parametrize("place", [p for p in PROVINCES if not regions.is_city(p)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_province_leads_to_cities_that_can_be_said(place: str, language: str) -> None:
    found = regions.cities(place)
    assert found and found == sorted(set(found)) and place not in found
    assert all(code[:2] == place[:2] and names(code) for code in found)
    assert any(saying.region(code, language, PROMPTS[language]) for code in found)


@pytest.mark.parametrize(
    ("digits", "found"),
    [("21", ["310000"]), ("021", ["310000"]), ("0571", ["330100"]), ("1", []), ("", []), ("0", [])],
)
def test_an_area_code_with_or_without_its_zero(digits: str, found: list[str]) -> None:
    assert regions.of_area_code(digits) == found


def test_an_area_code_may_serve_several_cities() -> None:
    assert {"210100", "210400"} <= set(regions.of_area_code("024"))


def test_every_area_code_leads_to_places_that_the_rules_know() -> None:
    for code in AREA_CODES:
        assert regions.of_area_code(f"0{code}"), code
        assert all(names(place) for place in regions.of_area_code(code)), code
