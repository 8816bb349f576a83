"""The page of the doctor's checks names exactly those that there are, and what they can do."""

from __future__ import annotations

import re

import pytest

from ari_app.doctor.audit import RULES, open_points
from ari_app.doctor.table import CHECKS
from tests.docs.pages import ROOT

pytestmark = pytest.mark.unit

PAGE = (ROOT / "docs" / "reference" / "doctor.md").read_text("utf-8")


def section(name: str) -> str:
    found = re.search(rf"(?ms)^## {name}\n(.*?)(?=^## |\Z)", PAGE)
    assert found
    return found[1]


def test_the_page_names_every_check_and_whether_it_mends_and_needs_a_running_system() -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \| (\w+) \| (\w*) ?\| (\w*) ?\|", section("Checks"))
    wanted = [
        (each.name, each.group, "yes" if each.mend else "", "yes" if each.live else "")
        for each in CHECKS
    ]
    assert rows == wanted


def test_the_page_names_every_rule_of_the_audit_and_what_is_not_met() -> None:
    told = re.findall(r"(?m)^\| `([^`]+)` \|", section("Rules of the audit"))
    assert told == [each.name for each in RULES]
    rows = re.findall(r"(?m)^\| `([^`]+)` \| (.+) \|$", section("Not met yet"))
    assert rows == [(each.id, each.what) for each in open_points("en")]
