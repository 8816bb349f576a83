"""Messages as e-mail."""

from __future__ import annotations

import hashlib
import math
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from pathlib import Path

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from ari_app.channel_settings import SmtpChannel
from ari_app.notify.channel import Doubt, Notice, Refused, State, Unsent
from ari_app.notify.pace import Pace

LOST = (SMTPException, OSError, TimeoutError)


class Smtp:
    """One mail server; a connection for each message. A second try has the same Message-ID."""

    doubt_s = 0.0
    listening_s = math.inf
    ask_after_s = None

    def __init__(self, settings: SmtpChannel, secret: str, state: Path) -> None:
        self._settings = settings
        self._secret = secret
        self._pace = Pace(settings.per_second)
        self._ca = str(state / settings.ca) if settings.ca else None

    def parts(self, notice: Notice) -> int:
        return 1

    async def send(self, notice: Notice, part: int) -> str:
        letter = self._letter(notice)
        await self._pace.turn()
        async with self._connected() as server:
            try:
                await server.mail(self._settings.sender)
                await server.rcpt(notice.to)
            except SMTPResponseException as fault:
                raise _judged(fault) from fault
            except LOST as fault:
                raise Unsent(type(fault).__name__) from fault
            try:
                await server.data(letter.as_bytes(policy=WIRE))
            except SMTPResponseException as fault:
                raise _judged(fault) from fault
            except LOST as fault:
                raise Doubt(type(fault).__name__) from fault
        return str(letter["Message-ID"])

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        return None

    async def look(self) -> None:
        async with self._connected() as server:
            try:
                await server.noop()
            except LOST as fault:
                raise Unsent(type(fault).__name__) from fault

    async def keep(self) -> None:
        return

    async def close(self) -> None:
        return

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        """A connection that is encrypted and signed in as the settings ask."""
        given = self._settings
        server = SMTP(
            hostname=given.host, port=given.port, timeout=given.timeout,
            use_tls=given.security == "tls", start_tls=given.security == "starttls",
            tls_context=None if given.security == "none" else self._trusted(),
        )  # fmt: skip
        try:
            await server.connect()
            if given.user:
                await server.login(given.user, self._secret)
        except LOST as fault:
            server.close()
            raise Unsent(_why(fault)) from fault
        try:
            yield server
            with suppress(*LOST):
                await server.quit()  # else the other side learns of the end by itself
        finally:
            server.close()

    def _trusted(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._ca)
        except OSError as fault:
            raise Unsent("the file of [[channel]] ca cannot be read") from fault

    def _letter(self, notice: Notice) -> EmailMessage:
        name = hashlib.sha256(notice.key.encode("utf-8", "replace")).hexdigest()[:32]
        domain = self._settings.sender.rpartition("@")[2]
        letter = EmailMessage(policy=WIRE)
        letter["Message-ID"] = f"<{name}@{domain}>"
        letter["From"] = Address(self._settings.sender_name, addr_spec=self._settings.sender)
        letter["To"] = notice.to
        letter["Subject"] = notice.subject
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(notice.body, cte="base64")
        return letter


def _judged(fault: SMTPResponseException) -> Unsent | Refused:
    """4xx may be better later; 5xx never."""
    said = f"SMTP {fault.code}"
    return Refused(said) if fault.code >= 500 else Unsent(said)


def _why(fault: Exception) -> str:
    match fault:
        case aiosmtplib.SMTPAuthenticationError():
            return "user or password are refused"
        case aiosmtplib.SMTPResponseException():
            return f"SMTP {fault.code}"
        case ssl.SSLCertVerificationError():
            return "its certificate is not trusted"
    cause = fault.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    return (
        str(fault)
        if isinstance(fault, SMTPException) and "TLS" in str(fault)
        else (type(fault).__name__)
    )
