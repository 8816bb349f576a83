"""How customers, surveyors and programs reach us over the web, as an operator writes it down."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")


class Https(BaseModel):
    """A door of our own with TLS, for installations without another program before them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(default=0, ge=0, le=65535)
    """0: none."""
    certificate: str = ""
    key: str = ""
    """PEM files in the state directory, or anywhere by their whole paths."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.port and not (self.certificate and self.key):
            raise ValueError("a port needs certificate and key")
        return self


def _public_url(text: str) -> str:
    """An address that may stand in a message: encrypted, unless it is this machine's own."""
    if not text:
        return ""
    parts = urlsplit(text)
    plain = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not _HOST.fullmatch(parts.netloc) or not (plain or parts.scheme == "https"):
        raise ValueError(f"{text!r} is no address for customers; write it as "
                         "https://claims.example.com")  # fmt: skip
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it ends with the host, as https://claims.example.com")
    return text.rstrip("/")


def _proxy(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is no address; write it as 127.0.0.1") from None


PublicUrl = Annotated[str, AfterValidator(_public_url)]
Proxy = Annotated[str, AfterValidator(_proxy)]


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise ValueError(f"{text!r} is no network; write it as 10.1.0.0/16") from None


class Webhooks(BaseModel):
    """Whom events may be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inside: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Networks of the house; all others that are not public are refused."""
