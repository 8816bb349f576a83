"""The app's ear and hand in Asterisk: one event socket with the verbs over it.

    client = Client(server, app="hotline")
    task = tasks.start(client.run(), name="ari")
    with client.inbox("n1-1764145200.3") as inbox:
        await client.do(verbs.play(...))
        news = await inbox.get()

`client.news` holds what no inbox follows and is where a service listens: it reads
`Connected` first, compares its books with Asterisk, and finds everything that happened
meanwhile behind it in the same queue.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import aiohttp

from ari_app import tasks
from ari_app.pbx import verbs
from ari_app.pbx.decoding import Connected, Disconnected, News
from ari_app.pbx.errors import Away, PbxError, Refused, Replaced
from ari_app.pbx.events import UNWANTED, ApplicationReplaced
from ari_app.pbx.inbox import Inbox, PostOffice
from ari_app.pbx.link import Answer, Link
from ari_app.pbx.results import Gone
from ari_app.pbx.verbs import Verb

logger = logging.getLogger(__name__)

T = TypeVar("T")

STOPPED = "stopped"
"""Why a connection ends that is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where ARI is, and as whom to speak."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long a verb may take, how often the heart beats and how late it may
    be, and how reconnecting slows down."""

    limit: float = 5.0
    beat: float = 2.0
    beat_limit: float = 3.0
    first_wait: float = 0.1
    longest_wait: float = 1.0


class Client:
    """Speaks for one Stasis application; `run` keeps it connected."""

    def __init__(self, server: Server, app: str, pace: Pace | None = None) -> None:
        self.app = app
        self._server = server
        self._pace = pace or Pace()
        self._post = PostOffice()
        self._http: aiohttp.ClientSession | None = None
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._beating = False
        self.born: datetime | None = None
        """When the Asterisk that it is connected to began, by the machine's clock."""

    @property
    def news(self) -> Inbox:
        """Events of no inbox, with `Connected` and `Disconnected`."""
        return self._post.general

    @property
    def connected(self) -> bool:
        return self._up.is_set()

    def inbox(self, *ids: str, beside: bool = False) -> Inbox:
        """Hear of these channels and bridges from now on, until the inbox is closed; `beside`
        whoever leads them."""
        return self._post.open(ids, beside=beside)

    async def wait_connected(self) -> None:
        await self._up.wait()

    async def do(self, verb: Verb[T], *, limit: float | None = None) -> T | Gone:
        """Carry a verb out.

        Raises Away when Asterisk cannot be asked or does not answer within `limit` seconds,
        Refused when it says no for another reason than that the leg is gone.
        """
        try:
            async with asyncio.timeout(limit or self._pace.limit):
                answer = await (self._by_http(verb) if verb.http else self._by_socket(verb))
        except TimeoutError:
            raise Away(f"no answer to {verb.method} {verb.template}") from None
        if answer.status in verb.gone:
            return Gone(answer.status, answer.reason)
        if not 200 <= answer.status < 300:
            raise Refused(f"{verb.method} {verb.template}", answer.status, answer.reason)
        try:
            return verb.read(answer.body)
        except (ValueError, KeyError) as fault:
            reason = f"an answer of an unexpected shape: {fault}"
            raise Refused(f"{verb.method} {verb.template}", answer.status, reason) from None

    async def _by_socket(self, verb: Verb[T]) -> Answer:
        await self._up.wait()
        if self._link is None:
            raise Away("the event socket is lost")
        return await self._link.request(verb)

    async def _by_http(self, verb: Verb[T]) -> Answer:
        if self._http is None:
            raise Away("the client is not running")
        request = self._http.request(
            verb.method, f"/ari/{verb.uri}", params=dict(verb.query), json=verb.body
        )
        try:
            async with request as response:
                return Answer(response.status, response.reason or "", await response.read())
        except (aiohttp.ClientError, OSError) as fault:
            raise Away(f"ARI does not answer over HTTP: {fault}") from fault

    async def run(self) -> None:
        """Stay connected until cancelled; raises Replaced when another process takes over."""
        login = aiohttp.encode_basic_auth(self._server.user, self._server.password)
        async with aiohttp.ClientSession(
            f"http://{self._server.host}:{self._server.port}", headers={"Authorization": login}
        ) as self._http:
            try:
                await self._keep_connected(self._http)
            finally:
                self._http = None

    async def _keep_connected(self, http: aiohttp.ClientSession) -> None:
        failures = 0
        while True:
            try:
                reason = await self._one_connection(http)
            except (aiohttp.ClientError, OSError) as fault:
                reason = str(fault)
            failures = 0 if self._beating else failures + 1
            await asyncio.sleep(_delay(failures, self._pace))
            logger.info("connecting to ARI again", extra={"reason": reason})

    async def _one_connection(self, http: aiohttp.ClientSession) -> str:
        self._beating = False
        try:
            born = await self.do(verbs.born())
        except PbxError as fault:
            return str(fault)
        if isinstance(born, Gone):
            return born.reason
        reborn, self.born = self.born not in (None, born), born
        link = Link(await self._open(http))
        heart = tasks.start(self._beat(link), name="ARI heartbeat")
        self._rise(link, reborn)
        reason = STOPPED
        try:
            reason = await link.read(self._deliver)
        finally:
            heart.cancel()
            self._fall(link, reason)
            await link.close()
        return reason

    async def _open(self, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """The event socket; a line that swallows everything must not hold us for ever."""
        query = {"app": self.app, "subscribeAll": "false"}
        closing = aiohttp.ClientWSTimeout(ws_close=1.0)
        async with asyncio.timeout(self._pace.beat_limit):
            return await http.ws_connect(
                "/ari/events", params=query, max_msg_size=0, timeout=closing
            )

    def _rise(self, link: Link, reborn: bool) -> None:
        self._link = link
        if reborn:
            logger.error("this is another Asterisk than before: its calls are cut")
        self._post.deliver(Connected(reborn))
        self._up.set()

    def _fall(self, link: Link, reason: str) -> None:
        self._up.clear()
        self._link = None
        link.fail(reason)
        level = logging.INFO if reason == STOPPED else logging.WARNING
        logger.log(level, "ARI is disconnected", extra={"reason": reason})
        self._post.deliver(Disconnected(reason))

    def _deliver(self, news: News) -> None:
        if isinstance(news, ApplicationReplaced):
            raise Replaced("another process took the name of this application")
        self._post.deliver(news)

    async def _beat(self, link: Link) -> None:
        """Round trips over the socket: a ping over HTTP does not notice a stuck event thread."""
        limit = self._pace.beat_limit
        try:
            await self.do(verbs.silence_events(self.app, UNWANTED), limit=limit)
            self._beating = True
            while True:
                await asyncio.sleep(self._pace.beat)
                await self.do(verbs.ping(), limit=limit)
        except PbxError as fault:
            logger.warning("ARI's heart stopped", extra={"reason": str(fault)})
            await link.close()


def _delay(failures: int, pace: Pace) -> float:
    """Doubling with jitter, so that several apps do not come back in step."""
    full = min(pace.longest_wait, pace.first_wait * 2.0 ** min(failures, 16))
    return full * random.uniform(0.5, 1.0)
