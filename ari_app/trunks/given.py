"""What the configuration of Asterisk is given of trunks and phones: plain values."""

from __future__ import annotations

from typing import Any

from ari_app.secrets_file import Secrets
from ari_app.settings import Settings, SettingsError
from ari_app.trunks.model import Trunk


class Password(str):
    """A carrier's password: more characters may stand in it than in any other value."""

    __slots__ = ()


def trunk_values(trunk: Trunk, secrets: Secrets) -> dict[str, Any]:
    """One trunk for the templates. Raises SettingsError while its password is not known."""
    password = secrets.of_trunk(trunk.name)
    if trunk.kind != "address" and not password:
        raise SettingsError(
            f"The trunk {trunk.name} has no password yet. "
            f"Give it as the carrier told you: claimline trunks secret {trunk.name}"
        )
    return {
        "name": trunk.name,
        "kind": trunk.kind,
        "transport": trunk.transport,
        "username": trunk.username,
        "password": Password(password),
        "at": trunk.at if trunk.host else "",
        "client_uri": trunk.client_uri if trunk.host else "",
        "domain": trunk.host,
        "contact": trunk.contact or trunk.user.partition("@")[0],
        "addresses": trunk.addresses,
        "pai": trunk.caller == "pai",
        "calls": trunk.calls,
        "srtp": trunk.srtp,
        "nat": trunk.nat,
        "qualify": trunk.qualify,
    }


def phone_values(number: str, settings: Settings, secrets: Secrets) -> dict[str, Any]:
    """One desk phone for the templates."""
    way = settings.phones.way(number)
    return {
        "number": number,
        "password": secrets.phones[number],
        "transport": way.transport,
        "srtp": way.srtp,
        "silence": way.silence,
    }
