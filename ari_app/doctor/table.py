"""All checks, in the order in which they are told."""

from __future__ import annotations

from typing import Any

from ari_app.doctor.check import Check
from ari_app.doctor.checks import (
    asterisk,
    files,
    leftovers,
    links,
    machine,
    messages,
    speaking,
    store,
    telephony,
)

CHECKS: tuple[Check[Any], ...] = (
    *files.CHECKS, *machine.CHECKS, *asterisk.CHECKS, *store.CHECKS, *leftovers.CHECKS,
    *speaking.CHECKS, *telephony.CHECKS, *messages.CHECKS,
    *links.CHECKS,
)  # fmt: skip
