"""The benchmark's two routers decide the same, at a size that costs nothing."""

from __future__ import annotations

import random

import pytest

from benchmarks.routing import Indexed, Naive, Traffic, overload, underload

pytestmark = pytest.mark.unit


def test_naive_and_indexed_decide_the_same_under_load_and_over_it() -> None:
    traffic = Traffic(random.Random(1))
    agents = {f"a{number:06}": traffic.agent() for number in range(30)}
    naive = overload(Naive(agents), 30, 200, 50, 200)
    indexed = overload(Indexed(agents), 30, 200, 50, 200)
    assert naive.trace == indexed.trace and any(naive.trace)
    naive = underload(Naive(agents), 30, 50, 200)
    indexed = underload(Indexed(agents), 30, 50, 200)
    assert naive.trace == indexed.trace and any(naive.trace)
    assert "p50" in naive.row() and indexed.rate() > 0
