"""Trunks and phones as an operator writes them down in `settings.toml`, checked."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from routing.numbers import NumberFormat
from routing.outgoing import Limits

Transport = Literal["udp", "tcp", "tls"]
SIP, SIPS = 5060, 5061
RTP = (20000, 23999)
"""Ports of sound when phones are elsewhere: two for each leg, so a thousand talks at once."""
LEAST_RTP = 100
LOCAL = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "169.254.0.0/16",
)  # fmt: skip
"""Networks that no address translation lies before."""
RESERVED = ("base", "global", "system", "doctor")
"""Names of sections that the configuration has already."""
WIDEST = {4: 8, 6: 32}
"""Bits: a network that is larger than this lets half the world in."""


def _network(text: str) -> str:
    """An address or a network, from which nothing of this machine can come."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            f"{text} is no address; write it as 203.0.113.10 or 203.0.113.0/28"
        ) from None
    if network.overlaps(ipaddress.ip_network("127.0.0.0/8" if network.version == 4 else "::1")):
        raise ValueError(
            f"{text} is this machine itself: every program on it could call as the carrier. "
            'Use kind = "peer", with user and password'
        )
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(f"{text} is too wide: name the carrier's own addresses")
    return text


def _address(text: str) -> str:
    """One address, as packets carry it."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"{text} is no address; write it as 203.0.113.10") from None


def _part_of_net(text: str) -> str:
    """Any network."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ValueError(f"{text} is no network; write it as 192.168.0.0/16") from None


Network = Annotated[str, AfterValidator(_network)]
Port = Annotated[int, Field(ge=1024, le=65535)]
Prefix = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")]


class Part(BaseModel):
    """What all of these have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sip(Part):
    """Where the others find us. Behind address translation `external` is our address as everybody
    outside the `local` networks sees it."""

    external: Annotated[str, AfterValidator(_address)] | None = None
    local: tuple[Annotated[str, AfterValidator(_part_of_net)], ...] = LOCAL
    rtp: tuple[Port, Port] | None = None
    """First and last port of sound."""

    @model_validator(mode="after")
    def _wide_enough(self) -> Self:
        if self.rtp and self.rtp[1] - self.rtp[0] < LEAST_RTP - 1:
            raise ValueError(
                f"rtp: name the first and the last port, at least {LEAST_RTP} of them; "
                "a talk needs four"
            )
        return self


class Out(Part):
    """What may be dialled over a trunk; without it nothing is."""

    allowed: tuple[Prefix, ...] = Field(min_length=1)
    calls: int = Field(default=1, ge=1, le=1000)
    minutes: int = Field(default=60, ge=1)
    longest: int = Field(default=30, ge=1, le=240)
    """Minutes of one call."""
    order: int = 1
    number: str = Field(default="", pattern=r"^(\+?[0-9]{3,20})?$")
    """The number that is shown to whoever is called, as the carrier wants it written."""


class Trunk(Part):
    """One way into the telephone network.

    peer: a carrier or PBX proves to us who it is; registration: we register at the carrier and
    prove it to him; address: whoever sends from these addresses is the carrier.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    kind: Literal["peer", "registration", "address"]
    transport: Transport = "udp"
    host: str = Field(default="", pattern=r"^[A-Za-z0-9.-]{0,253}$")
    port: int = Field(default=0, ge=0, le=65535)
    user: str = Field(default="", pattern=r"^[A-Za-z0-9._+@-]{0,64}$")
    contact: str = Field(default="", pattern=r"^[A-Za-z0-9._+-]{0,64}$")
    """Registration: the number the carrier's calls are for, when that is not the user."""
    addresses: tuple[Network, ...] = ()
    number_format: NumberFormat = "national"
    caller: Literal["from", "pai"] = "from"
    """The header that tells who calls: the one that this carrier vouches for."""
    diversion: bool = False
    """Keep who forwarded a call, as this carrier says it."""
    calls: int = Field(default=0, ge=0, le=10000)
    """Calls at once, 0 without a limit; the rest are told."""
    srtp: bool = False
    nat: bool = True
    """Answer where the carrier's packets come from, not where he says that he is."""
    qualify: int = Field(default=15, ge=0, le=3600)
    """Seconds between two questions whether the carrier is there; 0 asks nothing."""
    out: Out | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.name in RESERVED or self.name.startswith(("transport-", "registration-")):
            raise ValueError(f"{self.name} is a name of the configuration's own; choose another")
        if self.kind == "registration" and not (self.host and self.user):
            raise ValueError("a registration needs host and user, as the carrier gave them")
        if self.kind == "address" and not self.addresses:
            raise ValueError("a trunk known by address needs addresses")
        if self.kind == "peer" and self.addresses:
            raise ValueError("a peer is known by user and password; leave addresses out")
        if self.out and not self.host:
            raise ValueError("outgoing calls need host: where they are to be sent")
        if self.srtp and self.transport != "tls":
            raise ValueError('srtp needs transport = "tls": its keys are sent with the call')
        return self

    @property
    def username(self) -> str:
        """The name that the digest proves."""
        return self.user or self.name

    @property
    def at(self) -> str:
        """Where the carrier is: host and port."""
        return f"{self.host}:{self.port or (SIPS if self.transport == 'tls' else SIP)}"

    @property
    def client_uri(self) -> str:
        """As whom we register."""
        user = self.username
        return f"sip:{user}" if "@" in user else f"sip:{user}@{self.at}"

    @property
    def limits(self) -> Limits | None:
        """What the rule for outgoing calls may count on."""
        if self.out is None:
            return None
        out = self.out
        return Limits(self.name, out.allowed, out.calls, out.minutes, out.longest * 60, out.order)


class PhoneWay(Part):
    """How phones speak with us. One from which no sound came for `silence` seconds in a talk is
    taken for gone."""

    transport: Transport = "udp"
    srtp: bool = False
    silence: int = Field(default=15, ge=5, le=300)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.srtp and self.transport != "tls":
            raise ValueError('srtp needs transport = "tls": its keys are sent with the call')
        return self


class Phones(PhoneWay):
    """How all phones speak with us, but for those in `own`."""

    own: dict[Annotated[str, Field(pattern=r"^[0-9]{2,6}$")], PhoneWay] = {}

    def way(self, number: str) -> PhoneWay:
        return self.own.get(number, self)


class Tls(Part):
    """The operator's certificate and key; without them one is made at the first start."""

    certificate: str = ""
    key: str = ""
    ca: str = ""
    """Certificates by which carriers are recognised; the machine's own list otherwise."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key come together")
        return self
