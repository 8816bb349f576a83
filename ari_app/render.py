"""Plan and settings -> what Asterisk is given. Values are typed and narrow: free text never
reaches a file.

`render` is pure; `write` puts the files into a directory; booting, swapping and rolling back is
`ari_app.apply`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import jinja2

from ari_app.directories import Directories
from ari_app.installed import assets, wanted_modules
from ari_app.pbx.reloading import MARK
from ari_app.secrets_file import Secrets
from ari_app.settings import FIRST_TRUNK, Ports, Settings
from ari_app.trunks.given import Password, phone_values, trunk_values
from ari_app.unix_crypt import hashed

APP = "claimline"
DEAD_MAN = 10
"""Seconds a caller stays in Stasis without a sign of life from the app (DESIGN 3)."""
SCRIPT_TIMER = 15
"""Seconds within which a script of the net has to begin; it arms the timer itself before each of
its steps."""
REQUEUE = "700"
"""What an agent transfers a caller to, to put him back to the front of his queue."""
OUTSIDE = "9"
"""What is dialled on a desk phone before the number of a customer."""
ARI_USER = "app"
MONITOR_USER = "monitor"
"""Reads over ARI and changes nothing."""
DOCTOR_USER = "doctor"
"""The telephone of `claimline doctor`, which reaches an echo and nothing else."""
AMI_USER = "app"
CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
TRUNK_USER = FIRST_TRUNK
TOLD_AT_ONCE = 5
"""Callers beyond a trunk's limit who are told so at the same time; the carrier tells the others."""

_SAFE = re.compile(r"[A-Za-z0-9 ._:/@+=*-]*")
_SECRET = re.compile(r"[!-:<-\[\]-~]*")
_NARROW = re.compile(r"[a-z0-9-]{1,32}")


class UnsafeValue(Exception):
    """A value that could change the meaning of a configuration line; nothing was written."""


@dataclass(frozen=True, slots=True)
class Number:
    """A hotline number and the language it is answered in."""

    number: str
    language: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the dialplan is made from, besides the settings: from the plan and the roster."""

    numbers: tuple[Number, ...]
    phones: tuple[str, ...]
    rings: tuple[int, ...]
    fallback_wait: int = 60

    @property
    def mark(self) -> str:
        """Tells one dialplan from another."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def ari_user(name: str, secret: str, read_only: str) -> dict[str, str]:
    """A user for `ari.conf.j2`: Asterisk is given the hash alone, its dollars stand there."""
    _, _, rounds, salt, digest = hashed(secret).split("$")
    return {
        "username": name, "rounds": rounds, "salt": salt, "hash": digest, "read_only": read_only
    }  # fmt: skip


def _narrow(value: object) -> object:
    """Refuses every value that could end a line, open a comment or split arguments."""
    safe = _SECRET if isinstance(value, Password) else _SAFE
    if isinstance(value, jinja2.Undefined) or not safe.fullmatch(str(value)):
        raise UnsafeValue(f"{str(value)[:60]!r} may not stand in a configuration file.")
    return value


def environment(folder: Path) -> jinja2.Environment:
    """The one jinja2 environment of configuration files."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=_narrow,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def render(
    settings: Settings, ports: Ports, secrets: Secrets, given: Given, dirs: Directories
) -> dict[str, str]:
    """File name -> text of every configuration file of the PBX."""
    for name in (*given.phones, *(entry.number for entry in given.numbers)):
        if not _NARROW.fullmatch(name):
            raise UnsafeValue(f"{name[:40]!r} cannot be a number.")
    values = {
        **_place(settings, ports, dirs),
        **_users(secrets),
        **_telephones(settings, secrets, given),
        **_dialplan(given, dirs),
    }
    folder = assets() / "etc"
    env = environment(folder)
    return {
        file.stem: env.get_template(file.name).render(values)
        for file in sorted(folder.glob("*.conf.j2"))
    }


def _place(settings: Settings, ports: Ports, dirs: Directories) -> dict[str, object]:
    """Where it runs, and on what it listens."""
    return {
        "settings": settings,
        "node": settings.node,
        "host": settings.host,
        "language": settings.language,
        "tones": settings.tones,
        "transports": transports(settings),
        "tls": {
            "certificate": settings.certificate,
            "key": settings.certificate_key,
            "ca": settings.tls.ca or CA_BUNDLE,
        },
        "ports": ports,
        "dirs": dirs,
        "entity": _entity(settings, ports),
        "modules": wanted_modules(settings),
    }


def _users(secrets: Secrets) -> dict[str, object]:
    """Who may ask Asterisk for something."""
    return {
        "app": APP,
        "ari_users": [
            ari_user(ARI_USER, secrets.ari, "no"),
            ari_user(MONITOR_USER, secrets.monitor, "yes"),
        ],
        "doctor": {"username": DOCTOR_USER, "password": secrets.doctor},
        "ami": {"username": AMI_USER, "password": secrets.ami},
    }


def _telephones(settings: Settings, secrets: Secrets, given: Given) -> dict[str, object]:
    return {
        "trunks": [trunk_values(each, secrets) for each in settings.trunks],
        "told_at_once": TOLD_AT_ONCE,
        "phones": [phone_values(number, settings, secrets) for number in given.phones],
    }


def _dialplan(given: Given, dirs: Directories) -> dict[str, object]:
    return {
        "numbers": given.numbers,
        "rings": given.rings,
        "fallback_wait": given.fallback_wait,
        "mark_name": MARK,
        "mark": given.mark,
        "dead_man": DEAD_MAN,
        "script_timer": SCRIPT_TIMER,
        "requeue": REQUEUE,
        "outside": OUTSIDE,
        "agi_report": dirs.agi / "voice-report",
    }


def transports(settings: Settings) -> list[str]:
    """What Asterisk listens on: UDP always, the others where somebody uses them."""
    return ["udp", *sorted({way.transport for way in settings.ways} - {"udp"})]


def _entity(settings: Settings, ports: Ports) -> str:
    """Two Asterisks on one machine need different entity ids (form of a MAC address)."""
    digest = hashlib.sha256(f"{settings.node}:{ports.sip}".encode()).hexdigest()
    return ":".join(["02", *(digest[i : i + 2] for i in range(0, 10, 2))])


def write(files: dict[str, str], etc: Path) -> None:
    """Write the files; they hold secrets, so the folder and the files are private."""
    etc.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in files.items():
        target = etc / name
        target.touch(mode=0o600)
        target.write_text(text, "utf-8")
