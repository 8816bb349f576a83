"""JSON in and out of the HTTP interface."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from ari_app.desk.problems import Problem


def json_answer(value: object, *, status: int = 200) -> web.Response:
    """A value as JSON: frozen dataclasses as objects, instants as ISO 8601 with zone."""
    text = json.dumps(plain(value), ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


def plain(value: object) -> Any:
    """What JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


async def body_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; a form of another site cannot send this type."""
    if request.content_type != "application/json":
        raise Problem("not_json", 415)
    try:
        found = await request.json()
    except ValueError:
        raise Problem("not_json", 400) from None
    if not isinstance(found, dict):
        raise Problem("not_json", 400)
    return found


def text_in(body: Mapping[str, Any], name: str, *, longest: int = 4000) -> str:
    """A text that has to be there."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Problem("bad_value", 400, name=name)
    return value


def flag_in(body: Mapping[str, Any], name: str) -> bool:
    """A yes or no that has to be there."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Problem("bad_value", 400, name=name)
    return value


def number_in(body: Mapping[str, Any], name: str) -> int:
    """A whole number that has to be there."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Problem("bad_value", 400, name=name)
    return value
