"""The value of a reading, and the one way all readings see text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BETWEEN_HAN = re.compile(
    r"(?<=[\u4e00-\u9fff0-9])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=[0-9])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A canonical value; ``certain`` is False when it should be read back before use."""

    value: str
    certain: bool = True


def tidy(text: str) -> str:
    """Half-width lower case with plain quotes; blanks that recognisers put into Chinese gone."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("‘", "'")
    return _BETWEEN_HAN.sub("", plain).strip()
