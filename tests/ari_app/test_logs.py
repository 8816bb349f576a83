"""A canary for secrets: none gets into the log, by whatever way it comes."""

from __future__ import annotations

import logging

import pytest

from ari_app.logs import Discreet
from ari_app.secrets_file import Secrets

pytestmark = pytest.mark.unit

SECRET = Secrets(ari="a", ami="b", trunk="c").monitor


def written(message: str, *args: object, fault: Exception | None = None) -> str:
    trace = (type(fault), fault, fault.__traceback__) if fault else None
    record = logging.LogRecord("claimline", logging.ERROR, "x.py", 1, message, args, trace)
    return Discreet("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    "text",
    [
        f"login with {SECRET} refused",
        f"password={SECRET[:32]}",
        "Authorization: Basic YXBwOmNhbmFyeQ==",
        "cannot reach postgresql+psycopg://claimline:canary-word@db/claims",
    ],
    ids=["alone", "half", "header", "address"],  # the secret is another one in each process
)
def test_a_secret_in_a_message_becomes_stars(text: str) -> None:
    said = written(text)
    assert "***" in said
    assert not any(word in said for word in (SECRET, SECRET[:32], "YXBwOmNhbmFyeQ", "canary"))


def test_a_secret_in_an_argument_or_a_trace_becomes_stars() -> None:
    assert SECRET not in written("refused: %s", SECRET)
    try:
        raise ValueError(f"bad answer to {SECRET}")
    except ValueError as fault:
        said = written("it broke", fault=fault)
    assert SECRET not in said and "bad answer to ***" in said


def test_calls_reports_and_numbers_stay_readable() -> None:
    plain = "call n1-1764145200.3 report BA-251124-0001 at /state/recordings/n1-1764145200.3.sealed"
    assert written(plain) == f"ERROR {plain}"
