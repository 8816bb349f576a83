"""The audit of the PBX: what its files say, held against the hardening rules H1-H9.

Each rule gives the points in which it is not kept, as they stand in the files.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import phonenumbers

from ari_app.doctor import conf
from ari_app.doctor.checks.asterisk import FLOOR, number_of
from ari_app.doctor.checks.files import MACHINE_SECRET
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, unknown
from ari_app.installed import wanted_modules
from ari_app.render import ARI_USER, MONITOR_USER
from ari_app.secrets_file import Secrets
from ari_app.trunks.model import Trunk

LONGEST_EXPIRY = 120
WIDEST_RTP = 4000
"""Ports: four for a talk, so a thousand talks at once, as the default range has them."""
FETCHING = ("res_http_media_cache", "res_curl", "func_curl", "res_config_curl")
"""Modules by which Asterisk would fetch what an address names."""
ADVISORIES = tomllib.loads(Path(__file__).with_name("advisories.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Pbx:
    """The configuration as it lies there, and what belongs to it."""

    etc: conf.Etc
    dialplan: str
    secrets: Secrets
    trunks: tuple[Trunk, ...]
    wanted: frozenset[str]
    version: str

    def value(self, file: str, key: str, section: str = "general") -> str:
        return conf.general(self.etc, file, section).one(key)


def read(place: Place) -> Pbx:
    etc = place.settings.etc
    if not (etc / "asterisk.conf").exists():
        raise CannotTell(unknown("asterisk.never_started"))
    dialplan = etc / "extensions.conf"
    return Pbx(
        etc=conf.read(etc), dialplan=dialplan.read_text("utf-8") if dialplan.exists() else "",
        secrets=place.secrets(), trunks=place.settings.trunks,
        wanted=frozenset(wanted_modules(place.settings)),
        version=place.asterisk.version if place.asterisk else "",
    )  # fmt: skip


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def h1(pbx: Pbx) -> Sequence[str]:
    """HTTP, ARI, AMI and AGI on this machine alone."""
    points = [
        f"{file}: bindaddr = {pbx.value(file, 'bindaddr') or '-'}"
        for file in ("http.conf", "manager.conf")
        if not _loopback(pbx.value(file, "bindaddr"))
    ]
    points += [
        f"manager.conf: [{user.name}] deny/permit"
        for user in pbx.etc.get("manager.conf", ())
        if user.name != "general" and not (user.one("deny") and user.one("permit"))
    ]
    if found := re.search(r"h?agi://[^)\s]*", pbx.dialplan):
        points.append(f"extensions.conf: {found[0]}")
    return points


def h2(pbx: Pbx) -> Sequence[str]:
    """Nothing is shown over HTTP but ARI, and to no page of another site."""
    points = []
    for key, good in (("enable_status", "no"), ("enable_static", "no"), ("enablestatic", "no")):
        value = pbx.value("http.conf", key) or ("no" if key != "enable_status" else "")
        if value != good:
            points.append(f"http.conf: {key} = {value or '-'}")
    if not pbx.value("http.conf", "sessionlimit").isdigit():
        points.append("http.conf: sessionlimit")
    if origins := pbx.value("ari.conf", "allowed_origins"):
        points.append(f"ari.conf: allowed_origins = {origins}")
    return points


def h3(pbx: Pbx) -> Sequence[str]:
    """Two users of ARI, one of whom may only read; only hashes of long secrets."""
    users = {each.name: each for each in pbx.etc.get("ari.conf", ()) if each.name != "general"}
    points = [f"ari.conf: [{name}]" for name in users.keys() ^ {ARI_USER, MONITOR_USER}]
    monitor = users.get(MONITOR_USER)
    if monitor is not None and monitor.one("read_only") != "yes":
        points.append(f"ari.conf: [{MONITOR_USER}] read_only = {monitor.one('read_only')}")
    for name, user in users.items():
        hashed = user.one("password").startswith("$6$") and user.one("password_format") == "crypt"
        if not hashed:
            points.append(f"ari.conf: [{name}] password_format = {user.one('password_format')}")
    short = {"ari": pbx.secrets.ari, "monitor": pbx.secrets.monitor}
    return points + [
        f"secrets.json: {n}" for n, word in short.items() if len(word) < MACHINE_SECRET
    ]


def h5(pbx: Pbx) -> Sequence[str]:
    """Nothing dangerous by configuration, only listed modules, no version with known holes."""
    wanted = {"live_dangerously": "no", "execincludes": "no", "disable_remote_console_shell": "yes"}
    points = [
        f"asterisk.conf: {key} = {pbx.value('asterisk.conf', key, 'options') or '-'}"
        for key, good in wanted.items()
        if pbx.value("asterisk.conf", key, "options") != good
    ]
    modules = conf.general(pbx.etc, "modules.conf", "modules")
    if modules.one("autoload") != "no":
        points.append("modules.conf: autoload")
    loaded = {each.removesuffix(".so") for each in modules.values.get("load", [])}
    points += [f"modules.conf: {name}" for name in sorted(loaded - pbx.wanted)]
    if number_of(pbx.version) < FLOOR:
        points.append(f"Asterisk {pbx.version or '-'}")
    for each in ADVISORIES["advisory"]:
        if number_of(pbx.version) < number_of(each["fixed"]) and each["module"] in loaded | {""}:
            points.append(each["id"])
    return points


def h6(pbx: Pbx) -> Sequence[str]:
    """One address a phone; who is gone is forgotten within two minutes."""
    points = []
    for aor in pbx.etc.get("pjsip.conf", ()):
        if aor.one("type") != "aor" or aor.one("contact"):
            continue
        good = aor.number("max_contacts") == 1 and aor.one("remove_existing") == "yes"
        asked = aor.number("qualify_frequency") > 0
        if not good:
            points.append(f"pjsip.conf: [{aor.name}] max_contacts = {aor.one('max_contacts')}")
        if not asked and not 0 < aor.number("maximum_expiration") <= LONGEST_EXPIRY:
            points.append(f"pjsip.conf: [{aor.name}] maximum_expiration")
    return points


DECIDED = "${NUMBER}@${CARRIER}"
"""What the dialplan dials for a call that the app has asked for, by its rule and limits."""
SETS_DECIDED = re.compile(r"Set\(_{0,2}(?:NUMBER|CARRIER)=[^)]*\)")


def h8(pbx: Pbx) -> Sequence[str]:
    """Outgoing calls only where the settings allow it, never to everywhere; the dialplan reaches
    desk phones alone, and beside them what the app has decided and nobody else can set."""
    allowed = [
        (each.name, prefix) for each in pbx.trunks if each.out for prefix in each.out.allowed
    ]
    dialled = re.findall(r"Dial\((?:PJSIP|SIP|Local)/([^,)]+)", pbx.dialplan)
    return [
        *(f"settings.toml: {name} allowed {to}" for name, to in allowed if not _country(to)),
        *(f"extensions.conf: Dial({to})" for to in dialled
          if to not in pbx.secrets.phones and to != DECIDED),
        *(f"extensions.conf: {each}" for each in SETS_DECIDED.findall(pbx.dialplan)),
    ]  # fmt: skip


def _country(prefix: str) -> bool:
    """Whether a prefix stays within one country (or one group that shares a code)."""
    digits = prefix.lstrip("+")
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return any(int(digits[:length]) in codes for length in (1, 2, 3) if len(digits) >= length)


def h9(pbx: Pbx) -> Sequence[str]:
    """Sound only from whom a call is with; calls whose sound ended are ended."""
    points = []
    for end in pbx.etc.get("pjsip.conf", ()):
        if end.one("type") != "endpoint" or end.template:
            continue
        for key, most in (("rtp_timeout", 60), ("rtp_timeout_hold", 300)):
            if not 0 < end.number(key) <= most:
                points.append(f"pjsip.conf: [{end.name}] {key} = {end.one(key) or '-'}")
        if end.one("timers", "yes") not in ("yes", "required", "always"):
            points.append(f"pjsip.conf: [{end.name}] timers = {end.one('timers')}")
    rtp = conf.general(pbx.etc, "rtp.conf")
    for key, good in (("strictrtp", "yes"), ("icesupport", "no")):
        if rtp.one(key) != good:
            points.append(f"rtp.conf: {key} = {rtp.one(key) or '-'}")
    if not 0 < rtp.number("rtpend") - rtp.number("rtpstart") < WIDEST_RTP:
        points.append(f"rtp.conf: {rtp.one('rtpstart')}-{rtp.one('rtpend')}")
    return points


def h20(pbx: Pbx) -> Sequence[str]:
    """Nothing here fetches what an address names."""
    modules = conf.general(pbx.etc, "modules.conf", "modules").values.get("load", [])
    return [f"modules.conf: {n}" for n in modules if n.removesuffix(".so") in FETCHING]
