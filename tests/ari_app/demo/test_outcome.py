"""The end of a demo call: each step once, and the findings as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ari_app.demo.outcome import show, wait_checked
from ari_app.demo.telling import Teller
from ari_app.settings import Settings
from claims_store import calls, outbox
from claims_store.outbox import Progress
from claims_store.store import Store
from tests import virtual_time
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit

CALL = SimpleNamespace(report_number="BA-261124-0001")


def done(kind: str) -> Progress:
    return Progress(kind, BEGINNING, None, False)


def waits(kind: str, error: str | None = None, *, aside: bool = False) -> Progress:
    return Progress(kind, None, error, aside)


class Rows:
    """A store whose consequences get on with each look."""

    def __init__(self, *looks: list[Progress], call: Any = CALL) -> None:
        self._looks = list(looks)
        self._call = call
        self.words: list[str] = []

    async def run(self, query: Callable[..., Any], *args: Any) -> Any:
        if query is calls.get:
            return self._call
        assert query is outbox.progress
        self.words = args[0]
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]


def told(rows: Rows) -> list[str]:
    lines: list[str] = []
    work = wait_checked(cast(Store, rows), "n1-1.0", Teller(lines.append))
    virtual_time.run(work)
    return [line.split("  ")[-1] for line in lines]


def test_each_step_is_told_once_as_it_is_done() -> None:
    rows = Rows(
        [waits("seal")],
        [done("seal"), waits("transcribe")],
        [done("seal"), done("transcribe"), done("message")],
        [done("seal"), done("transcribe"), done("message"), done("check_report")],
    )
    assert [line.split(":")[0] for line in told(rows)] == [
        "recording sealed",
        "recording transcribed, each side by itself",
        "text message with the report number is out",
        "report checked against the recording",
    ]
    assert rows.words == ["n1-1.0", "BA-261124-0001"]


def test_waiting_for_the_speech_engine_is_told_once() -> None:
    waiting = waits("transcribe", "waiting_for_model")
    rows = Rows([waiting], [waiting], [done("check_report")])
    assert len([line for line in told(rows) if "waits for what hears" in line]) == 1


def test_a_step_that_was_set_aside_ends_the_wait_with_its_error() -> None:
    with pytest.raises(TimeoutError, match="seal was set aside: no disk"):
        told(Rows([waits("seal", "no disk", aside=True)]))


def test_a_check_that_never_comes_does_not_hold_the_demo_for_ever() -> None:
    with pytest.raises(TimeoutError):
        told(Rows([waits("seal")], call=None))


def shown(tmp_path: Path, **call: Any) -> str:
    told: list[str] = []
    whole = {
        "claim_number": "CL-261124-0001", "report_number": "BA-261124-0001",
        "recording": {"tracks": 2, "seconds": 31.5, "sha256": "ab" * 32},
        "findings": [
            {"field": "plate", "typed": "沪AD82K7", "heard": "沪AD82K1", "at_s": 12.4,
             "state": "heard_otherwise"},
            {"field": "police_informed", "typed": "yes", "heard": None, "at_s": None,
             "state": "not_heard"},
        ],
    }  # fmt: skip
    show({**whole, **call}, Settings(state=tmp_path), told.append)
    return "".join(told)


def test_the_findings_are_a_table(tmp_path: Path) -> None:
    text = shown(tmp_path)
    assert "claim: CL-261124-0001" in text and "2 sides, 31.5 s, sha256 abababababababab" in text
    row = next(line for line in text.splitlines() if line.startswith("plate"))
    assert row.split() == ["plate", "沪AD82K7", "沪AD82K1", "12", "s", "heard_otherwise"]
    assert "Message:" not in text


def test_without_a_claim_it_says_why_and_the_message_is_shown(tmp_path: Path) -> None:
    folder = Settings(state=tmp_path).messages
    folder.mkdir()
    for number in ("261124-0001", "261124-0002"):
        body = f"Your report number is BA-{number}."
        (folder / f"{number}.json").write_text(json.dumps({"body": body}))
    text = shown(tmp_path, claim_number=None)
    assert "something is still missing" in text
    assert "Message: Your report number is BA-261124-0001." in text
    assert "0002" not in text, "that is another caller's"


def test_given_no_check_in_time_then_the_reader_knows_where_to_look() -> None:
    with pytest.raises(TimeoutError, match="claimline models list"):
        told(Rows([waits("transcribe", "waiting_for_model")]))
