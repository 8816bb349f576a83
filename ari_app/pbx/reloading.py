"""Having a running Asterisk take its configuration anew, and seeing that it did.

`reload` answers "success" for files it did not take, so the dialplan carries a mark of its own
that is read back.
"""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from ari_app.pbx.client import Server
from ari_app.pbx.errors import Away, Refused

MARK = "CLAIMLINE_DIALPLAN"
LIMIT = aiohttp.ClientTimeout(total=10)


async def reload(server: Server, modules: Sequence[str], mark: str) -> None:
    """Reload `modules` and read the dialplan's mark. Raises Refused when it is not `mark`."""
    login = aiohttp.encode_basic_auth(server.user, server.password)
    base = f"http://{server.host}:{server.port}"
    try:
        async with aiohttp.ClientSession(
            base, headers={"Authorization": login}, timeout=LIMIT
        ) as http:
            for module in modules:
                await _ask(http, "PUT", f"/ari/asterisk/modules/{module}")
            found = await _ask(http, "GET", f"/ari/asterisk/variable?variable={MARK}")
    except (aiohttp.ClientError, OSError, TimeoutError) as fault:
        raise Away(f"ARI does not answer: {fault}") from fault
    if found.get("value") != mark:
        raise Refused("reload of the dialplan", 0, "it kept the old one")


async def _ask(http: aiohttp.ClientSession, method: str, path: str) -> dict[str, str]:
    async with http.request(method, path) as answer:
        if answer.status >= 400:
            raise Refused(f"{method} {path}", answer.status, answer.reason or "")
        return dict(await answer.json()) if answer.status == 200 else {}
