"""What the net tells becomes rows, once, however often it is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims_store import callbacks, calls, net_calls, outbox, people, recordings
from claims_store.calls import Call
from claims_store.net_calls import Recorder
from claims_store.net_log import parse
from claims_store.people import Agent
from claims_store.store import Store
from tests.claims_store.examples import CALLER, open_call

pytestmark = pytest.mark.store

CALL = "n1-1795518894.0"
EPOCH = 1795518894
BEGAN = datetime.fromtimestamp(EPOCH, UTC)
NOW = BEGAN + timedelta(minutes=5)
LEG = "n1-1795518907.1"
BEGIN = f"0 net NONE NETBEGIN {CALLER}|5550219|en|no|sip-1"
SERVED = (
    BEGIN, "9 net NONE NETCONSENT given", "9 fallback NONE ENTERQUEUE |x|1",
    f"13 fallback PJSIP/217 CONNECT 4|{LEG}|2", "73 fallback PJSIP/217 COMPLETEAGENT 4|60|1",
    "75 net NONE NETEND",
)  # fmt: skip


def take(store: Store, *lines: str, found: Sequence[Recorder] = (), call: str = CALL) -> None:
    """Each line: seconds after the begin, queue, agent, event, data."""
    parsed = []
    for line in lines:
        at, queue, agent, event, data = [*line.split(" "), ""][:5]
        parsed.append(parse(f"{EPOCH + int(at)}|{call}|{queue}|{agent}|{event}|{data}"))
    store.run_now(net_calls.take, [each for each in parsed if each], found, NOW)


def row(store: Store, call_id: str = CALL) -> Call:
    call = store.run_now(calls.get, call_id)
    assert call is not None
    return call


def journal(store: Store) -> list[tuple[str, dict[str, Any]]]:
    return [(each.event, each.data) for each in store.run_now(calls.events, CALL)]


@pytest.fixture
def agent(store: Store) -> Agent:
    made = Agent("agent9", {"zh": "座席", "en": "Agent"}, "217", {}, ("en",), ())
    store.run_now(people.put_agent, made)
    return made


def test_a_call_that_the_app_never_saw_has_a_row_with_all_that_is_known(
    store: Store, agent: Agent
) -> None:
    take(store, *SERVED)
    call = row(store)
    assert (call.node, call.sip_call_id, call.caller, call.dialled) == (
        "n1", "sip-1", CALLER, "5550219",
    )  # fmt: skip
    assert (call.language, call.consent, call.started) == ("en", "given", BEGAN)
    assert (call.agent, call.waited_s, call.talk_s) == (agent.name, 4.0, 60.0)
    assert (call.outcome, call.ended) == ("fallback", BEGAN + timedelta(seconds=75))
    assert journal(store) == [
        ("net_begun", {}),
        ("consent", {"value": "given"}),
        ("net_answered", {"agent": "agent9", "phone": "217", "leg": LEG, "waited_s": 4.0}),
        ("net_talked", {"seconds": 60.0}),
        ("net_ended", {}),
    ]
    assert store.run_now(callbacks.listing) == []


@pytest.mark.parametrize("cut", range(1, len(SERVED) + 1))
def test_lines_that_are_read_again_change_nothing(store: Store, agent: Agent, cut: int) -> None:
    take(store, *SERVED[:cut])
    take(store, *SERVED)
    once = (row(store), journal(store))
    take(store, *SERVED)
    assert (row(store), journal(store)) == once
    assert (once[0].waited_s, once[0].talk_s) == (4.0, 60.0)


def test_meanwhile_the_call_waits_and_talks(store: Store, agent: Agent) -> None:
    take(store, *SERVED[:3])
    assert (row(store).stage, row(store).ended) == ("waiting", None)
    take(store, SERVED[3])
    assert (row(store).stage, row(store).agent) == ("talking", agent.name)


def test_a_call_that_the_app_began_keeps_what_it_knew(store: Store) -> None:
    open_call(store, BEGAN - timedelta(minutes=1), CALL)
    store.run_now(calls.change, CALL, language="zh", consent="given", stage="menu")
    take(store, BEGIN.replace("|no|", "|yes|"))
    call = row(store)
    assert (call.language, call.consent, call.stage) == ("zh", "given", "menu")
    assert call.started == BEGAN - timedelta(minutes=1)


def test_the_seconds_of_two_passes_through_the_queue_are_added(store: Store, agent: Agent) -> None:
    take(
        store, *SERVED[:4], "40 fallback PJSIP/217 BLINDTRANSFER 700|transfer|4|27|1",
        "41 net NONE NETBEGIN |||yes", f"50 fallback PJSIP/217 CONNECT 6|{LEG}x|2",
        "60 fallback PJSIP/217 COMPLETECALLER 6|10|1", "61 net NONE NETEND",
    )  # fmt: skip
    assert (row(store).waited_s, row(store).talk_s) == (10.0, 37.0)


@pytest.mark.parametrize("how", ["ABANDON 1|1|22", "EXITWITHTIMEOUT 1|1|22", "EXITEMPTY 1|1|22"])
def test_whom_nobody_could_serve_is_rung_back(store: Store, how: str) -> None:
    take(store, BEGIN, f"30 fallback NONE {how}", "31 net NONE NETEND")
    (found,) = store.run_now(callbacks.listing)
    assert (found.phone, found.reason, found.language, found.arrival) == (
        CALLER, "net", "en", BEGAN,
    )  # fmt: skip
    assert row(store).waited_s == 22.0


def test_a_number_is_rung_back_once_however_often_it_called(store: Store) -> None:
    for second in ("n1-1795518894.0", "n1-1795518899.4"):
        take(store, BEGIN, "31 net NONE NETEND", call=second)
    assert len(store.run_now(callbacks.listing)) == 1


def test_a_withheld_number_is_not_rung_back(store: Store) -> None:
    take(store, "0 net NONE NETBEGIN |5550219|en|no|", "31 net NONE NETEND")
    assert store.run_now(callbacks.listing) == []
    assert row(store).outcome == "fallback"


def test_an_unserved_caller_of_a_failed_report_is_rung_back(store: Store) -> None:
    take(store, BEGIN, "20 net NONE NETREPORT failed", "31 net NONE NETEND")
    assert ("net_report_failed", {}) in journal(store)
    assert len(store.run_now(callbacks.listing)) == 1


def test_language_and_refusal_are_what_he_said(store: Store) -> None:
    take(store, BEGIN, "3 net NONE NETLANGUAGE zh", "5 net NONE NETCONSENT refused")
    assert (row(store).language, row(store).consent) == ("zh", "refused")


def test_the_recorders_get_their_rows_and_are_sealed(store: Store, agent: Agent) -> None:
    found = (
        Recorder(1, "customer", f"{CALL}-talk1-customer.wav", "", BEGAN),
        Recorder(1, "agent", f"{CALL}-talk1-{LEG}-agent.wav", LEG, BEGAN),
        Recorder(2, "agent", f"{CALL}-talk2-other-agent.wav", "other", BEGAN),
    )
    take(store, *SERVED, found=found)
    take(store, *SERVED, found=found)
    rows = store.run_now(recordings.segments, CALL)
    assert [(each.segment, each.side, each.agent) for each in rows] == [
        (1, "customer", None), (1, "agent", agent.name), (2, "agent", None),
    ]  # fmt: skip
    assert [each.key for each in store.run_now(outbox.due, NOW)] == [f"seal:{CALL}"]


def test_a_call_that_the_app_has_closed_is_sealed_again(store: Store, agent: Agent) -> None:
    open_call(store, BEGAN, CALL)
    store.run_now(calls.close, CALL, NOW, "fallback")
    take(store, *SERVED)
    assert [each.key for each in store.run_now(outbox.due, NOW)] == [f"seal:{CALL}:net"]
    assert row(store).ended == NOW


def test_a_line_of_a_call_whose_begin_is_lost_still_counts(store: Store, agent: Agent) -> None:
    take(store, *SERVED[3:])
    assert (row(store).agent, row(store).caller, row(store).outcome) == ("agent9", "", "fallback")


def test_what_says_nothing_to_us_is_passed_over(store: Store) -> None:
    take(store, BEGIN, "2 fallback NONE RINGCANCELED 4", "3 net NONE NETREPORT kept")
    assert journal(store) == [("net_begun", {})]
