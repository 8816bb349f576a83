"""The document of the interface, OpenAPI 3.1, made from the operations and their shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ari_app.desk.answers import json_answer
from ari_app.desk.gate import Route
from ari_app.desk.v1.models import Problem
from ari_app.desk.v1.operations import OPERATIONS, Operation, Parameter

PATH = "/v1/openapi.json"
_PLACE = re.compile(r"\{(\w+)\}")
_REFUSALS: Mapping[int, str] = {
    400: "What was sent cannot be used; `errors` names each place",
    401: "There is no such token, or the signature does not fit",
    403: "The token may not do this",
    404: "There is no such record",
    409: "It does not fit what is there",
    415: "The body is no JSON",
    429: "Too many requests; wait as long as `Retry-After` says",
    503: "The database cannot be reached; the same may be sent again",
}
_ALWAYS = (401, 403, 429, 503)


async def answer(request: web.Request) -> web.StreamResponse:
    """The document; anybody may read it."""
    return json_answer(document())


ROUTE = Route("GET", PATH, answer, None)


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Claimline",
            "version": "1",
            "summary": "Claims, events and reports of one insurer",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> dict[str, Any]:
    """Shapes that are only taken are described as input, all others as output."""
    taken = {each.takes for each in OPERATIONS if each.takes}
    given: list[type[BaseModel]] = [each.gives for each in OPERATIONS] + [Problem]
    modes: list[Any] = [(model, "serialization") for model in dict.fromkeys(given)]
    modes += [(model, "validation") for model in taken - set(given)]
    _, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    return dict(sorted(found["$defs"].items()))


def _operation(each: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.says,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PLACE.findall(each.path)
        ]
        + [_parameter(parameter) for parameter in each.parameters],
        "responses": _responses(each),
        "security": [] if each.scope == "signed" else [{"token": []}],
    }
    if each.scope != "signed":
        made["description"] = f"The token needs the scope `{each.scope}`."
    if each.takes is not None:
        made["requestBody"] = {"required": True, "content": _json(each.takes)}
    return made


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name, "in": parameter.where, "required": parameter.required,
        "description": parameter.says, "schema": {"type": "string"},
    }  # fmt: skip


def _responses(each: Operation) -> dict[str, Any]:
    good = {
        str(status): {"description": "Made now" if status == 201 else "As it stands",
                      "content": _json(each.gives)}
        for status in each.status
    }  # fmt: skip
    problem = {"application/problem+json": {"schema": _ref(Problem)}}
    refused = {
        str(status): {"description": _REFUSALS[status], "content": problem}
        for status in sorted({*each.refuses, *_ALWAYS})
    }
    return good | refused


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(model)}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
