"""Makes the channels that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import (
    FileChannel,
    HttpChannel,
    SmppChannel,
    SmtpChannel,
    VoiceChannel,
)
from ari_app.clock import SystemClock
from ari_app.notify.channel import Channel, Heard
from ari_app.notify.files import Files
from ari_app.notify.http import Http
from ari_app.notify.smpp import Smpp, Wrote
from ari_app.notify.smtp import Smtp
from ari_app.notify.voice import Voice
from claims_store.store import Store


def opened(
    given: Given, state: Path, secrets: Mapping[str, str], heard: Heard | None = None,
    wrote: Wrote | None = None, store: Store | None = None,
    now: Callable[[], datetime] = SystemClock().now,
) -> Channel:  # fmt: skip
    """One channel; it connects when it is used, or by `keep`. One that calls orders that in
    `store`."""
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
        case VoiceChannel():
            return Voice(store, now)
