"""One's own page, and the list of users for the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ari_app.desk import door
from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, FLOOR, PASSWORDS, PERSON, SETTINGS, STORE
from ari_app.desk.language import language_of
from ari_app.desk.pages import page, render
from ari_app.desk.permissions import ROLES
from ari_app.desk.problems import Problem, told
from claims_store import passwords, people
from claims_store.people import User


@page("me.html")
async def me(request: web.Request) -> Mapping[str, Any]:
    """Language, sign-out, the keys of the desk."""
    return {"user": await request.app[STORE].run(people.by_login, request[PERSON].login)}


async def users_page(request: web.Request) -> web.StreamResponse:
    """Everybody who may sign in."""
    return await _users(request)


async def add_from_page(request: web.Request) -> web.StreamResponse:
    """The form of the list: the new password is shown once."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    try:
        made = await _add(request, form)
    except Problem as problem:
        return await _users(request, problem=problem, form=form)
    return await _users(request, made=made)


async def reset_from_page(request: web.Request) -> web.StreamResponse:
    """A new password for somebody who is signed out everywhere by it."""
    return await _users(request, made=await _reset(request, request.match_info["login"]))


async def api_users(request: web.Request) -> web.StreamResponse:
    """All users."""
    return json_answer(await request.app[STORE].run(people.users))


async def api_add(request: web.Request) -> web.StreamResponse:
    """{login, role, name?} -> {login, password}."""
    body = await body_of(request)
    form = {name: text_in(body, name, longest=80) for name in ("login", "role")}
    form["name"] = text_in(body, "name", longest=80) if "name" in body else ""
    return json_answer(await _add(request, form), status=201)


async def api_reset(request: web.Request) -> web.StreamResponse:
    """-> {login, password}."""
    return json_answer(await _reset(request, request.match_info["login"]))


async def _add(request: web.Request, form: Mapping[str, str]) -> dict[str, str]:
    login, role = form.get("login", "").strip(), form.get("role", "")
    door.check_login(login)
    if role not in ROLES:
        raise Problem("bad_value", 400, name="role")
    name = form.get("name", "").strip()[:80] or login
    person = login if request.app[FLOOR].agent(login) else None
    user = User(login, role, {"zh": name, "en": name}, person, language_of(request))
    password = passwords.make()
    hashed = await request.app[PASSWORDS].hash(password)
    now = request.app[SETTINGS].now()
    if not await request.app[STORE].run(people.add_user, user, hashed, now):
        raise Problem("login_taken", 409, login=login)
    return {"login": login, "password": password}


async def _reset(request: web.Request, login: str) -> dict[str, str]:
    password = passwords.make()
    hashed = await request.app[PASSWORDS].hash(password)
    await request.app[STORE].run(people.set_password, login, hashed)
    request.app[FEED].tell(Change("session", login))
    return {"login": login, "password": password}


async def _users(
    request: web.Request,
    *,
    made: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    form: Mapping[str, str] | None = None,
) -> web.Response:
    values = {
        "users": await request.app[STORE].run(people.users),
        "roles": ROLES,
        "made": made,
        "form": form or {},
        "problem": told(problem, language_of(request)) if problem else None,
    }
    return await render(request, "users.html", values, status=problem.status if problem else 200)
