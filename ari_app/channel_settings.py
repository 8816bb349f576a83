"""Ways to reach people as an operator writes them down in `settings.toml`, checked. No password is
here: `claimline notify secret NAME`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PLACE = re.compile(r"\{([a-z_]+)\}")
"""Where a value goes in a template; everything else stays as it is written."""
PLACES = ("to", "text", "subject", "key", "id", "language", "secret")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")


def strings(value: Any) -> Iterator[str]:
    """Every text in a nested table."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list() | tuple():
            for each in value:
                yield from strings(each)


def _template(value: Any) -> Any:
    for text in strings(value):
        for name in PLACE.findall(text):
            if name not in PLACES:
                raise ValueError(f"there is no {{{name}}}; there are {', '.join(PLACES)}")
    return value


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc:
        raise ValueError("write the whole address, as https://sms.example.com/send")
    if parts.username or parts.password:
        raise ValueError("no password belongs here; name it {secret} and keep it by "
                         "claimline notify secret NAME")  # fmt: skip
    return str(_template(text))


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not HEADER.fullmatch(name) or any(ord(sign) < 32 for sign in value):
            raise ValueError(f"{name!r} is no header")
    return {str(name): str(_template(value)) for name, value in headers.items()}


def mail_address(text: str) -> str:
    """An e-mail address as every server takes it."""
    if not ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no e-mail address; write it as claims@example.com")
    return text


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Url = Annotated[str, AfterValidator(_url)]
MailAddress = Annotated[str, AfterValidator(mail_address)]


class Part(BaseModel):
    """What all of these have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Way(Part):
    """What every channel has."""

    name: Name

    @property
    def reaches(self) -> Literal["phone", "mail"]:
        """Which address of a person it needs."""
        return "phone"


class FileChannel(Way):
    """A file for each message, in a folder of the state directory."""

    kind: Literal["file"]
    folder: str = Field(default="messages", pattern=r"^[a-z][a-z0-9-]{0,31}$")


class Online(Way):
    """What every channel over the network has."""

    per_second: int = Field(default=10, ge=1, le=1000)
    timeout: float = Field(default=10.0, ge=0.1, le=60)
    """Seconds for one exchange with the other side."""


class HttpChannel(Online):
    """A gateway with an HTTP interface; `body` is a table whose texts hold places for values."""

    kind: Literal["http"]
    url: Url
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = {}
    body: Annotated[dict[str, Any], AfterValidator(_template)] = {}
    content: Literal["json", "form"] = "json"
    to: Literal["phone", "mail"] = "phone"
    message_id: str = ""
    """Where in the answer the gateway's own number of the message is: `data.id`."""
    ask: Url | None = None
    """Where the gateway tells what became of a message; 404 means that it never came."""
    state: str = "state"
    delivered: tuple[str, ...] = ("delivered", "DELIVRD")
    failed: tuple[str, ...] = ("failed", "undelivered", "expired", "rejected", "UNDELIV")

    @property
    def reaches(self) -> Literal["phone", "mail"]:
        return self.to

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        told = [self.url, *strings(self.headers), *strings(self.body)]
        if not any("{text}" in text for text in told):
            raise ValueError("nothing carries the text: put {text} into body or url")
        if self.content == "form" and any(not isinstance(v, str) for v in self.body.values()):
            raise ValueError("a form has texts only; write numbers in quotes")
        return self


class SmppChannel(Online):
    """A short message centre, by SMPP 3.4 as a transceiver."""

    kind: Literal["smpp"]
    host: str = Field(min_length=1)
    port: Port = 2775
    tls: bool = False
    user: str = Field(pattern=r"^[\x21-\x7e]{1,15}$")
    system_type: str = Field(default="", pattern=r"^[\x21-\x7e]{0,12}$")
    sender: str = Field(alias="from", pattern=r"^(\+?[0-9]{1,20}|[A-Za-z][A-Za-z0-9 ]{0,10})$")
    receipts: bool = True
    receipt_wait: float = Field(default=60.0, ge=0, le=3600)
    """Seconds that a message whose answer was lost waits for its receipt before it is repeated,
    counted while we are connected."""
    ask_after: int = Field(default=300, ge=1)
    """Seconds after which a message without a receipt is asked for (query_sm)."""
    window: int = Field(default=10, ge=1, le=200)
    enquire: float = Field(default=30.0, ge=0.1, le=300)


class SmtpChannel(Online):
    """A mail server."""

    kind: Literal["smtp"]
    host: str = Field(min_length=1)
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca: str = ""
    """Certificates by which the server is recognised, as a file; else the machine's list."""
    user: str = ""
    sender: MailAddress = Field(alias="from")
    sender_name: str = Field(default="", alias="from_name", pattern=r"^[^\x00-\x1f\x7f]{0,60}$")

    @property
    def reaches(self) -> Literal["phone", "mail"]:
        return "mail"


class VoiceChannel(Way):
    """A call: the line says where the claim stands that the message is about."""

    kind: Literal["voice"]


Channel = Annotated[
    FileChannel | HttpChannel | SmppChannel | SmtpChannel | VoiceChannel,
    Field(discriminator="kind"),
]


class Notify(Part):
    """When and how people are written to."""

    order: tuple[str, ...] = ()
    """Channels to try, the first one first; empty takes them as they are written."""
    quiet: tuple[time, time] | None = (time(21), time(8))
    """From when to when nothing is sent that nobody waits for; none with `[]`."""
    a_day: int = Field(default=5, ge=1)
    """Notices that one person gets in 24 hours."""
    at_most: int = Field(default=20, ge=1)
    """Messages of any kind that one person gets in 24 hours."""
    patience: int = Field(default=10, ge=0)
    """Minutes for which a channel that does not work is tried before the next one is taken."""
    give_up: int = Field(default=24, ge=1)
    """Hours after which a message that could not be sent is set aside."""

    @model_validator(mode="before")
    @classmethod
    def _never_quiet(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("quiet") in ([], ()):
            return given | {"quiet": None}
        return given
