"""What was said in a recording, by speech-to-text: what a person would have understood."""

from __future__ import annotations

import asyncio
import re
import tempfile
from functools import cache
from pathlib import Path

from ari_app.outside.sound import RATE, decode
from ari_app.speech import engines
from ari_app.speech.models import Models
from ari_app.speech.recogniser import Recogniser

NUMBERS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789",
                   strict=True))  # fmt: skip
_one = asyncio.Lock()


@cache
def _engine() -> Recogniser:
    found = Models(Path(tempfile.gettempdir(), "no-models-but-those-in-packages")).hearing("en")
    assert found is not None, "pip install -r requirements/test.txt"
    return engines.load(found.model.engine, found.folder, hint="")


async def words(sound: bytes) -> str:
    """English speech, mu-law, as lower-case words. One at a time: it fills the processor."""
    async with _one:
        heard = await asyncio.to_thread(lambda: _engine().transcribe(decode(sound), RATE, "en"))
    text = " ".join(segment.text for segment in heard).lower()
    return re.sub(r"[^a-z0-9 ]", "", text)


def digits(text: str) -> str:
    """The digits in what was said, however they were written."""
    return "".join(NUMBERS.get(word, word if word.isdigit() else "") for word in text.split())
