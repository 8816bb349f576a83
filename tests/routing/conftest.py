"""A small plan that every test of routing may use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from routing.plan import Plan

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # a Monday, 09:30 in Shanghai


def both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def small() -> dict[str, object]:
    """A plan with a queue that widens, one that picks by level, and one for anybody."""
    return {
        "line": {
            "name": both("claims"),
            "numbers": {"5550100": "zh", "5550101": "en"},
            "hours": "always",
            "handlers": "office",
            "menu": "main",
            "emergency": "urgent",
        },
        "hours": {
            "always": {"weekly": {"mon-sun": ["00:00-24:00"]}},
            "office": {"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"},
        },
        "menu": {"main": {"say": "menu-main", "keys": {"1": "report", "0": "person"}}},
        "queue": {
            "motor": {
                "title": both("motor"),
                "wrap_up": 5,
                "step": [
                    {"need": {"line": 5, "language": 5, "region": 1}, "for": 10},
                    {"need": {"line": 3, "language": 1}, "for": 15},
                    {"need": "any"},
                ],
            },
            "home": {
                "title": both("home"),
                "pick": "level",
                "wrap_up": 0,
                "step": [{"need": {"line.home": 2}, "for": 20}, {"need": {}}],
            },
            "urgent": {"title": both("urgent"), "step": [{"need": "any"}]},
        },
        "rule": [
            {
                "name": "Injury",
                "when": {"urgent": True},
                "queue": "urgent",
                "reason": both("hurt"),
                "urgent": True,
            },
            {
                "name": "Home",
                "when": {"line": "home"},
                "queue": "home",
                "reason": both("home"),
                "bonus": 30,
            },
            {"name": "Else", "queue": "motor", "reason": both("else")},
        ],
    }


@pytest.fixture
def plan() -> Plan:
    return Plan.model_validate(small())
