"""Words for people, in both languages of the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Chinese and in English."""

    # A third language in a plan is a mistake, not a wish to be ignored.
    __pydantic_config__ = {"extra": "forbid"}

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The sentence in `language`; English where there is no such language."""
        return self.zh if language == "zh" else self.en
