"""`claimline agents`, `users`."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app import applying
from ari_app.calls.roster import BY_HAND
from ari_app.demo.seed import ROLES
from claims_store import passwords, people
from claims_store.store import Store
from tests.ari_app.commands.conftest import Claimline
from tests.fakes.asterisk import fake_asterisk
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit

ADD = ("agents", "add", "lin", "--phone", "231", "--skill", "line.motor=8", "--language", "zh")


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The trial Asterisk is one that says it is ready; the folder keeps what it was asked."""
    found = fake_asterisk(tmp_path / "asterisk")
    monkeypatch.setattr(applying, "find_asterisk", lambda: found)
    return tmp_path / "asterisk"


def test_agents_are_listed(claimline: Claimline) -> None:
    rows = claimline("agents", "list", "--json").json
    assert [row["name"] for row in rows] == [f"agent{n}" for n in range(1, 9)]
    table = claimline("agents", "list").out
    assert "agent1" in table and "line.motor=9" in table


def test_an_agent_is_set_by_hand(claimline: Claimline, store: Store) -> None:
    said = claimline("agents", "set", "agent3", "away")
    assert (said.code, said.out) == (0, "agent3: away\n")
    agent = store.run_now(people.agent, "agent3")
    assert agent is not None and (agent.state, agent.state_reason) == ("away", BY_HAND)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("agent3", "talking"), "Choose one of: ready, away, offline"),
        (("nobody", "ready"), "There is no agent nobody. See them: claimline agents list"),
    ],
)
def test_what_cannot_be_set_is_told(
    claimline: Claimline, args: tuple[str, ...], sentence: str
) -> None:
    said = claimline("agents", "set", *args)
    assert said.code == 1 and sentence in said.err


def test_an_agent_is_added_once_his_phone_was_tried(
    claimline: Claimline, store: Store, state: Path, trial: Path
) -> None:
    said = claimline(*ADD)
    assert said.code == 0, said.err
    agent = store.run_now(people.agent, "lin")
    assert agent is not None
    assert (agent.phone, agent.skills) == ("231", {"line.motor": 8, "language.zh": 10})
    secrets = json.loads((state / "secrets.json").read_text())
    assert secrets["phones"]["231"] in said.out and "users add lin" in said.out
    assert "-C" in (trial / "asked").read_text(), "an Asterisk was started with the new phone"


def test_an_agent_is_not_added_when_the_trial_fails(
    claimline: Claimline, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = fake_asterisk(tmp_path / "a", "[x] ERROR[1]: bad pjsip.conf", "Asterisk Ready.")
    monkeypatch.setattr(applying, "find_asterisk", lambda: broken)
    said = claimline(*ADD)
    assert said.code == 1
    assert "Nothing was changed." in said.err and "bad pjsip.conf" in said.err
    assert store.run_now(people.agent, "lin") is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"lin": "Lin"}, "A name is a-z"),
        ({"lin": "lin;x"}, "A name is a-z"),
        ({"231": "2"}, "a phone is two to six digits"),
        ({"231": "201"}, "is taken"),
        ({"lin": "agent1"}, "is taken"),
        ({"line.motor=8": "line.motor=11"}, "is no skill"),
        ({"line.motor=8": "motor"}, "is no skill"),
    ],
)
def test_an_agent_that_cannot_be_is_refused_with_a_sentence(
    claimline: Claimline, trial: Path, changed: dict[str, str], sentence: str
) -> None:
    said = claimline(*(changed.get(each, each) for each in ADD))
    assert said.code == 1 and sentence in said.err
    assert not (trial / "asked").exists(), "nothing was tried"


def test_users_are_listed_without_passwords(claimline: Claimline) -> None:
    rows = claimline("users", "list", "--json").json
    assert {row["role"] for row in rows} == set(ROLES)
    assert not [row for row in rows if "password" in " ".join(row)]
    assert "supervisor" in claimline("users", "list").out


def test_a_user_is_added_with_a_password_printed_once(claimline: Claimline, store: Store) -> None:
    said = claimline("users", "add", "mei", "--role", "handler", "--language", "en")
    login, password = said.out.split()
    assert login == "mei"
    kept = store.run_now(people.password_hash, "mei")
    assert kept is not None and passwords.matches(kept, password)
    again = claimline("users", "add", "mei", "--role", "handler")
    assert again.code == 1 and "claimline users reset mei" in again.err


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--role", "king"), "There is no role king. There are: "),
        (("--role", "agent", "--language", "fr"), "The language is zh or en."),
    ],
)
def test_a_user_that_cannot_be_is_refused(
    claimline: Claimline, args: tuple[str, ...], sentence: str
) -> None:
    said = claimline("users", "add", "mei", *args)
    assert said.code == 1 and sentence in said.err


def test_a_reset_gives_a_new_password_and_ends_every_session(
    claimline: Claimline, store: Store
) -> None:
    later = BEGINNING + timedelta(hours=8)
    store.run_now(people.begin_session, "token", "handler1", BEGINNING, later)
    before = store.run_now(people.password_hash, "handler1")
    said = claimline("users", "reset", "handler1")
    _, password = said.out.split()
    kept = store.run_now(people.password_hash, "handler1")
    assert kept is not None and kept != before and passwords.matches(kept, password)
    assert store.run_now(people.session, "token", BEGINNING) is None


def test_a_user_there_is_not_says_where_to_look(claimline: Claimline) -> None:
    said = claimline("users", "reset", "nobody")
    assert said.code == 1 and "claimline users list" in said.err
