"""Photos in and out: read as they come, sealed before anything is written down, shown unsealed to
whoever may see them and to nobody else. The customer's own photos come the same way.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from hashlib import sha256

from aiohttp import BodyPartReader, web

from ari_app.desk import looks
from ari_app.desk.answers import json_answer
from ari_app.desk.audio import played
from ari_app.desk.customer.door import Visit as CustomerVisit
from ari_app.desk.customer.door import back_to
from ari_app.desk.customer.door import opened as opened_by_customer
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.problems import Problem
from ari_app.desk.surveyor.acts import ago
from ari_app.desk.surveyor.door import Visit, opened
from ari_app.desk.surveyor.pages import clip_of
from claims_store import surveys
from claims_store.surveys import Photo, PhotoProblem
from claims_store.surveys.pictures import CUSTOMER, LARGEST, path_of

SLOWEST_S = 180.0
"""Seconds in which a photo has to be here: over a bad network it takes its time."""
_PIECE = 64 * 1024


@opened
async def put(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A photo under the phone's own id: ?shot=NAME&ago_s=SECONDS. The answer is its SHA-256, and
    the phone keeps its photo until it has that."""
    body = await _body(request)
    now = request.app[SETTINGS].now()
    id, shot = request.match_info["id"], request.query.get("shot", "")
    at = now - ago(request.query)
    try:
        made = await keep(request, visit.screen.survey.id, id, shot, body, at, visit.surveyor.name)
    except PhotoProblem as problem:
        return json_answer({"refused": problem.code}, status=400)
    return json_answer({"id": made.id, "sha256": made.sha256})


async def keep(
    request: web.Request, survey: str, id: str, shot: str, body: bytes, at: datetime, by: str
) -> Photo:
    """Seal a photo, then write it down. Raises `PhotoProblem`."""
    store, now = request.app[STORE], request.app[SETTINGS].now()
    taken = await store.run(surveys.photo_file, survey, id, shot, body[:16], by)
    if taken.there is not None:
        return taken.there
    path = path_of(request.app[SETTINGS].photos, taken.file)
    if path is None or not body:
        raise PhotoProblem("id")
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    key = await asyncio.to_thread(store.vault.new_key, taken.owner)
    digest = await asyncio.to_thread(store.vault.seal_bytes, body, path, key)
    args = (survey, id, shot, taken, len(body), digest, at, now, by)
    made: Photo = await store.run(surveys.put_photo, *args)
    return made


@opened
async def show(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A photo of this survey."""
    if visit.screen.whose not in ("mine", "over"):
        raise Problem("no_page", 404)
    return await shown(request, visit.screen.survey.id, request.match_info["id"])


async def shown(request: web.Request, survey: str, id: str) -> web.StreamResponse:
    """A photo unsealed in memory."""
    found = await request.app[STORE].run(surveys.photo, survey, id)
    path = path_of(request.app[SETTINGS].photos, found.file) if found else None
    if found is None or path is None or not await asyncio.to_thread(path.is_file):
        raise Problem("no_page", 404)
    sealed = await asyncio.to_thread(request.app[STORE].vault.open_file, path)
    if sealed is None:
        raise Problem("no_page", 410)
    with sealed:
        body = await asyncio.to_thread(sealed.read)
    return web.Response(body=body, content_type=found.type)


@opened
async def clip(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What the caller told, in his own voice."""
    path = clip_of(request, visit.screen)
    if path is None or visit.screen.whose not in ("mine", "asked"):
        raise Problem("no_recording", 404)
    who = visit.surveyor.name
    await looks.log(request, "clip", visit.screen.claim, "played by his link", who=who)
    return await played(request, path)


@opened_by_customer
async def put_own(request: web.Request, visit: CustomerVisit) -> web.StreamResponse:
    """The customer's own photos, by a form without a script: one field for each photo."""
    number = visit.standing.status.number
    found = await request.app[STORE].run(surveys.customers_shots, number)
    if found is None:
        return back_to(visit)
    survey, problem = found[0].id, ""
    now = request.app[SETTINGS].now()
    async with asyncio.timeout(SLOWEST_S):
        async for part in await request.multipart():
            body = await _part(part)
            if not body or not isinstance(part, BodyPartReader):
                continue
            id = sha256(body).hexdigest()[:32] or secrets.token_hex(16)
            try:
                await keep(request, survey, id, part.name or "", body, now, CUSTOMER)
            except PhotoProblem as refused:
                problem = refused.code
    return back_to(visit, "photo_not" if problem else "photos")


async def _part(part: object) -> bytes:
    if not isinstance(part, BodyPartReader) or not part.filename:
        return b""
    body = bytearray()
    while piece := await part.read_chunk(_PIECE):
        body += piece
        if len(body) > LARGEST:
            raise Problem("too_large", 413)
    return bytes(body)


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_S):
            async for piece in request.content.iter_chunked(_PIECE):
                body += piece
                if len(body) > LARGEST:
                    raise Problem("too_large", 413)
    except TimeoutError:
        raise Problem("too_slow", 408) from None
    return bytes(body)
