"""Mails to a real server on a real socket."""

from __future__ import annotations

import gc
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from ari_app.channel_settings import SmtpChannel
from ari_app.notify.channel import Doubt, Notice, Refused, Unsent
from ari_app.notify.smtp import Smtp
from ari_app.settings import Settings
from ari_app.trunks import certificate
from ari_app.trunks.model import Phones
from tests.ari_app.notify.ports import free_port

# A connection under TLS is let go a moment after the test's loop has ended.
UNCLOSED = "ignore::pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.unit, pytest.mark.filterwarnings(UNCLOSED)]

NOTICE = Notice("message:1", "li@example.com", "zh", "report_draft", "您的编号BA-1", "报案 BA-1")


@dataclass
class Mailbox:
    """What the server does with mails."""

    recipient: str = "250 OK"
    end: str = "250 OK"
    drops: bool = False
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.end.startswith("2"):
            self.taken.append(envelope)
        if self.drops:
            server.transport.abort()
        return self.end

    @property
    def letters(self) -> list[EmailMessage]:
        return [
            cast(EmailMessage, message_from_bytes(cast(bytes, each.content), policy=default))
            for each in self.taken
        ]


class Server:
    """A mail server that asks for STARTTLS and a password."""

    def __init__(self, folder: Path) -> None:
        made = Settings(state=folder, host="localhost", phones=Phones(transport="tls"))
        certificate.ready(made, datetime.now(UTC))
        self.certificate = made.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.certificate_key)
        self.box = Mailbox()
        self.port = free_port()
        self.controller = Controller(
            self.box, hostname="127.0.0.1", port=self.port, tls_context=context,
            require_starttls=True, authenticator=self._known, auth_required=True,
            server_hostname="test",
        )  # fmt: skip

    def _known(self, server: Any, session: Any, envelope: Any, way: str, data: Any) -> AuthResult:
        known = (data.login, data.password) == (b"claims", b"s3cret")
        return AuthResult(success=known, handled=False)

    def settings(self, **more: object) -> SmtpChannel:
        shape = {"name": "mail", "kind": "smtp", "host": "localhost", "port": self.port,
                 "user": "claims", "from": "claims@example.com", "from_name": "理赔专线",
                 "ca": str(self.certificate), "timeout": 3.0}  # fmt: skip
        return SmtpChannel.model_validate(shape | more)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Server(tmp_path_factory.mktemp("smtp"))
    made.controller.start()
    yield made
    made.controller.stop()
    gc.collect()  # here, and not in somebody else's test


@pytest.fixture
async def box(server: Server) -> AsyncIterator[Mailbox]:
    box = server.box
    box.recipient, box.end, box.drops = "250 OK", "250 OK", False
    box.taken.clear()
    yield box


async def test_a_mail_arrives_encrypted_and_in_the_right_letters(
    server: Server, box: Mailbox
) -> None:
    name = await Smtp(server.settings(), "s3cret", Path()).send(NOTICE, 0)
    (letter,) = box.letters
    assert letter["Subject"] == "报案 BA-1" and letter["Message-ID"] == name
    assert letter["From"] == "理赔专线 <claims@example.com>" and letter["To"] == "li@example.com"
    assert letter.get_content().strip() == NOTICE.body
    assert box.taken[0].rcpt_tos == ["li@example.com"]


async def test_a_second_try_is_the_same_mail(server: Server, box: Mailbox) -> None:
    channel = Smtp(server.settings(), "s3cret", Path())
    box.drops = True
    with pytest.raises(Doubt):
        await channel.send(NOTICE, 0)
    box.drops = False
    await channel.send(NOTICE, 0)
    first, second = (letter["Message-ID"] for letter in box.letters)
    assert first == second
    assert await channel.ask(NOTICE.key, 0, first) is None


async def test_nothing_can_be_injected(server: Server, box: Mailbox) -> None:
    hostile = "x\r\nBcc: all@example.com\r\n\r\n.\r\nMAIL FROM:<a@b>\ud800{secret}" + "长" * 2000
    clean = Notice.clean(hostile)
    await Smtp(server.settings(), "s3cret", Path()).send(
        replace(NOTICE, subject=clean, body=clean, key=hostile), 0
    )
    (letter,) = box.letters
    assert letter["Bcc"] is None and letter["Subject"] == clean
    assert letter.get_content().strip() == clean and box.taken[0].rcpt_tos == ["li@example.com"]
    assert "\n" not in letter["Message-ID"]


@pytest.mark.parametrize(
    ("field_", "said", "outcome"),
    [("recipient", "550 No such user", Refused), ("recipient", "450 Later", Unsent),
     ("end", "554 Spam", Refused), ("end", "451 Later", Unsent)],
)  # fmt: skip
async def test_what_a_reply_means(
    server: Server, box: Mailbox, field_: str, said: str, outcome: type[Exception]
) -> None:
    setattr(box, field_, said)
    with pytest.raises(outcome, match=f"SMTP {said[:3]}"):
        await Smtp(server.settings(), "s3cret", Path()).send(NOTICE, 0)
    assert box.taken == []


async def test_what_is_wrong_is_said(server: Server, box: Mailbox) -> None:
    await Smtp(server.settings(), "s3cret", Path()).look()
    with pytest.raises(Unsent, match="user or password are refused"):
        await Smtp(server.settings(), "wrong", Path()).look()
    with pytest.raises(Unsent, match="its certificate is not trusted"):
        await Smtp(server.settings(ca=""), "s3cret", Path()).look()
    with pytest.raises(Unsent, match="cannot be read"):
        await Smtp(server.settings(ca="/nowhere.pem"), "s3cret", Path()).look()
    with pytest.raises(Unsent, match="Connect"):
        await Smtp(server.settings(port=free_port()), "s3cret", Path()).look()


async def test_no_password_goes_over_an_open_line(tmp_path: Path) -> None:
    box = Mailbox()
    plain = Controller(box, hostname="127.0.0.1", port=free_port(), server_hostname="test")
    plain.start()
    try:
        shape = {"name": "mail", "kind": "smtp", "host": "localhost", "port": plain.port,
                 "user": "claims", "from": "claims@example.com", "timeout": 3.0}  # fmt: skip
        with pytest.raises(Unsent, match="TLS"):
            await Smtp(SmtpChannel.model_validate(shape), "s3cret", Path()).look()
        open_ = SmtpChannel.model_validate(shape | {"security": "none", "user": ""})
        await Smtp(open_, "", Path()).send(NOTICE, 0)
        assert len(box.taken) == 1
    finally:
        plain.stop()
