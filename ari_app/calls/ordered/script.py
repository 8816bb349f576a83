"""What a script of an ordered call has in its hands."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ari_app.calls.house import Call
from ari_app.pbx.line import Line
from claims_store import call_attempts
from claims_store.call_orders import CallOrder

ASKS = 3
"""How often something is asked before whoever is there is taken for a machine, or nobody."""
ANSWER_S = 5.0
NOBODY = "nobody"


@dataclass(slots=True)
class Ordered:
    """One answered call: the line, the order, and where what is said goes. A script raises
    `WantsPerson` for who wants to speak with somebody of ours; a hang-up ends it anywhere."""

    call: Call
    order: CallOrder

    @property
    def line(self) -> Line:
        return self.call.line

    async def keep(self, outcome: str = "", **answers: Any) -> None:
        """Write down what came of it so far, or what he answered: he may hang up any moment."""
        await self.call.look(call_attempts.say, self.order.attempt, outcome, answers)

    async def ask(self, prompts: list[str], keys: str, *, tries: int = ASKS) -> str | None:
        """One of `keys`; None when none came in all tries."""
        spoken = prompts
        for _ in range(tries):
            await self.line.say(spoken)
            key = await self.line.key(ANSWER_S)
            if key is not None and key in keys:
                return key
            self.line.forget_keys()
            spoken = prompts if key is None else ["wrong-key", *prompts]
        return None

    async def goodbye(self) -> None:
        await self.line.say(["out-goodbye"], barge_in=False)


Script = Callable[[Ordered], Coroutine[Any, Any, str]]
"""Says something to whoever has answered; how that ended (`claims_store.rules.calling.OUTCOMES`,
or a word of its own, which is final)."""
