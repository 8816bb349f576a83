"""A caller whose telephone is packets of this process: it can vanish between two of them, and then
neither sends sound or reports nor answers anything."""

from __future__ import annotations

from ari_app.secrets_file import load_or_make
from tests.real import hearing
from tests.real.house import House, until
from tests.real.rawsip import HOST, SipCall, SipEnd
from tests.real.voice import Voice


class PacketCaller:
    """A call that came over the trunk."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.number = house.number()
        sip = house.endpoints["sip"]
        password = load_or_make(house.settings.state, []).of_trunk("trunk")
        self._end = SipEnd((sip["host"], sip["port"]), "trunk", password)
        self.call = SipCall(self._end)
        self.voice = Voice()

    @property
    def sip_call_id(self) -> str:
        return self.call.call_id

    async def dials(self, number: str) -> None:
        await self._end.open()
        await self.voice.open()
        self.call.ear, self.call.sender = self.voice, f"<sip:{self.number}@{HOST}>"
        host, port = self._end.target
        self.call.uri = f"sip:{number}@{host}:{port}"
        answer = await self._invite("sendrecv")
        self.voice.start((HOST, answer))

    async def holds(self) -> None:
        """Puts us on hold."""
        await self._invite("sendonly")

    async def _invite(self, direction: str) -> int:
        """Offer sound this way; the port where the other side hears."""
        body = self.voice.sdp().replace("sendrecv", direction)
        answer = await self._end.ask("INVITE", self.call.uri, body=body, call=self.call)
        assert answer.status == 200, answer.first
        return int(answer.body.partition("m=audio ")[2].split()[0])

    async def hears(self, name: str, limit: float = 20) -> None:
        async def there() -> bool:
            return bool(hearing.all_prompts(hearing.normal(self.voice.sound), [name]))

        await until(there, limit)

    def vanishes(self) -> None:
        """Without a word."""
        self.voice.close()
        self._end.close()
