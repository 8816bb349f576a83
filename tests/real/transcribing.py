"""What was said in a recording, by speech-to-text: what a person would have understood.

As a program it hears mu-law on standard input: an engine in the tests' own process would hold up
the voices of everybody who is on the telephone there.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from ari_app.outside.sound import RATE, decode
from ari_app.speech import engines
from ari_app.speech.models import Models

_one = asyncio.Lock()


async def words(sound: bytes) -> str:
    """English speech, mu-law, as lower-case words. One at a time: it fills the processor."""
    async with _one:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.real.transcribing",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate(sound)
    assert process.returncode == 0
    return re.sub(r"[^a-z0-9 ]", "", said.decode().lower())


def main() -> None:
    """Behind the calls: nobody waits for it."""
    os.nice(10)
    found = Models(Path(tempfile.gettempdir(), "no-models-but-those-in-packages")).hearing("en")
    if found is None:
        sys.exit("No English model is in a package: pip install -r requirements/test.txt")
    engine = engines.load(found.model.engine, found.folder, hint="")
    heard = engine.transcribe(decode(sys.stdin.buffer.read()), RATE, "en")
    sys.stdout.write(" ".join(segment.text for segment in heard))


if __name__ == "__main__":
    main()
