"""What hears callers tells nobody about it: no device id is made, no usage is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

LOAD = "from faster_whisper.vad import get_vad_model; get_vad_model()"


def test_given_an_empty_home_when_the_engine_loads_then_it_leaves_nothing(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "XDG_CACHE_HOME"}
    subprocess.run([sys.executable, "-c", LOAD], env={**kept, "HOME": str(tmp_path)}, check=True)
    assert not [str(path) for path in tmp_path.rglob("*")]
