"""`claimline notify`, against a real message centre and real files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.cli import app
from ari_app.commands import notifying
from ari_app.outside.message_centre import Smsc
from ari_app.secrets_file import Secrets
from claims_store import preferences
from claims_store.rules.contacting import Wants
from claims_store.store import Store
from tests.ari_app.commands.conftest import Claimline
from tests.ari_app.notify.ports import free_port

pytestmark = pytest.mark.unit

TO = "+8613800138000"
SETTINGS = """
[[channel]]
name = "sms"
kind = "smpp"
host = "127.0.0.1"
port = {port}
user = "claims"
from = "Claims"
timeout = 2
[[channel]]
name = "file"
kind = "file"
"""


@contextmanager
def centre(state: Path, **more: object) -> Iterator[Smsc]:
    """A message centre in a loop of its own; the settings name it."""
    running = Smsc(port=free_port(), **more)  # type: ignore[arg-type]
    (state / "settings.toml").write_text(SETTINGS.format(port=running.port), "utf-8")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(5)
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(running.__aexit__(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def keep_secret(state: Path, name: str, typed: str) -> tuple[int, str]:
    words = ["notify", "secret", name]
    done = CliRunner().invoke(app, words, env={"CLAIMLINE_STATE": str(state)}, input=typed)
    return done.exit_code, done.output


def test_channels_are_told_with_what_is_wrong(claimline: Claimline, state: Path) -> None:
    with centre(state):
        sms, file = claimline("notify", "channels", "--json").json
        assert (sms["works"], sms["fault"]) == (False, "the password is refused")
        assert (file["works"], file["reaches"]) == (True, "phone")
        assert keep_secret(state, "sms", "secret\n")[0] == 0
        assert "works" in claimline("notify", "channels").out.splitlines()[1]
    assert "nobody answers" in claimline("notify", "channels").out


def test_a_trial_is_sent_and_its_receipt_is_told(claimline: Claimline, state: Path) -> None:
    with centre(state, receipts="DELIVRD") as smsc:
        keep_secret(state, "sms", "secret\n")
        done = claimline("notify", "try", "sms", "138 0013 8000", "--lang", "en")
        assert done.out == "sms: taken as id000001, delivered\n"
        assert "test message" in smsc.taken[0].text and smsc.taken[0].to == "8613800138000"
        smsc.status = lambda to: 0x0B
        failed = claimline("notify", "try", "sms", TO, "--json")
        assert (failed.code, failed.json["state"]) == (1, "failed")
        smsc.status, smsc.cut = (lambda to: 0), [True]
        assert "perhaps sent" in claimline("notify", "try", "sms", TO).out


def test_without_a_receipt_a_trial_was_taken(
    claimline: Claimline, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "RECEIPT_S", 0.1)
    with centre(state):
        keep_secret(state, "sms", "secret\n")
        assert claimline("notify", "try", "sms", TO).out == "sms: taken as id000001\n"
    assert claimline("notify", "try", "file", TO).code == 0
    assert len(list((state / "messages").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("try", "fax", TO), "There is no channel fax in use. There are: file"),
        (("try", "file", "hello"), "is no telephone number"),
        (("try", "file", TO, "--lang", "fr"), "The language is zh or en"),
        (("prefer", "hello"), "is no telephone number"),
        (("prefer", TO, "--channel", "fax"), "There is no channel fax"),
        (("prefer", TO, "--off", "weather"), "There is no topic weather. There are: report"),
        (("prefer", TO, "--mail", "li"), "is no e-mail address"),
        (("prefer", TO, "--lang", "fr"), "The language is zh or en"),
    ],
)
def test_what_cannot_be_done_is_said(
    claimline: Claimline, words: tuple[str, ...], told: str
) -> None:
    done = claimline("notify", *words)
    assert done.code == 1 and told in done.err


def test_broken_wordings_and_mail_addresses_are_told(claimline: Claimline, state: Path) -> None:
    (state / "settings.toml").write_text(
        '[[channel]]\nname = "mail"\nkind = "smtp"\nhost = "x"\nfrom = "a@b.c"\n', "utf-8"
    )
    assert "is no e-mail address" in claimline("notify", "try", "mail", TO).err
    (state / "texts.toml").write_text("[trial]\nzh = '{oops}'\n", "utf-8")
    assert "{oops} in zh is not in needs" in claimline("notify", "try", "mail", "a@b.c").err


def test_a_secret_is_kept_and_never_an_argument(state: Path) -> None:
    code, said = keep_secret(state, "file", "x\n")
    assert code == 1 and "needs no secret" in said
    (state / "settings.toml").write_text(SETTINGS.format(port=1), "utf-8")
    assert keep_secret(state, "sms", "\n")[0] == 1
    assert keep_secret(state, "sms", "a\tb\n")[0] == 1
    assert keep_secret(state, "sms", "s3cret\n")[0] == 0
    kept = Secrets.model_validate_json((state / "secrets.json").read_bytes())
    assert kept.channels == {"sms": "s3cret"}


def test_what_a_person_wants_is_kept(claimline: Claimline, store: Store) -> None:
    said = claimline("notify", "prefer", TO, "--mail", "li@example.com", "--off", "progress",
                     "--channel", "file", "--lang", "en")  # fmt: skip
    assert said.out.splitlines() == [
        "channels file", "language en", "declines progress", "mail     li@example.com",
    ]  # fmt: skip
    wants = Wants(("file",), "en", frozenset({"progress"}), "li@example.com")
    assert store.run_now(preferences.of, TO) == wants
    told = claimline("notify", "prefer", TO, "--mail", "", "--off", "", "--json").json
    assert told == {"channels": ["file"], "language": "en", "off": [], "mail": ""}
    assert "in our order" in claimline("notify", "prefer", TO, "--channel", "").out
