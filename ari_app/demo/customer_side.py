"""The synthetic customer: listens to what the line says and presses keys at the end of a prompt.

He knows only what he hears: the end of a prompt is a pause, found by ear. Someone who has heard one
question of a kind answers the next before its keys are named, as people do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ari_app.outside.customer import Customer

WHOLE = 0.7
"""Seconds of quiet after which a prompt has ended."""
QUESTION = 0.28
"""The pause after a question, before its keys are named."""
ANNOUNCED = 0.45
"""The pause after the announcement of the recording: longer than any inside it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What he hears (as the demo's words), how long a pause he waits for, and what he presses."""

    hears: str
    pause: float
    keys: str


LEADS_TO_AGENT = (
    # He has called before: his key for the menu is kept, and obeyed when the menu comes.
    Turn("the emergency sentence, a greeting, that he is recorded", ANNOUNCED, "1"),
    Turn("is anyone hurt?", WHOLE, "2"),
    Turn("are you safe?", QUESTION, "1"),
    Turn("call back on this number?", QUESTION, "1"),
    # He would rather tell the rest to a person: the second key answers the next question.
    Turn("about the car with the plate ending in ...?", QUESTION, "10"),
)


async def follow(
    customer: Customer, turns: tuple[Turn, ...], tell: Callable[[str, str], None]
) -> None:
    """Listen and press, turn by turn."""
    for turn in turns:
        await customer.listen_until_quiet(turn.pause)
        tell("customer", f"hears {turn.hears}; presses {turn.keys}")
        await customer.press(turn.keys)
