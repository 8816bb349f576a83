"""Whether what gives way does so, in a process and a session of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ari_app.giving_way import AUTOGROUP

pytestmark = pytest.mark.unit

SCRIPT = """
import os, sys
from ari_app.giving_way import AUTOGROUP, give_way
give_way(7)
print(os.nice(0))
print(AUTOGROUP.read_text().split()[-1] if AUTOGROUP.exists() else 7)
"""


def test_a_process_that_gives_way_is_nice_and_so_is_its_session() -> None:
    before = os.nice(0)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=30,
        start_new_session=True,
    )  # fmt: skip
    process, session = (int(line) for line in done.stdout.split())
    assert process == min(19, before + 7)
    assert session == 7, AUTOGROUP
