"""What the doctor reads of a system that runs: sockets, ARI, registrations, what the app says."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ari_app import health
from ari_app.doctor import audit_desk, sockets
from ari_app.doctor.check import examine
from ari_app.doctor.checks import machine, telephony
from ari_app.doctor.place import Place
from ari_app.doctor.table import CHECKS
from ari_app.doctor.verdicts import CannotTell
from ari_app.settings import choose_ports
from claims_store import people
from tests.ari_app.doctor.conftest import NOW, Broken

pytestmark = pytest.mark.unit

ME = os.getpid()
MODULES = [{"name": "res_ari.so"}, {"name": "acl"}]
ANSWERS: dict[str, Any] = {
    "/ari/asterisk/info?only=system": {"system": {"version": "22.10.1~dfsg"}},
    "/ari/asterisk/modules": MODULES,
}


class Pbx(BaseHTTPRequestHandler):
    """Answers as ARI does, to whoever shows a proof."""

    def version_string(self) -> str:
        return "pbx"

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") and self.path in ANSWERS
        self.send_response(200 if known else 404)
        self.send_header("X-Request-Id", "a")
        self.end_headers()
        self.wfile.write(json.dumps(ANSWERS.get(self.path)).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the console."""


@pytest.fixture
def pbx() -> Iterator[int]:
    """The port of something like ARI."""
    server = HTTPServer(("127.0.0.1", 0), Pbx)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def running(broken: Broken, pbx: int) -> Place:
    """An installation all of whose processes are this one."""
    pids = dict.fromkeys(("supervisor", "asterisk", "app", "worker"), ME)
    (broken.state / "endpoints.json").write_text(json.dumps({"processes": pids}))
    broken.ports = choose_ports().model_copy(update={"ari": pbx, "http": pbx})
    found = Place.of(broken.settings, NOW)
    return replace(found, asterisk=broken.asterisk, ports=broken.ports, models=broken.models)


def states(place: Place, name: str) -> list[str]:
    checks = [each for each in CHECKS if each.name == name]
    return [each.state for each in examine(checks, place, "en")]


def test_a_running_system_is_known_by_its_supervisor(running: Place) -> None:
    assert running.running and running.processes["app"] == ME
    assert states(running, "system.processes") == ["ok"]
    gone = replace(running, endpoints={"processes": {"supervisor": ME, "app": 4194305}})
    assert states(gone, "system.processes") == ["fail"]


def test_a_socket_is_known_with_its_owner() -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.bind(("0.0.0.0", 0))
        for protocol, sock, loopback in (("tcp", tcp, True), ("udp", udp, False)):
            port = sock.getsockname()[1]
            (found,) = [each for each in sockets.listeners(protocol) if each.port == port]
            assert found.loopback == loopback
            assert found.inode in sockets.sockets_of(ME)
    assert sockets.sockets_of(4194305) == set()


def test_addresses_of_both_kinds_are_read(tmp_path: Path) -> None:
    head = "  sl  local_address rem_address   st tx rx tr tm retr uid timeout inode\n"
    (tmp_path / "tcp6").write_text(
        head + "0: 00000000000000000000000001000000:1F90 0:0 0A 0 0 0 0 0 7\n"
        "1: 00000000000000000000000000000000:0050 0:0 01 0 0 0 0 0 8\n"
    )
    (found,) = sockets.listeners("tcp", tmp_path)
    assert (found.address, found.port, found.inode, found.loopback) == ("::1", 8080, 7, True)


def test_ports_of_a_running_system_are_ours_or_silent(running: Place) -> None:
    alive, ports = machine.read_ports(running)
    assert alive and {each.name: each.ours for each in ports} == {
        "SIP": False, "ARI": True, "AMI": False, "desk": True
    }  # fmt: skip
    assert sorted(states(running, "system.ports")) == ["fail", "fail", "ok", "ok"]


def test_the_running_asterisk_is_asked(running: Place) -> None:
    assert states(running, "asterisk.version") == ["ok"]
    assert states(running, "asterisk.modules") == ["fail"], "only one module is loaded"
    with pytest.raises(CannotTell):
        running.ari("channels")


def test_phones_are_known_by_their_registrations(running: Place, broken: Broken) -> None:
    file = broken.state / "lib" / "astdb.sqlite3"
    assert states(running, "phones.registered") == ["unknown"]
    with closing(sqlite3.connect(file)) as base, base:
        base.execute("CREATE TABLE astdb (key TEXT, value TEXT)")
        for number, left in (("201", 60), ("202", -60)):
            contact = json.dumps({"expiration_time": str(int(NOW.timestamp()) + left)})
            key = f"/registrar/contact/{number};@abc"
            base.execute("INSERT INTO astdb VALUES (?, ?)", (key, contact))
    assert telephony.read_phones(running).registered == {"201": True}
    store = broken.store()
    store.run_now(people.set_state, "agent1", "ready", "by_hand", NOW)
    store.close_now()
    assert states(running, "phones.registered") == ["ok"]


def test_what_the_app_says_of_itself_is_read(running: Place, broken: Broken) -> None:
    assert states(running, "system.loop") == ["unknown"]
    loop = {"longest_ms": 3.0, "over": 0, "last": ""}
    alarms = [{"code": "data_late", "values": {}}]
    health.write(broken.settings.health, "app", {"loop": loop, "alarms": alarms})
    assert states(running, "system.loop") == ["ok"]
    assert states(running, "system.alarms") == ["fail"]


def test_the_desk_is_really_asked(running: Place) -> None:
    desk = audit_desk.read_desk(running)
    assert desk.nothing.startswith("HTTP/1.0 404") and not audit_desk.h21(desk)
    closed = replace(running, ports=choose_ports())
    with pytest.raises(CannotTell):
        audit_desk.read_desk(closed)


def test_a_secret_in_the_environment_of_a_process_is_found(running: Place) -> None:
    assert not audit_desk.h23(audit_desk.read_secrecy(running))
    word = running.secrets().ami
    environment = {**os.environ, "LEAK": word}
    with subprocess.Popen(["sleep", "60"], env=environment) as leaking:
        place = replace(running, endpoints={"processes": {"supervisor": ME, "app": leaking.pid}})
        until = time.monotonic() + 10
        while not Path(f"/proc/{leaking.pid}/environ").read_bytes() and time.monotonic() < until:
            time.sleep(0.01)  # a program that has just begun has none yet
        assert audit_desk.h23(audit_desk.read_secrecy(place)) == ["environ app"]
        leaking.kill()


def test_nobody_answers_the_doctors_call(running: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ari_app.doctor.telephone.LIMIT", 0.1)
    monkeypatch.setattr("ari_app.doctor.telephone.AGAIN", 0.05)
    assert states(running, "audio.loop") == ["fail"]
