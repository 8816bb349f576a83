"""Where everything is and what the operator chose: one frozen value, read from the state
directory.

`STATE/settings.toml` holds what an operator may set; `STATE/ports.json` what `claimline up` chose
for this run. Every fault is told at once, with its place.
"""

from __future__ import annotations

import os
import socket
import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ari_app.channel_settings import Channel, FileChannel, Notify
from ari_app.trunks.model import RTP, SIPS, Phones, PhoneWay, Sip, Tls, Trunk
from ari_app.web_settings import Https, Proxy, PublicUrl, Webhooks

Language = Literal["zh", "en"]

LOOPBACK = "127.0.0.1"
FIRST_TRUNK = "trunk"
"""What the one trunk of a new installation is named."""


class SettingsError(Exception):
    """The settings cannot be used; the message names each fault and its place."""


class Ports(BaseModel):
    """Ports of one running system; RTP is a range, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sip: int
    sips: int = SIPS
    ari: int
    ami: int
    http: int
    rtp_first: int
    rtp_last: int


class Settings(BaseModel):
    """One insurer's installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    node: str = Field(default="n1", pattern=r"^[a-z0-9]{1,12}$")
    host: str = LOOPBACK
    zone: str = "Asia/Shanghai"
    language: Language = "zh"
    tones: Literal["cn", "us"] = "cn"
    database: str = ""
    workers: int = Field(default=1, ge=1, le=8)
    """Processes that carry out what follows from calls and claims; SQLite takes one."""
    ready_when_registered: bool = False
    """A desk phone that registers makes its agent ready: for agents who use no browser."""
    country: str = Field(default="CN", pattern=r"^[A-Z]{2}$")
    """The country in which numbers without a country code are."""
    trunk: tuple[Trunk, ...] = ()
    phones: Phones = Phones()
    sip: Sip = Sip()
    tls: Tls = Tls()
    channel: tuple[Channel, ...] = ()
    notify: Notify = Notify()
    public_url: PublicUrl = ""
    """Where customers and surveyors reach the pages of their links, as https://claims.example.com;
    without it messages carry no links."""
    https: Https = Https()
    proxies: tuple[Proxy, ...] = ()
    """Programs before ours whose word on the visitor's address is taken (X-Forwarded-For)."""
    webhooks: Webhooks = Webhooks()

    @field_validator("trunk")
    @classmethod
    def _told_apart(cls, trunks: tuple[Trunk, ...]) -> tuple[Trunk, ...]:
        for what in ("name", "username"):
            names = [getattr(t, what) for t in trunks if what == "name" or t.kind == "peer"]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"more than one trunk has the {what} {', '.join(twice)}")
        return trunks

    @model_validator(mode="after")
    def _channels_told_apart(self) -> Self:
        names = [each.name for each in self.channel or self.channels]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"more than one channel has the name {', '.join(twice)}")
        if any(each.kind == "voice" for each in self.channel) and not any(
            each.out for each in self.trunks
        ):
            raise ValueError("a voice channel needs a trunk that may be dialled: [trunk.out]")
        if strange := [name for name in self.notify.order if name not in names]:
            raise ValueError(f"notify.order: there is no channel {', '.join(strange)}")
        return self

    @model_validator(mode="after")
    def _workers_have_room(self) -> Self:
        if self.workers > 1 and not self.database.startswith("postgresql"):
            raise ValueError("workers: more than one needs a PostgreSQL database")
        return self

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Ways to reach people, the first to try first; a new installation writes files."""
        known = self.channel or (FileChannel(name="file", kind="file"),)
        order = self.notify.order or tuple(each.name for each in known)
        return tuple(each for name in order for each in known if each.name == name) or known

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        """Those the operator wrote down; a new installation has one to begin with."""
        return self.trunk or (Trunk(name=FIRST_TRUNK, kind="peer"),)

    @property
    def rtp(self) -> tuple[int, int] | None:
        """The first and the last port of sound. None: any, where nobody from elsewhere has to come
        through a firewall, so that several installations can stand side by side."""
        return self.sip.rtp or (None if self.host == LOOPBACK else RTP)

    @property
    def ways(self) -> list[PhoneWay | Trunk]:
        """Everybody who speaks SIP with us, in whatever way."""
        return [self.phones, *self.phones.own.values(), *self.trunks]

    @property
    def uses_tls(self) -> bool:
        return any(way.transport == "tls" for way in self.ways)

    @property
    def uses_srtp(self) -> bool:
        return any(way.srtp for way in self.ways)

    @property
    def certificate(self) -> Path:
        """What phones and carriers recognise us by."""
        return self.state / (self.tls.certificate or "tls/certificate.pem")

    @property
    def certificate_key(self) -> Path:
        return self.state / (self.tls.key or "tls/key.pem")

    @property
    def web_certificate(self) -> tuple[Path, Path]:
        """What browsers recognise us by at the port of `https`, and its key."""
        return self.state / self.https.certificate, self.state / self.https.key

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.state / 'claimline.db'}"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def etc(self) -> Path:
        return self.state / "etc"

    @property
    def incoming_recordings(self) -> Path:
        """Where Asterisk writes; plaintext lives here only until it is sealed."""
        return self.state / "spool" / "monitor"

    @property
    def clips(self) -> Path:
        """Where Asterisk writes what a caller speaks in answer to a question."""
        return self.state / "spool" / "recording"

    @property
    def recordings(self) -> Path:
        return self.state / "recordings"

    @property
    def photos(self) -> Path:
        """Sealed photos of surveys."""
        return self.state / "photos"

    @property
    def messages(self) -> Path:
        return self.state / "messages"

    @property
    def report_spool(self) -> Path:
        """Voice reports that the AGI scripts took while the app was away."""
        return self.state / "report-spool"

    @property
    def journal(self) -> Path:
        """Steps of calls that wait for the database to come back."""
        return self.state / "journal"

    @property
    def prompts(self) -> Path:
        """The operator's own recordings of prompts."""
        return self.state / "prompts"

    @property
    def live_prompts(self) -> Path:
        """What Asterisk plays: shipped prompts with the operator's recordings in their places."""
        return self.state / "prompts-live"

    @property
    def health(self) -> Path:
        """What the processes say about themselves."""
        return self.state / "health"

    @property
    def endpoints(self) -> Path:
        return self.state / "endpoints.json"

    @property
    def trunk_states(self) -> Path:
        """What the app knows of its trunks, for commands."""
        return self.state / "trunks.json"


