"""Every operation of the interface as a row: the routes and the document are made from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel

from ari_app.desk.gate import Route
from ari_app.desk.v1 import claims, losses, models
from ari_app.desk.v1.door import admit

Scope = Literal["read", "write", "signed"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in the query or the head."""

    name: str
    where: Literal["query", "header"]
    says: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One address. `scope` is what the token has to have; signed: the body is signed instead."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    name: str
    scope: Scope
    says: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    gives: type[BaseModel]
    takes: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()
    status: tuple[int, ...] = (200,)
    refuses: tuple[int, ...] = ()


_LIMIT = Parameter("limit", "query", "items in one answer, 1 to 100; 20 when not given")
_KEY = Parameter("Idempotency-Key", "header", "1 to 100 printable characters: the same key with "
                 "the same body is carried out once", required=True)  # fmt: skip

OPERATIONS = (
    Operation(
        "GET", "/v1/claims", "listClaims", "read", "All claims, the newest first",
        claims.listing, models.Claims, refuses=(400,),
        parameters=(Parameter("cursor", "query", "`next` of the answer before"), _LIMIT),
    ),
    Operation(
        "GET", "/v1/claims/{number}", "showClaim", "read",
        "Where a claim stands, what comes next and until when", claims.show, models.Claim,
        refuses=(404,),
    ),
    Operation(
        "GET", "/v1/claims/{number}/preferences", "showPreferences", "read",
        "What the customer of a claim wants to hear", claims.wishes, models.Preferences,
        refuses=(404, 409),
    ),
    Operation(
        "PUT", "/v1/claims/{number}/preferences", "putPreferences", "write",
        "Keep what the customer of a claim wants to hear", claims.put_wishes, models.Preferences,
        takes=models.Preferences, refuses=(400, 404, 409, 415),
    ),
    Operation(
        "GET", "/v1/events", "listEvents", "read", "What happened to claims since a cursor",
        claims.events, models.Events, refuses=(400,),
        parameters=(
            Parameter("after", "query", "`next` of the answer before; 0 for all"),
            Parameter("claim", "query", "only of the claim with this number"), _LIMIT,
        ),
    ),
    Operation(
        "POST", "/v1/reports", "reportLoss", "write", "Report a loss", losses.report,
        models.Report, takes=models.Loss, parameters=(_KEY,), status=(201, 200),
        refuses=(400, 409, 415),
    ),
    Operation(
        "GET", "/v1/reports/{number}", "showReport", "read", "A report as it stands", losses.show,
        models.Report, refuses=(404,),
    ),
    Operation(
        "POST", "/v1/incoming/{channel}", "handOverMessage", "signed",
        "Hand over a text message that a gateway took for us", losses.came, models.Taken,
        takes=models.Came, refuses=(400, 415),
        parameters=(Parameter("Claimline-Signature", "header", "`t=SECONDS,v1=HEX`, the "
                              "HMAC-SHA256 of SECONDS, a dot and the body, by the channel's secret",
                              required=True),),
    ),
)  # fmt: skip


def _guarded(operation: Operation) -> Handler:
    """The handler behind its token."""
    if operation.scope == "signed":
        return operation.handler

    @wraps(operation.handler)
    async def handler(request: web.Request) -> web.StreamResponse:
        await admit(request, operation.scope)
        return await operation.handler(request)

    return handler


ROUTES = tuple(Route(each.method, each.path, _guarded(each), None) for each in OPERATIONS)
