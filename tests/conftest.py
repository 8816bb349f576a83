"""Rules for every test: each module says what it costs by a marker, else nothing is collected."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# No test is a stopwatch: on a busy machine an example may take its time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CATEGORIES = {"unit", "scene", "store", "real", "browser", "faults", "bench"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module without a marker fails the collection."""
    bare = {
        item.path.name for item in items if not CATEGORIES & {m.name for m in item.iter_markers()}
    }
    if bare:
        raise pytest.UsageError(
            f"{', '.join(sorted(bare))}: set pytestmark to one of {', '.join(sorted(CATEGORIES))}"
        )
