"""The files a browser gets: read once when the application starts, served by name from memory.

No path from a request ever touches the disk; each file's address carries a digest of its content,
so that it can be kept for a year.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).with_name("static")
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_SERVED = frozenset({".js", ".css", ".svg", ".woff2", ".png", ".ico"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file with its type and its SHA-256."""

    body: bytes
    type: str
    digest: str


class Assets:
    """All files below a folder whose kind a browser needs."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        self._files = files
        together = "".join(asset.digest for asset in files.values())
        self._tag = hashlib.sha256(together.encode()).hexdigest()[:12]

    @classmethod
    def load(cls, root: Path = ROOT) -> Assets:
        """Read them."""
        paths = sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in _SERVED)
        return cls({path.relative_to(root).as_posix(): _read(path) for path in paths})

    def url(self, name: str) -> str:
        """The address of a file. One tag for all: modules import each other by plain names."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self._tag}/{name}"

    def plain(self, name: str) -> web.Response:
        """A file at an address of its own, which is asked for anew each time."""
        asset = self._files[name]
        headers = {"Cache-Control": "no-cache"}
        return web.Response(body=asset.body, content_type=asset.type, headers=headers)

    def answer(self, tag: str, name: str) -> web.Response:
        """The file, or 404."""
        asset = self._files.get(name)
        if asset is None or tag != self._tag:
            raise web.HTTPNotFound
        return web.Response(
            body=asset.body,
            content_type=asset.type,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.types_map.get(path.suffix, "text/plain")
    return Asset(body, kind, hashlib.sha256(body).hexdigest())
