"""The tables of legal moves."""

from __future__ import annotations

from typing import get_args

import pytest

from routing.stages import AGENT, CALL, AgentState, CallStage, IllegalMove, legal, move

pytestmark = pytest.mark.unit


def test_every_move_leads_to_a_state_there_is_and_every_state_has_its_row() -> None:
    assert set(AGENT) == set(get_args(AgentState))
    assert set(CALL) == set(get_args(CallStage))
    assert {to for row in AGENT.values() for to in row.values()} <= set(AGENT)
    assert {to for row in CALL.values() for to in row.values()} <= set(CALL)


def test_every_call_can_end_and_nothing_follows_the_end() -> None:
    assert all(legal("call", stage, "end") for stage in CALL if stage != "ended")
    assert CALL["ended"] == {}


def test_an_agent_who_talks_is_not_taken_off_the_call() -> None:
    assert not any(legal("agent", "talking", wish) for wish in ("away", "offline", "ready"))


def test_a_missed_offer_makes_away_a_busy_phone_does_not() -> None:
    assert move("agent", "offered", "miss") == "away"
    assert move("agent", "offered", "busy") == "ready"


def test_a_move_there_is_not_is_an_error_with_its_names() -> None:
    with pytest.raises(IllegalMove, match="agent: no move 'offer' from 'away'"):
        move("agent", "away", "offer")
    with pytest.raises(IllegalMove):
        move("call", "nowhere", "end")
