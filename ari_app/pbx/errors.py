"""Failures of the talk with Asterisk.

PbxError
 +- Away        nothing answers: not connected, or no answer in time
 +- Refused     Asterisk understood and said no for a reason that is not "gone"
 +- Unsafe      a value would break out of its line; nothing was sent
 +- Replaced    another process took the application's name
"""

from __future__ import annotations


class PbxError(Exception):
    """The talk with Asterisk failed."""


class Away(PbxError):
    """Asterisk cannot be reached or did not answer in time. It may or may not have obeyed."""


class Refused(PbxError):
    """Asterisk refused a request. Nothing was changed."""

    def __init__(self, request: str, status: int, reason: str) -> None:
        super().__init__(f"{request}: {status} {reason}")
        self.request = request
        self.status = status
        self.reason = reason


class Unsafe(PbxError):
    """A value holds control characters. Nothing was sent."""


class Replaced(PbxError):
    """Another process connected under the same application name and gets the events now."""
