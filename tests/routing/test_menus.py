"""Keys, silence and wrong keys in a menu: they lead on, never out."""

from __future__ import annotations

import pytest

from routing.menus import Again, Go, press
from routing.plan import Menu

pytestmark = pytest.mark.unit

MENU = Menu.model_validate(
    {"say": "menu-main", "keys": {"1": "report", "2": "claim", "0": "person", "*": "again"}}
)


@pytest.mark.parametrize(
    ("key", "tries", "expected"),
    [
        ("1", 0, Go("report", "key")),
        ("2", 2, Go("claim", "key")),
        ("0", 0, Go("person", "key")),
        ("*", 0, Again("asked")),
        ("*", 1, Again("asked")),
        ("*", 2, Go("person", "lost")),
        ("7", 0, Again("wrong")),
        ("#", 1, Again("wrong")),
        ("7", 2, Go("person", "lost")),
        (None, 0, Again("silence")),
        (None, 2, Go("person", "lost")),
        (None, 9, Go("person", "lost")),
    ],
)
def test_press(key: str | None, tries: int, expected: Go | Again) -> None:
    assert press(MENU, key, tries) == expected


def test_a_menu_is_never_said_more_than_its_tries_whatever_is_pressed() -> None:
    for key in (None, "*", "9"):
        said = 1
        while isinstance(press(MENU, key, said - 1), Again):
            said += 1
        assert said == MENU.tries
