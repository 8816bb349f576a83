"""`claimline call`: what it asks the app for, and what it says of the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ari_app.commands import calling
from ari_app.settings import load
from claims_store import call_orders, claims
from claims_store.store import Session, Store
from claims_store.tables import CallOrderRow
from tests.ari_app.commands.conftest import Claimline
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    settings = load(state)
    (state / "endpoints.json").write_text("{}")
    opened = Store.open_now(settings.database_url, settings.keys / "keys.db", settings.zone)
    yield opened
    opened.close_now()


@pytest.fixture
def claim(store: Store) -> str:
    return store.run_now(claims.listing)[0].number


@pytest.fixture
def app_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The app carries the order out while the command waits, with this end."""

    def ends(outcome: str) -> None:
        def app_acts(seconds: float) -> None:
            def over(s: Session) -> None:
                (order,) = call_orders.listing(s)
                call_orders.finish(s, s.get_one(CallOrderRow, order.key), outcome, BEGINNING)

            store.run_now(over)

        monkeypatch.setattr(calling.time, "sleep", app_acts)

    return ends


def test_a_phone_is_connected_with_the_customer(
    claimline: Claimline, store: Store, claim: str, app_ends: Callable[[str], None]
) -> None:
    app_ends("answered")
    said = claimline("call", claim, "--from", "201", "--masked")
    assert said.code == 0 and "connected" in said.out
    (order,) = store.run_now(call_orders.listing, claim)
    assert (order.script, order.first, order.masked, order.to[:3]) == (
        "connect",
        "201",
        True,
        "+86",
    )


def test_a_notice_is_said_and_its_end_is_data_for_a_script(
    claimline: Claimline, store: Store, claim: str, app_ends: Callable[[str], None]
) -> None:
    app_ends("wrong_person")
    said = claimline("call", claim, "--notice", "--to", "13700138901", "--json")
    assert said.code == 1 and said.json["outcome"] == "wrong_person"
    (order,) = store.run_now(call_orders.listing, claim)
    assert (order.script, order.to, order.window) == ("voice_notice", "+8613700138901", "now")


def test_a_talk_that_goes_on_is_left_alone(
    claimline: Claimline, store: Store, claim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "LIMIT", -1.0)
    said = claimline("call", claim, "--from", "201")
    assert said.code == 1 and "goes on" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["CL-000000-0000", "--from", "201"], "There is no claim"),
        (["{claim}"], "Say who calls"),
        (["{claim}", "--from", "201", "--notice"], "Say who calls"),
        (["{claim}", "--from", "nobody"], "neither a desk phone"),
        (["{claim}", "--notice", "--to", "12"], "No telephone number"),
    ],
)
def test_what_cannot_be_done_is_told(
    claimline: Claimline, claim: str, words: list[str], sentence: str
) -> None:
    said = claimline("call", *(word.replace("{claim}", claim) for word in words))
    assert said.code == 1 and sentence in said.err


def test_nobody_dials_while_nothing_runs(claimline: Claimline, state: Path, claim: str) -> None:
    (state / "endpoints.json").unlink()
    said = claimline("call", claim, "--from", "201")
    assert said.code == 1 and "Nothing runs" in said.err
