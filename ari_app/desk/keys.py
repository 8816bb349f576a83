"""Typed names under which the application and a request keep what the handlers need."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from ari_app.desk.assets import Assets
from ari_app.desk.feed import Feed
from ari_app.desk.floor import Floor
from ari_app.desk.passwords import Passwords, Throttle
from ari_app.desk.settings import DeskSettings
from claims_store.store import Store

STORE = web.AppKey("store", Store)
FLOOR = web.AppKey("floor", Floor)
SETTINGS = web.AppKey("settings", DeskSettings)
FEED = web.AppKey("feed", Feed)
ASSETS = web.AppKey("assets", Assets)
PASSWORDS = web.AppKey("passwords", Passwords)
THROTTLE = web.AppKey("throttle", Throttle)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in; `name` is what the floor and the records call him."""

    login: str
    role: str
    name: str
    title: str


PERSON = web.RequestKey("person", Person)
REQUEST = web.RequestKey("request", str)
"""A number of its own for each request, by which a fault is found in the log."""
