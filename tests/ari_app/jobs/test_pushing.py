"""Webhooks against a real server: signed, in turn, again until they are taken, never inward."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ari_app.jobs.carrying import NotYet, SetAside
from ari_app.jobs.pushing import Inward, Pusher, send
from claims_store import moves, outbox, webhooks
from claims_store.store import Session, Store
from claims_store.webhooks import Ready
from tests.claims_store.examples import HANDLER, LINE, insured
from tests.databases import open_sqlite
from tests.virtual_time import BEGINNING as NOW

pytestmark = pytest.mark.unit

NUMBER = "CL-261124-0042"
HERE = Inward.of(("127.0.0.0/8", "::1/128"))


@dataclass
class Heard:
    """A program of somebody's."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    """What the next requests are answered with; then 200."""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.got.append((dict(self.headers), body))
            status = heard.statuses.pop(0) if heard.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_sqlite(tmp_path)
    yield opened
    opened.close_now()


def begin(s: Session, url: str) -> str:
    secret = webhooks.add(s, "app", url, (), NOW)
    policy = insured(s, NOW)
    moves.open_claim(s, NUMBER, "motor", NOW, LINE, customer_id="C10001", policy_id=policy.id)
    moves.move(s, NUMBER, "claim_filed", HANDLER, NOW)
    assert secret
    return secret


def due(store: Store, now: datetime) -> list[int]:
    rows = store.run_now(outbox.due, now, 99, kind="webhook")
    return [row.payload["delivery"] for row in rows]


def test_an_event_arrives_signed_and_those_of_a_claim_in_turn(store: Store) -> None:
    with listening() as heard:
        secret = store.run_now(begin, heard.url)
        pusher = Pusher(store, HERE)
        first, second = due(store, NOW)
        heard.statuses = [503]
        with pytest.raises(NotYet) as again:
            pusher.push(first, NOW)
        assert (again.value.reason, again.value.pause) == ("HTTP 503", timedelta(seconds=5))
        with pytest.raises(NotYet, match="earlier"):
            pusher.push(second, NOW)
        later = NOW + timedelta(seconds=5)
        pusher.push(first, later)
        pusher.push(first, later)  # after a worker was killed: it is known to be there
        pusher.push(second, later)
    assert [json.loads(body)["event"] for _, body in heard.got] == [
        "claim_reported", "claim_reported", "claim_filed",
    ]  # fmt: skip
    assert heard.got[0][1] == heard.got[1][1]
    heads, body = heard.got[-1]
    parts = dict(each.split("=") for each in heads["Claimline-Signature"].split(","))
    signed = parts["t"].encode() + b"." + body
    assert parts["v1"] == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert heads["Claimline-Event"] == f"{NUMBER}:2"
    assert {d.state for d in store.run_now(webhooks.deliveries, "app")} == {"sent"}


def test_what_was_not_taken_in_a_day_is_for_a_person(store: Store) -> None:
    with listening() as heard:
        store.run_now(begin, heard.url)
        heard.statuses = [500]
        with pytest.raises(SetAside, match="HTTP 500"):
            Pusher(store, HERE).push(due(store, NOW)[0], NOW + timedelta(hours=25))
        Pusher(store, HERE).push(due(store, NOW)[1], NOW + timedelta(hours=25))
    assert {d.state for d in store.run_now(webhooks.deliveries, "app")} == {"failed", "sent"}


def told(url: str, inward: Inward) -> str:
    return asyncio.run(send(Ready(url, "s", "x:1", b"{}"), inward, NOW))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
     "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "100.64.0.1", "224.0.0.1", "2130706433",
     "127.1", "0x7f000001"],
)  # fmt: skip
def test_nothing_goes_inward_that_is_not_allowed(host: str) -> None:
    with listening() as heard:
        port = heard.url.rsplit(":", 1)[1]
        why = told(f"http://{host}:{port}", Inward())
        assert why in ("the address is inside", "InvalidUrlClientError")
        assert heard.got == []


def test_a_name_that_leads_inward_is_refused_and_redirects_are_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening() as heard:
        port = int(heard.url.rsplit(":", 1)[1].split("/")[0])

        def inside(*_: object, **__: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", inside)
        assert told(f"http://hook.example:{port}/", Inward()) == "the address is inside"
        heard.statuses = [302]
        assert told(f"http://hook.example:{port}/", HERE) == "HTTP 302"
        assert len(heard.got) == 1


def test_a_server_that_is_away_is_said() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    assert told(f"http://127.0.0.1:{port}/", HERE).startswith("Client")
