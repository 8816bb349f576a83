"""Turns refusals and faults into answers, as JSON for programs and as a page for people."""

from __future__ import annotations

import logging
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk.answers import json_answer
from ari_app.desk.keys import REQUEST, SETTINGS
from ari_app.desk.language import language_of
from ari_app.desk.pages import render
from ari_app.desk.problems import Problem, told
from ari_app.desk.v1.door import refusal
from claims_store.errors import NotFound, StoreAway

logger = logging.getLogger(__name__)

_BY_STATUS = {403: "no_access", 404: "no_page", 405: "no_page", 413: "too_large"}


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every request; a fault is logged and told without its details, under a number that
    stands in the log as well."""
    request[REQUEST] = secrets.token_hex(6)
    try:
        return await handler(request)
    except Problem as problem:
        return await _answer(request, _in_time(request, problem))
    except StoreAway:
        return await _answer(request, Problem("late", 503))
    except NotFound as absent:
        unknown = Problem("no_record", 404, what=absent.key)
        return await _answer(request, _in_time(request, unknown))
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        code = _BY_STATUS.get(refused.status, "refused")
        return await _answer(request, Problem(code, refused.status))
    except Exception:
        number = request[REQUEST]
        logger.exception("request %s broke", number, extra={"path": request.path})
        return await _answer(request, Problem("broke", 500, extra={"request": number}))


def _in_time(request: web.Request, problem: Problem) -> Problem:
    """What is not there may be on its way while data is late."""
    late = problem.code == "no_record" and request.app[SETTINGS].late()
    return Problem("late", 503) if late else problem


@web.middleware
async def away(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The same when not even the session of a request can be looked up."""
    try:
        return await handler(request)
    except StoreAway:
        return await _answer(request, Problem("late", 503))


async def _answer(request: web.Request, problem: Problem) -> web.Response:
    body = told(problem, language_of(request))
    if request.path.startswith("/v1/"):
        return refusal(problem.status, body)
    if request.path.startswith("/api/"):
        return json_answer(body, status=problem.status)
    plain = problem.status >= 500
    return await render(
        request, "problem.html", {"problem": body}, status=problem.status, plain=plain
    )
