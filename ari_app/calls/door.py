"""Who calls, as the trunk he comes by tells it: each carrier writes numbers in its own way."""

from __future__ import annotations

from ari_app.pbx.events import Channel
from ari_app.pbx.line_news import phone_of
from ari_app.settings import Settings
from ari_app.trunks.model import Trunk
from routing.numbers import number_in, to_e164


class Door:
    """Normalises, once, the numbers that come in."""

    def __init__(self, settings: Settings) -> None:
        self._country = settings.country
        self._trunks = {trunk.name: trunk for trunk in settings.trunks}

    def trunk(self, channel: Channel) -> Trunk | None:
        return self._trunks.get(phone_of(channel))

    def caller(self, channel: Channel) -> str:
        """His number as E.164 where it is one; empty when he hides it."""
        return self._number(channel, channel.caller.number)

    def forwarder(self, channel: Channel, header: str) -> str:
        """Who forwarded the call, out of its Diversion header."""
        return self._number(channel, number_in(header))

    def _number(self, channel: Channel, sent: str) -> str:
        trunk = self.trunk(channel)
        return to_e164(sent, trunk.number_format if trunk else "national", self._country)
