"""Rules for every test: each module says what it costs by a marker, else nothing is collected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

# No test is a stopwatch: on a busy machine an example may take its time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CATEGORIES = {"unit", "scene", "store", "real", "browser", "faults", "bench"}
LONGEST = (
    "real/calls", "real/trunks", "real/demo", "faults", "browser", "real/alone", "real/pbx",
)  # fmt: skip
"""The folders of real tests, the longest first, so that none is left for the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module without a marker fails the collection."""
    bare = {
        item.path.name for item in items if not CATEGORIES & {m.name for m in item.iter_markers()}
    }
    if bare:
        raise pytest.UsageError(
            f"{', '.join(sorted(bare))}: set pytestmark to one of {', '.join(sorted(CATEGORIES))}"
        )
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.relative_to(Path(__file__).parent).as_posix()
    return LONGEST.index(folder) if folder in LONGEST else -1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """With `--dist loadfile` the tests of a folder stay together: they share what they run on."""
    return ByFolder(config, log) if config.getvalue("dist") == "loadfile" else None


class ByFolder(LoadScopeScheduling):
    """Gives a process all tests of a folder."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]
