"""Sends an event to a program that wants to be told: signed, again until it is taken, and never to
an address of the inside network that the operator has not allowed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from ari_app.jobs.carrying import NotYet, SetAside
from claims_store import webhooks
from claims_store.store import Store
from claims_store.webhooks import Ready

TIMEOUT_S = 10.0
SIGNATURE = "Claimline-Signature"
NAME = "Claimline-Event"


class Inside(OSError):
    """The address is one of the inside network's."""


@dataclass(frozen=True, slots=True)
class Inward:
    """Which addresses of the inside network may be told."""

    allowed: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, networks: Sequence[str]) -> Inward:
        return cls(tuple(ip_network(each) for each in networks))

    def may(self, address: str) -> bool:
        """Whether something may be sent there."""
        found = ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        return found.is_global and not found.is_multicast or self.is_allowed(address)

    def is_allowed(self, address: str) -> bool:
        """Whether the operator named this address as one of his own."""
        found = ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self.allowed)


class _Resolver(AbstractResolver):
    """Names become addresses that may be told: what was looked at is what is connected to."""

    def __init__(self, inward: Inward) -> None:
        self._inward = inward
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        may = [each for each in found if self._inward.may(each["host"])]
        if not may:
            raise Inside(f"{host} is inside")
        return may

    async def close(self) -> None:
        await self._inner.close()


class Pusher:
    """Carries deliveries out."""

    def __init__(self, store: Store, inward: Inward) -> None:
        self._store = store
        self._inward = inward

    def push(self, id: int, now: datetime) -> None:
        """Send one. Raises NotYet when it has to wait, SetAside when it is given up."""
        found = self._store.run_now(webhooks.take, id, now)
        if found is None:
            return
        if isinstance(found, timedelta):
            raise NotYet("an_earlier_event_waits", found.total_seconds())
        why = asyncio.run(send(found, self._inward, now))
        if not why:
            self._store.run_now(webhooks.sent, id, now)
            return
        pause = self._store.run_now(webhooks.unsent, id, why, now)
        if pause is None:
            raise SetAside(why)
        raise NotYet(why, pause.total_seconds())


async def send(ready: Ready, inward: Inward, now: datetime) -> str:
    """Why it was not taken; empty when it was."""
    host = urlsplit(ready.url).hostname or ""
    if _is_address(host) and not inward.may(host):
        return "the address is inside"
    connector = aiohttp.TCPConnector(resolver=_Resolver(inward), use_dns_cache=False)
    limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
    headers = {
        "Content-Type": "application/json", NAME: ready.name,
        SIGNATURE: signature(ready.secret, ready.body, now),
    }  # fmt: skip
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit) as session,
            session.post(
                ready.url, data=ready.body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except Inside:
        return "the address is inside"
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as fault:
        inside = isinstance(fault.__cause__, Inside) or isinstance(
            getattr(fault, "os_error", None), Inside
        )
        return "the address is inside" if inside else type(fault).__name__


def signature(secret: str, body: bytes, now: datetime) -> str:
    """`t=SECONDS,v1=HEX`: the HMAC-SHA256 of "SECONDS.BODY"."""
    moment = str(int(now.timestamp()))
    made = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={made.hexdigest()}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
