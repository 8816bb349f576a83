"""Turns refusals and faults into answers, as JSON for programs and as a page for people."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk.answers import json_answer
from ari_app.desk.language import language_of
from ari_app.desk.pages import render
from ari_app.desk.problems import Problem, told
from claims_store.errors import NotFound

logger = logging.getLogger(__name__)

_BY_STATUS = {403: "no_access", 404: "no_page", 405: "no_page", 413: "too_large"}


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every request; a fault is logged and told without its details."""
    try:
        return await handler(request)
    except Problem as problem:
        return await _answer(request, problem)
    except NotFound as absent:
        return await _answer(request, Problem("no_record", 404, what=absent.key))
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        code = _BY_STATUS.get(refused.status, "refused")
        return await _answer(request, Problem(code, refused.status))
    except Exception:
        logger.exception("request broke", extra={"method": request.method, "path": request.path})
        return await _answer(request, Problem("broke", 500))


async def _answer(request: web.Request, problem: Problem) -> web.Response:
    body = told(problem, language_of(request))
    if request.path.startswith("/api/"):
        return json_answer(body, status=problem.status)
    plain = problem.status >= 500
    return await render(
        request, "problem.html", {"problem": body}, status=problem.status, plain=plain
    )
