"""The log of a process. What looks like a secret never gets into it, wherever it comes from: a
message, an argument, or the trace of a fault.
"""

from __future__ import annotations

import logging
import os
import re
import sys

CHATTY = ("alembic", "panoramisk")
_SECRET = re.compile(
    r"\b[0-9a-fA-F]{32,}\b"  # what `ari_app.secrets_file` makes, and every hash
    r"|(?<=Basic )[A-Za-z0-9+/=]{8,}|(?<=Bearer )\S+"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"  # user and password in the address of a database
)


class Discreet(logging.Formatter):
    """Writes stars for what looks like a secret, in the message and in the trace."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub("***", super().format(record))


def set_up() -> None:
    """To standard error, from the level in CLAIMLINE_LOG on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=os.environ.get("CLAIMLINE_LOG", "WARNING"), handlers=[handler])
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
