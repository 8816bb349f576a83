"""Who may ask, how often, and in which shape a refusal comes."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.limits import Rates
from ari_app.desk.problems import Problem
from ari_app.desk.v1.models import Fault
from ari_app.desk.v1.models import Problem as Refusal
from claims_store import tokens
from claims_store.tokens import Token

T = TypeVar("T", bound=BaseModel)

PACES = web.AppKey("token_paces", Rates)
"""Requests of each token."""
PROGRAM = web.RequestKey("program", Token)
OLD_S = 300
"""Seconds after which a signature is too old: what somebody caught cannot be sent again later."""
SIGNATURE = "Claimline-Signature"


async def admit(request: web.Request, scope: str) -> None:
    """Let a program in by its token. Raises Problem."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() != "bearer" or not token.isascii():
        raise Problem("token_unknown", 401)
    now = request.app[SETTINGS].now()
    program = await request.app[STORE].run(tokens.known, token.strip(), now)
    if program is None:
        raise Problem("token_unknown", 401)
    if not request.app[PACES].take(program.name):
        raise Problem("too_fast", 429)
    if scope not in program.scopes:
        raise Problem("token_scope", 403, scope=scope)
    request[PROGRAM] = program


async def body(request: web.Request, model: type[T]) -> T:
    """The request's body in its shape. Raises Problem with each fault."""
    if request.content_type != "application/json":
        raise Problem("not_json", 415)
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as fault:
        raise Problem("bad_request", 400, extra={"errors": faults(fault)}) from None


def faults(fault: ValidationError) -> list[dict[str, str]]:
    """Each with its place; what was sent is not repeated."""
    return [
        {"field": ".".join(map(str, each["loc"])) or "body", "detail": each["msg"]}
        for each in fault.errors(include_input=False, include_url=False)
    ]


async def signed(request: web.Request, secret: str) -> None:
    """Hold a body against its signature, `t=SECONDS,v1=HEX` over "SECONDS.BODY". Raises Problem."""
    parts = dict(
        each.strip().partition("=")[::2] for each in request.headers.get(SIGNATURE, "").split(",")
    )
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not secret or not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        raise Problem("bad_signature", 401)
    made = hmac.new(secret.encode(), moment.encode() + b"." + await request.read(), hashlib.sha256)
    right = hmac.compare_digest(made.hexdigest().encode(), given.encode("utf-8", "replace"))
    age = request.app[SETTINGS].now().timestamp() - int(moment)
    if not right or abs(age) > OLD_S:
        raise Problem("bad_signature", 401)


def answer(value: BaseModel, status: int = 200) -> web.Response:
    """A shape as JSON."""
    return web.Response(
        text=value.model_dump_json(), status=status, content_type="application/json"
    )


def refusal(status: int, told: dict[str, object]) -> web.Response:
    """What `problems.told` says, as RFC 9457 has it."""
    code = str(told["code"])
    found = told.get("errors", [])
    errors = [Fault.model_validate(each) for each in found] if isinstance(found, list) else []
    shape = Refusal(
        type=f"urn:claimline:problem:{code}", title=str(told["what"]), status=status,
        detail=f"{told['safe']} {told['do']}", code=code, errors=errors,
    )  # fmt: skip
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    headers |= {"Retry-After": "2"} if status in (429, 503) else {}
    return web.Response(
        text=json.dumps(shape.model_dump(), ensure_ascii=False), status=status,
        content_type="application/problem+json", headers=headers,
    )  # fmt: skip
