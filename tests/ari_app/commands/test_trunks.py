"""`claimline trunks`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.cli import app
from ari_app.commands import trunks
from ari_app.secrets_file import Secrets, load_or_make
from ari_app.settings import load
from ari_app.trunks import states
from ari_app.trunks.states import TrunkNow, TrunkState
from claims_store import outgoing
from claims_store.store import Store
from routing.outgoing import Chosen, Declined
from tests.ari_app.commands.conftest import Claimline

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SETTINGS = """
[[trunk]]
name = "far"
kind = "registration"
host = "carrier.example"
user = "4008001234"
[[trunk]]
name = "near"
kind = "address"
addresses = ["203.0.113.7"]
"""


@pytest.fixture
def written(state: Path) -> Path:
    (state / "settings.toml").write_text(SETTINGS)
    return state


def secret(state: Path, password: str, *args: str) -> tuple[int, str]:
    words = ["trunks", "secret", "far", *args]
    done = CliRunner().invoke(app, words, env={"CLAIMLINE_STATE": str(state)}, input=password)
    return done.exit_code, done.output


def test_trunks_are_listed_with_what_is_known_of_them(claimline: Claimline, written: Path) -> None:
    far, near = claimline("trunks", "list", "--json").json
    assert (far["at"], far["state"], near["kind"]) == ("carrier.example:5060", "unknown", "address")
    states.save(load(written).trunk_states, [TrunkNow("far", TrunkState.REJECTED, NOW)])
    (written / "endpoints.json").write_text(json.dumps({}))
    table = claimline("trunks", "list").out
    assert "rejected" in table and "claimline trunks secret far" in table


def test_a_password_is_read_from_standard_input_and_kept_apart(written: Path) -> None:
    code, said = secret(written, "abc!#$%12\n")
    assert code == 0 and "far: user 4008001234" in said and "abc" not in said
    assert load_or_make(written, []).of_trunk("far") == "abc!#$%12"


def test_a_password_is_made_and_shown_once(written: Path) -> None:
    code, said = secret(written, "", "--make")
    assert code == 0 and load_or_make(written, []).of_trunk("far") in said


@pytest.mark.parametrize("password", ["short", "with blank 12", "semi;colon12", "back\\slash1", ""])
def test_a_password_that_no_file_can_hold_is_refused(written: Path, password: str) -> None:
    code, said = secret(written, password + "\n")
    assert code == 1 and "8 to 128 characters" in said
    file = written / "secrets.json"
    assert not file.exists() or not Secrets.model_validate_json(file.read_bytes()).of_trunk("far")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("secret", "near"), "known by its addresses"),
        (("secret", "nobody"), "There is no trunk nobody"),
        (("try", "+8613800138001"), "Nothing runs in"),
        (("try", "+8613800138001", "--trunk", "nobody"), "There is no trunk nobody"),
    ],
)
def test_what_cannot_be_done_is_told(
    claimline: Claimline, written: Path, args: tuple[str, ...], sentence: str
) -> None:
    said = claimline("trunks", *args)
    assert said.code == 1 and sentence in said.err


@pytest.fixture
def running(written: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """An app that does with the call it is asked for what the test says."""
    (written / "endpoints.json").write_text("{}")

    def does(decision: Chosen | Declined, outcome: str = "") -> None:
        def app_acts(seconds: float) -> None:
            (due,) = store.run_now(outgoing.due)
            store.run_now(outgoing.begin, due.key, "n1", lambda *_: decision, NOW, NOW)
            if outcome:
                store.run_now(outgoing.end, due.key, NOW + timedelta(seconds=3), outcome)

        monkeypatch.setattr(trunks.time, "sleep", app_acts)

    return does


def test_a_test_call_tells_what_became_of_it(
    claimline: Claimline, running: Callable[..., None]
) -> None:
    running(Chosen("far", 60), "answered")
    said = claimline("trunks", "try", "138 0013 8001")
    assert (said.code, said.out) == (
        0, "far: It was answered; a sentence was played. The trunk works.\n",
    )  # fmt: skip


def test_a_call_that_is_refused_says_what_to_do(
    claimline: Claimline, running: Callable[..., None]
) -> None:
    running(Declined((("far", "not_allowed"),)))
    said = claimline("trunks", "try", "+18765550123")
    assert said.code == 1 and "allowed in [trunk.out]" in said.out


def test_a_script_gets_the_outcome_as_json(
    claimline: Claimline, running: Callable[..., None]
) -> None:
    running(Chosen("far", 60), "busy")
    said = claimline("trunks", "try", "+8613800138001", "--json")
    assert (said.code, said.json["outcome"], said.json["trunk"]) == (1, "busy", "far")


def test_an_app_that_does_not_take_the_order_is_told_and_the_order_withdrawn(
    claimline: Claimline, written: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (written / "endpoints.json").write_text("{}")
    monkeypatch.setattr(trunks, "TRY_LIMIT", 0.0)
    said = claimline("trunks", "try", "+8613800138001")
    assert said.code == 1 and "did not take the order" in said.err
    assert store.run_now(outgoing.due) == []
