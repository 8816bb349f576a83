"""Rounds are kept, resumed, and told as ratios."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.planning import read_plan
from benchmarks.calls import flows
from benchmarks.calls.crowd import Held, Waiting
from benchmarks.calls.keeping import Kept
from benchmarks.calls.measuring import Idle, Round, good
from benchmarks.calls.report import report
from benchmarks.load.job import Told

pytestmark = pytest.mark.unit

ROUND = Round(
    flow="product", rate=20, number=1, calls=100, good=100, asterisk=50, app=10, ledger=6,
    generator=15, busy=0.8, setup_p50=5, setup_p95=9, first_p99=25, key_p50=110, key_p95=120,
    gap=30, late=1,
)  # fmt: skip
TALKED = Told(
    1, 200, "pbx", talked=3.4, heard_by_caller=170, heard_by_agent=169, said_by_caller=171,
    said_by_agent=172,
)  # fmt: skip


def rounds(*flows_and_costs: tuple[str, float]) -> list[Round]:
    return [replace(ROUND, flow=flow, asterisk=ms) for flow, ms in flows_and_costs]


def test_a_run_goes_on_with_what_its_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    before = Kept.of(file)
    before.add("round", ROUND)
    before.add("idle", Idle(4, 20))
    before.add("waiting", Waiting(200, 60, 5, 0.3, 0.9, 1))
    before.add("held", Held(20, 5, 9, 120, 0.5, 1))
    again = Kept.of(file)
    assert again.rounds == [ROUND] and again.values() == before.values()
    assert again.has("product", 20, 1) and not again.has("product", 20, 2)


def test_the_product_is_told_with_its_app_beside_each_of_the_others() -> None:
    kept = Kept()
    for each in rounds(("product", 50), ("dialplan", 40), ("app_queue", 48), ("dial", 20)):
        kept.add("round", each)
    said = "\n".join(report(kept))
    assert "product / dialplan     1.50 (1.50-1.50), 1 rounds; Asterisk alone 1.25" in said
    assert "product / dial         3.00" in said


def test_parts_are_differences_of_the_flows() -> None:
    kept = Kept()
    costs = {
        "dial": 20, "unrecorded": 30, "customer only": 37, "dialplan": 47, "app_queue": 50,
        "product": 60, "product without timer": 59,
    } | {flow.name: place for place, flow in enumerate(flows.PARTS[2:], 10)}  # fmt: skip
    for each in rounds(*costs.items()):
        kept.add("round", each)
    said = " ".join("\n".join(report(kept)).split())
    assert "recorder of the customer 7.0" in said and "recorder of the agent's leg 10.0" in said
    assert "dead-man's timer 1.0" in said


def test_a_full_machine_is_pointed_out() -> None:
    kept = Kept()
    kept.add("round", replace(ROUND, busy=0.97))
    assert any(line.endswith("97% FULL") for line in report(kept))


@pytest.mark.parametrize(
    ("flow", "told", "is_good"),
    [
        ("product", TALKED, True),
        ("product", replace(TALKED, heard_by_agent=100), False),
        ("product", replace(TALKED, end="stuck"), False),
        ("product", replace(TALKED, status=503, end="refused"), False),
        ("product to the talk's end", replace(TALKED, end="caller"), True),
        ("product to the ringing", Told(1, 200, "caller"), True),
        ("product to the announcement", Told(1, 200, "pbx"), False),
    ],
)
def test_a_call_is_good_when_it_went_as_its_flow_says(flow: str, told: Told, is_good: bool) -> None:
    assert good(flows.BY_NAME[flow], told) is is_good


def test_the_plan_of_the_benchmark_is_a_plan() -> None:
    assert read_plan(flows.PLAN).line.emergency == "all"
