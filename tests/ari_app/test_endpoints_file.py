"""Where everything is: phones that are added while the system runs stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ari_app import endpoints_file

pytestmark = pytest.mark.unit


def found(*numbers: str) -> dict[str, Any]:
    return {"phones": [{"number": number} for number in numbers], "processes": {}}


def numbers(file: Path) -> list[str]:
    return [phone["number"] for phone in json.loads(file.read_text())["phones"]]


def test_a_phone_that_was_added_survives_the_next_writing(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    endpoints_file.write(file, found("201"))
    endpoints_file.add_phone(file, {"number": "299"})
    assert numbers(file) == ["201", "299"]
    endpoints_file.write(file, found("201", "202"))
    assert numbers(file) == ["201", "202", "299"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_while_nothing_runs_there_is_nothing_to_add_to(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    endpoints_file.add_phone(file, {"number": "299"})
    assert not file.exists()
