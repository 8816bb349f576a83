"""What the desk says when it cannot do something: what happened, what is safe, what to do."""

from __future__ import annotations

import json
import logging

import aiohttp_jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk.language import language_of
from ari_app.desk.words import known, say

logger = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal with a sentence of its own: `code` names problem.CODE.what, .safe and .do."""

    def __init__(self, code: str, status: int = 400, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.values = values


_BY_STATUS = {403: "no_access", 404: "no_page", 405: "no_page", 413: "too_large"}


def told(problem: Problem, language: str) -> dict[str, str]:
    """The three sentences and the code, as the HTTP interface gives them."""
    name = f"problem.{problem.code}."
    if not known(name + "what"):
        name = "problem.refused."
    parts = ("what", "safe", "do")
    sentences = {part: say(name + part, language, **problem.values) for part in parts}
    return {"code": problem.code, **sentences}


def wants_json(request: web.Request) -> bool:
    """Whether the answer goes to a program rather than to a page."""
    return request.path.startswith("/api/")


def answer(request: web.Request, problem: Problem) -> web.Response:
    """The problem as JSON or as a page."""
    language = language_of(request)
    body = told(problem, language)
    if wants_json(request):
        text = json.dumps(body, ensure_ascii=False)
        return web.Response(status=problem.status, text=text, content_type="application/json")
    return aiohttp_jinja2.render_template(
        "problem.html", request, {"problem": body}, status=problem.status
    )


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and faults into answers; a fault is logged and told without its details."""
    try:
        return await handler(request)
    except Problem as problem:
        return answer(request, problem)
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        code = _BY_STATUS.get(refused.status, "refused")
        return answer(request, Problem(code, refused.status))
    except Exception:
        logger.exception("request broke", extra={"method": request.method, "path": request.path})
        return answer(request, Problem("broke", 500))
