"""From where a request comes, also when a program stands before ours."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk.keys import SETTINGS


def address_of(request: web.Request) -> str:
    """The visitor's address: the last that a proxy of ours has written down, else whoever is
    connected. What a visitor writes into the header himself counts for nothing."""
    remote = str(request.remote)
    if remote not in request.app[SETTINGS].proxies:
        return remote
    said = ",".join(request.headers.getall("X-Forwarded-For", ())).rpartition(",")[2].strip()
    return said[:64] or remote
