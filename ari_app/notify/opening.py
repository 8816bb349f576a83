"""Makes the channels that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import FileChannel, HttpChannel, SmppChannel, SmtpChannel
from ari_app.notify.channel import Channel, Heard
from ari_app.notify.files import Files
from ari_app.notify.http import Http
from ari_app.notify.smpp import Smpp, Wrote
from ari_app.notify.smtp import Smtp


def opened(
    given: Given, state: Path, secrets: Mapping[str, str], heard: Heard | None = None,
    wrote: Wrote | None = None,
) -> Channel:  # fmt: skip
    """One channel; it connects when it is used, or by `keep`."""
    secret = secrets.get(given.name, "")
    match given:
        case FileChannel():
            return Files(state / given.folder)
        case HttpChannel():
            return Http(given, secret)
        case SmtpChannel():
            return Smtp(given, secret, state)
        case SmppChannel():
            return Smpp(given, secret, heard, wrote)
