"""What the doctor says of the address in links."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ari_app.doctor.check import Finding, examine
from ari_app.doctor.checks import links
from ari_app.doctor.checks.links import Reached, decide_links
from tests.ari_app.doctor.conftest import Broken
from tests.ari_app.notify.ports import free_port

pytestmark = pytest.mark.unit


class Page(BaseHTTPRequestHandler):
    """Answers as we do below /c/, as somebody else elsewhere."""

    ours = True

    def do_GET(self) -> None:
        self.send_response(404)
        if self.ours:
            self.send_header("X-Request-Id", "abc")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def found(broken: Broken, url: str, *, running: bool) -> Finding:
    (broken.state / "settings.toml").write_text(f'public_url = "{url}"\n' if url else "", "utf-8")
    place = broken.place
    place = replace(place, endpoints={"processes": {}} if running else None)
    [finding] = examine(links.CHECKS, place, "en")
    return finding


def test_without_an_address_it_says_that_links_cannot_work_and_what_to_do(broken: Broken) -> None:
    told = found(broken, "", running=True)
    assert told.state == "warn" and "no links" in told.sentence and "public_url" in told.mend


def test_an_address_is_asked_while_the_system_runs(
    broken: Broken, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{port}"
    assert "was not tried" in found(broken, url, running=False).sentence
    assert found(broken, url, running=True).state == "ok"
    monkeypatch.setattr(Page, "ours", False)
    told = found(broken, url, running=True)
    assert (told.state, "Somebody else" in told.sentence) == ("fail", True)
    told = found(broken, f"http://127.0.0.1:{free_port()}", running=True)
    assert (told.state, "cannot be reached" in told.sentence) == ("warn", True)


def test_a_certificate_that_nobody_trusts_is_said() -> None:
    [told] = decide_links(Reached("https://x.example", True, "self-signed certificate", True))
    assert (told.state, told.code) == ("fail", "links.certificate")
