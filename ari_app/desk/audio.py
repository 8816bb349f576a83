"""A call's recording for the player: any range of the sealed stereo file, and its peaks.

Nothing is decrypted to disk and no path comes from a request: the call's row names the file.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from aiohttp import web

from ari_app.desk import looks
from ari_app.desk.answers import json_answer
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.ownership import see_call
from ari_app.desk.permissions import Permission
from ari_app.desk.problems import Problem
from claims_store import recordings
from claims_store.sealed_files import SealedFile
from claims_store.store import Store

BUCKETS = 600
_PIECE = 256 * 1024
_HEADER = 4096


@dataclass(frozen=True, slots=True)
class Wave:
    """Where the samples of a WAV file lie."""

    channels: int
    rate: int
    start: int
    length: int

    @property
    def seconds(self) -> float:
        return self.length / (2 * self.channels * self.rate)


async def recording(request: web.Request) -> web.StreamResponse:
    """The stereo WAV, or the asked range of it. Playing is logged, once for its many ranges."""
    path = await _file(request)
    await looks.log(request, "recording", request.match_info["call_id"], "played")
    return await played(request, path)


async def played(request: web.Request, path: Path) -> web.StreamResponse:
    """A sealed WAV file, or the asked range of it."""
    opened = await asyncio.to_thread(_open, request.app[STORE], path)
    with opened as file:
        begin, end = _range(request, file.size)
        partial = "Range" in request.headers
        headers = {"Accept-Ranges": "bytes", "Content-Type": "audio/wav"}
        headers["Content-Length"] = str(end - begin)
        if partial:
            headers["Content-Range"] = f"bytes {begin}-{end - 1}/{file.size}"
        answer = web.StreamResponse(status=206 if partial else 200, headers=headers)
        await answer.prepare(request)
        try:
            while begin < end:
                piece = await asyncio.to_thread(file.read, begin, min(_PIECE, end - begin))
                await answer.write(piece)
                begin += len(piece)
            await answer.write_eof()
        except (ConnectionResetError, asyncio.CancelledError):
            pass  # the player has what it wanted
    return answer


async def peaks(request: web.Request) -> web.StreamResponse:
    """How loud each track is over time: 600 figures of 0 to 1 each."""
    path = await _file(request)
    opened = await asyncio.to_thread(_open, request.app[STORE], path)
    with opened as file:
        wave, tracks = await asyncio.to_thread(_peaks, file)
    return json_answer({"seconds": wave.seconds, "tracks": tracks})


async def _file(request: web.Request) -> Path:
    call = await see_call(request, Permission.PLAY_ALL)
    found = await request.app[STORE].run(recordings.of_call, call.call_id)
    if found is None or found.file is None:
        raise Problem("no_recording", 404)
    root = request.app[SETTINGS].recordings.resolve()
    path = (root / found.file).resolve()
    if not path.is_relative_to(root) or not await asyncio.to_thread(path.is_file):
        raise Problem("no_recording", 404)
    return path


def _open(store: Store, path: Path) -> SealedFile:
    opened = store.vault.open_file(path)
    if opened is None:
        raise Problem("recording_erased", 410)
    return opened


def _range(request: web.Request, size: int) -> tuple[int, int]:
    try:
        asked = request.http_range
    except ValueError:
        raise Problem("bad_range", 416) from None
    begin, end = asked.start or 0, size if asked.stop is None else min(size, asked.stop)
    if begin < 0:
        begin = max(0, size + begin)
    if begin >= end and size:
        raise Problem("bad_range", 416)
    return begin, end


def _peaks(file: SealedFile) -> tuple[Wave, list[list[float]]]:
    wave = read_wave(file.read(0, _HEADER))
    frames = wave.length // (2 * wave.channels)
    each = max(1, -(-frames // BUCKETS))
    tracks: list[list[float]] = [[] for _ in range(wave.channels)]
    step = each * 2 * wave.channels
    for at in range(wave.start, wave.start + frames * 2 * wave.channels, step):
        raw = file.read(at, min(step, wave.start + wave.length - at))
        samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.int32)
        for place, track in enumerate(tracks):
            side = samples[place :: wave.channels]
            track.append(round(float(np.abs(side).max(initial=0)) / 32768, 3))
    return wave, tracks


def read_wave(head: bytes) -> Wave:
    """Find format and samples of a 16-bit PCM file; raises Problem for anything else."""
    at, channels, rate = 12, 0, 0
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise Problem("no_recording", 404)
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        if name == b"fmt ":
            _, channels, rate = struct.unpack_from("<HHI", head, at + 8)
        if name == b"data" and channels and rate:
            return Wave(channels, rate, at + 8, length)
        at += 8 + length + length % 2
    raise Problem("no_recording", 404)