def cache_home() -> Path:
    """Where what can be made again is kept: the same answer as `asterisk/debs.sh` gives."""
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "claimline"
    return Path.home() / ".cache" / "claimline"


def load(state: Path) -> Settings:
    """The settings of the installation in `state`."""
    file = state / "settings.toml"
    try:
        chosen = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        if url := os.environ.get("CLAIMLINE_DATABASE"):
            chosen["database"] = url
        return Settings(state=state.absolute(), **chosen)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: {fault}") from None
    except ValidationError as fault:
        lines = [f"{file}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors()]
        raise SettingsError("\n".join(lines)) from None


def load_ports(state: Path) -> Ports:
    """The ports of the running system; `SettingsError` when none was started in `state`."""
    file = state / "ports.json"
    if not file.exists():
        raise SettingsError(f"Nothing runs in {state}. Start it: claimline up --state {state}")
    return Ports.model_validate_json(file.read_bytes())


def choose_ports(
    sip: int = 0, http: int = 0, sips: int = 0, rtp: tuple[int, int] | None = None
) -> Ports:
    """Free ports; 0 and None mean any. Asterisk tries on when one for sound is taken."""
    with (
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket() as a,
        socket.socket() as b,
        socket.socket() as c,
        socket.socket() as d,
    ):
        for sock in (udp, a, b, c, d):
            sock.bind((LOOPBACK, 0))
        free = [sock.getsockname()[1] for sock in (udp, a, b, c, d)]
    first, last = rtp or _somewhere(free[0])
    return Ports(
        sip=sip or free[0],
        sips=sips or free[4],
        ari=free[1],
        ami=free[2],
        http=http or free[3],
        rtp_first=first,
        rtp_last=last,
    )


def _somewhere(port: int) -> tuple[int, int]:
    """A range for sound, another one for most ports."""
    first = 20000 + (port * 40) % 40000
    first -= first % 2
    return first, min(first + 2000, 65000)


def save_ports(state: Path, ports: Ports) -> None:
    write_private(state / "ports.json", ports.model_dump_json())


def write_private(file: Path, text: str) -> None:
    """Write `file` atomically, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + f".{os.getpid()}.part")
    with open(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
