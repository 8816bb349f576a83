"""Signing in and out, the first admin, the language."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from aiohttp import web
from aiohttp_session import get_session, new_session

from ari_app.desk import language as languages
from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, FLOOR, PASSWORDS, PERSON, SETTINGS, STORE, THROTTLE
from ari_app.desk.pages import page, render
from ari_app.desk.passwords import MAX_LENGTH, MIN_LENGTH
from ari_app.desk.problems import Problem, told
from ari_app.desk.settings import FirstRun
from ari_app.desk.words import LANGUAGES
from claims_store import people
from claims_store.people import User

HOME = {
    "admin": "/security/users", "supervisor": "/tasks", "handler": "/tasks", "surveyor": "/survey",
    "quality": "/calls", "auditor": "/calls", "privacy": "/me",
}  # fmt: skip
"""Where a role begins; whoever has a phone on the floor begins at the desk."""


@page("sign_in.html")
async def sign_in_page(request: web.Request) -> Mapping[str, Any] | web.StreamResponse:
    """The card with login and password; with nobody to sign in, the first-run page."""
    if not await request.app[STORE].run(people.users):
        raise web.HTTPSeeOther("/first-run")
    if request.get(PERSON) is not None:
        raise web.HTTPSeeOther("/")
    return {"to": safe_target(request.query.get("to", "")), "login": "", "problem": None}


async def sign_in(request: web.Request) -> web.StreamResponse:
    """The card's form."""
    form = await request.post()
    login, password = str(form.get("login", "")), str(form.get("password", ""))
    target = safe_target(str(form.get("to", "")))
    try:
        user = await admit(request, login, password)
    except Problem as problem:
        values = {"to": target, "login": login[:80]}
        values["problem"] = told(problem, languages.language_of(request))  # type: ignore[assignment]
        return await render(request, "sign_in.html", values, status=problem.status)
    answer = web.Response(status=303, headers={"Location": target or "/"})
    if languages.COOKIE not in request.cookies and user.language in LANGUAGES:
        languages.keep(answer, user.language, secure=request.app[SETTINGS].https)
    return answer


async def api_sign_in(request: web.Request) -> web.StreamResponse:
    """As the form, for programs: {login, password}."""
    body = await body_of(request)
    user = await admit(request, text_in(body, "login"), text_in(body, "password"))
    return json_answer({"login": user.login, "role": user.role, "name": user.person})


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this browser's session."""
    session = await get_session(request)
    await request.app[STORE].run(people.end_session, str(session.identity))
    session.invalidate()
    # Other tabs of this browser show personal data: they are told at once.
    request.app[FEED].tell(Change("session", request[PERSON].login))
    if request.path.startswith("/api/"):
        return json_answer({"signed_out": True})
    return web.Response(status=303, headers={"Location": "/sign-in"})


async def admit(request: web.Request, login: str, password: str) -> User:
    """Check a password and begin a session; raises Problem."""
    app = request.app
    keys = (f"login:{login.casefold()[:80]}", f"from:{request.remote}")
    wait = app[THROTTLE].wait(*keys)
    if wait > timedelta():
        raise Problem("too_many_tries", 429, seconds=ceil(wait.total_seconds()))
    stored = await app[STORE].run(people.password_hash, login)
    right = len(password) <= MAX_LENGTH and await app[PASSWORDS].check(stored, password)
    user = await app[STORE].run(people.by_login, login) if right else None
    if user is None:
        app[THROTTLE].failed(*keys)
        raise Problem("wrong_password", 401)
    app[THROTTLE].passed(*keys)
    old = await get_session(request)
    if old.identity:
        await app[STORE].run(people.end_session, str(old.identity))
    session = await new_session(request)
    session["login"] = user.login
    return user


@page("first_run.html")
async def first_run_page(request: web.Request) -> Mapping[str, Any]:
    """The page that makes the first admin; gone as soon as there is a user."""
    await _first_run(request)
    return {"problem": None, "login": "", "token": request.query.get("token", "")[:100]}


async def first_run(request: web.Request) -> web.StreamResponse:
    """Make the first admin and sign him in."""
    offer = await _first_run(request)
    form = await request.post()
    login, password = str(form.get("login", "")).strip(), str(form.get("password", ""))
    token = str(form.get("token", "")).strip()
    try:
        await _make_admin(request, offer, login, password, token)
    except Problem as problem:
        values: dict[str, Any] = {"login": login[:80], "token": token[:100]}
        values["problem"] = told(problem, languages.language_of(request))
        return await render(request, "first_run.html", values, status=problem.status)
    session = await new_session(request)
    session["login"] = login
    return web.Response(status=303, headers={"Location": "/"})


async def _first_run(request: web.Request) -> FirstRun:
    offer = request.app[SETTINGS].first_run
    if await request.app[STORE].run(people.users):
        raise Problem("no_page", 404)
    if offer is None or offer.until <= request.app[SETTINGS].now():
        raise Problem("token_over", 403)
    return offer


async def _make_admin(
    request: web.Request, offer: FirstRun, login: str, password: str, token: str
) -> None:
    app, key = request.app, f"first:{request.remote}"
    wait = app[THROTTLE].wait(key)
    if wait > timedelta():
        raise Problem("too_many_tries", 429, seconds=ceil(wait.total_seconds()))
    if not hmac.compare_digest(sha256(token.encode()).hexdigest(), offer.digest):
        app[THROTTLE].failed(key)
        raise Problem("wrong_token", 403)
    check_login(login)
    check_password(password)
    language = languages.language_of(request)
    user = User(login, "admin", {"zh": login, "en": login}, None, language)
    hashed = await app[PASSWORDS].hash(password)
    await app[STORE].run(people.add_user, user, hashed, app[SETTINGS].now())


def check_login(login: str) -> None:
    """A login is short and plain, so that it can be told by telephone."""
    if not 1 <= len(login) <= 40 or not login.isprintable() or " " in login:
        raise Problem("bad_login", 400)


def check_password(password: str) -> None:
    """Length is the only rule."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Problem("short_password", 400, count=MIN_LENGTH)


async def set_language(request: web.Request) -> web.StreamResponse:
    """Remember the language in this browser and go back to where one was."""
    form = await request.post()
    language = str(form.get("language", ""))
    if language not in LANGUAGES:
        raise Problem("bad_value", 400, name="language")
    target = safe_target(str(form.get("to", ""))) or "/"
    answer = web.Response(status=303, headers={"Location": target})
    languages.keep(answer, language, secure=request.app[SETTINGS].https)
    return answer


async def home(request: web.Request) -> web.StreamResponse:
    """Where this role begins."""
    person = request[PERSON]
    on_floor = request.app[FLOOR].agent(person.name) is not None
    raise web.HTTPSeeOther("/desk" if on_floor else HOME.get(person.role, "/desk"))


def safe_target(to: str) -> str:
    """A path of this desk, or nothing: never another site."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain and "\\" not in to else ""
