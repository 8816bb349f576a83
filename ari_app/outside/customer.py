"""A person who calls the hotline."""

from __future__ import annotations

from ari_app.outside.leg import End, Leg
from ari_app.pbx import verbs
from ari_app.pbx.results import Gone


class Customer(Leg):
    """A call that came through the carrier: authenticated as the trunk, with any number shown."""

    async def dial(self, number: str, caller_id: str, *, limit: float = 30) -> End | None:
        """Call `number`; None once answered, else why there was no answer."""
        await self.prepare()
        made = await self._client.do(
            verbs.originate(
                self.channel,
                f"PJSIP/{number}@trunk",
                app=self._client.app,
                caller_id=f"<{caller_id}>",
                timeout=int(limit),
            )
        )
        if isinstance(made, Gone):
            return End(0, made.reason)
        return await self.pick_up(limit)
