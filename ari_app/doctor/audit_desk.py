"""The audit of the desk, the program and its secrets: hardening rules H12 and H17-H23."""

from __future__ import annotations

import ast
import socket
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import ari_app
from ari_app.desk import limits
from ari_app.doctor.checks.files import chosen_here, weak
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, unknown
from ari_app.installing import TOKEN_LIFE
from claims_store import passwords, people

GUESSES = ("admin", "password", "claimline", "123456")
MOST_GUESSED = 12
"""Users who are tried, those with the widest roles first: a guess costs a twentieth of a second."""
ANSWER_LIMIT = 3.0
PIECE = 1 << 20
CUT = b"cut off"


@dataclass(frozen=True, slots=True)
class Logins:
    """Who may sign in, whose password was guessed, how long the first admin's token lives."""

    count: int
    guessed: tuple[str, ...]
    token_life: timedelta


def read_logins(place: Place) -> Logins:
    with place.store() as store:
        users = sorted(store.run_now(people.users), key=lambda each: each.role != "admin")
        stored = {
            each.login: store.run_now(people.password_hash, each.login)
            for each in users[:MOST_GUESSED]
        }
    guessed = tuple(login for login, kept in stored.items() if kept and _guessed(login, kept))
    return Logins(len(users), guessed, TOKEN_LIFE)


def _guessed(login: str, stored: str) -> bool:
    return any(passwords.matches(stored, guess) for guess in (login, *GUESSES))


def h12(logins: Logins) -> Sequence[str]:
    """No account that everybody knows; the first admin's token ends soon."""
    late = [f"token {logins.token_life}"] if logins.token_life > timedelta(minutes=30) else []
    return [*(f"login {name}" for name in logins.guessed), *late]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk holds its clients to, and what it answered: to a head that is too long, and to
    an address that does not exist (empty: it does not run)."""

    body: int
    head: int
    seconds: float
    long_head: str = ""
    nothing: str = ""


def read_desk(place: Place) -> Desk:
    wanted = limits.LARGEST_BODY, limits.HEADER_BYTES, limits.SLOWEST_S
    if place.ports is None or not place.running:
        return Desk(*wanted)
    host = "127.0.0.1" if place.settings.host in ("0.0.0.0", "::") else place.settings.host
    at = (host, place.ports.http)
    long = f"X-Long: {'a' * (2 * limits.HEADER_BYTES)}\r\n"
    return Desk(*wanted, _answer(at, "/sign-in", long), _answer(at, "/api/none", ""))


def _answer(at: tuple[str, int], path: str, more: str) -> str:
    request = f"GET {path} HTTP/1.1\r\nHost: {at[0]}\r\nConnection: close\r\n{more}\r\n"
    try:
        with socket.create_connection(at, ANSWER_LIMIT) as wire:
            wire.sendall(request.encode())
            return b"".join(_pieces(wire)).decode("utf-8", "replace")
    except OSError:
        raise CannotTell(unknown("audit.no_desk")) from None


def _pieces(wire: socket.socket) -> Iterator[bytes]:
    """What comes until the other side closes; closing in the middle of a request is an answer."""
    try:
        while piece := wire.recv(65536):
            yield piece
    except ConnectionResetError:
        yield CUT


def h17(desk: Desk) -> Sequence[str]:
    """Size and pace of what a client may send."""
    points = []
    if desk.body > 256 * 1024:
        points.append(f"body {desk.body}")
    if desk.head > 8192:
        points.append(f"head {desk.head}")
    if desk.seconds > 10:
        points.append(f"{desk.seconds:.0f} s")
    refused = " 400 " in desk.long_head[:16] or desk.long_head == CUT.decode()
    if desk.long_head and not refused:
        points.append(f"head: {desk.long_head[:16]}")
    return points


def h21(desk: Desk) -> Sequence[str]:
    """A fault is told without its traces, under a number."""
    if not desk.nothing:
        raise CannotTell(unknown("system.stopped"))
    head = desk.nothing.lower()
    points = [] if "x-request-id:" in head else ["X-Request-Id"]
    return points + [word for word in ("traceback", "aiohttp/", "python/") if word in head]


def read_links(place: Place) -> Sequence[str]:
    """Links below the folder of sealed recordings: they could lead anywhere."""
    recordings = place.settings.recordings
    return [file.name for file in recordings.rglob("*") if file.is_symlink()]


def h19(links: Sequence[str]) -> Sequence[str]:
    """Recordings are named by rows, lie below one folder, and no link is followed."""
    return [f"recordings/{name}" for name in links]


def read_code(_: Place) -> Sequence[str]:
    """Places in our own code where the proof of a TLS server would be switched off."""
    code = Path(str(ari_app.__file__)).parent.parent
    folders = [code / each for each in ("ari_app", "agi_scripts", "claims_store", "routing")]
    return [
        place for folder in folders for file in folder.rglob("*.py") for place in unproved(file)
    ]


def unproved(file: Path) -> list[str]:
    """`ssl=False` and its relatives in one file."""
    return [
        f"{file.name}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if _switches_off(node)
        if isinstance(node, ast.expr | ast.keyword | ast.stmt)
    ]


def _switches_off(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        value = getattr(node.value, "value", None)
        return node.arg in ("ssl", "verify", "verify_ssl", "check_hostname") and value in (
            True,
            False,
        )
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        value = getattr(node.value, "value", None)
        return node.targets[0].attr == "check_hostname" and value is False
    return isinstance(node, ast.Attribute) and node.attr in (
        "CERT_NONE",
        "_create_unverified_context",
    )


def h22(places: Sequence[str]) -> Sequence[str]:
    """Certificates of servers are always checked."""
    return places


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Where a secret was found that must not be there, and files that others can read."""

    found: tuple[str, ...]
    readable: tuple[str, ...]
    short: tuple[str, ...]


def read_secrecy(place: Place) -> Secrecy:
    programs, typed = chosen_here(place)
    words = [word.encode() for word in (*programs.values(), *typed.values()) if len(word) > 8]
    state = place.settings.state
    wide = tuple(
        name for name in ("secrets.json", "keys/keys.master", "etc/pjsip.conf", "etc/manager.conf")
        if (state / name).exists() and stat.S_IMODE((state / name).stat().st_mode) & 0o077
    )  # fmt: skip
    return Secrecy(tuple(_leaks(place, words)), wide, tuple(weak(programs, typed)))


def _leaks(place: Place, words: Sequence[bytes]) -> Iterator[str]:
    for name, pid in place.processes.items():
        for what in ("cmdline", "environ"):
            if _holds(Path(f"/proc/{pid}/{what}"), words):
                yield f"{what} {name}"
    for log in sorted((place.settings.state / "log").glob("*")):
        if log.is_file() and _holds(log, words):
            yield f"log/{log.name}"


def _holds(file: Path, words: Sequence[bytes]) -> bool:
    """A log may be larger than the memory, so it is read in pieces that overlap."""
    longest, before = max(map(len, words), default=0), b""
    try:
        with file.open("rb") as source:
            while piece := source.read(PIECE):
                if any(word in before + piece for word in words):
                    return True
                before = piece[-longest:]
    except OSError:
        return False
    return False


def h23(secrecy: Secrecy) -> Sequence[str]:
    """Secrets are long, private, and stand nowhere else."""
    return [*secrecy.found, *secrecy.readable, *secrecy.short]
