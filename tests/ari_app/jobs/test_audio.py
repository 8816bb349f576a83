from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ari_app.jobs.audio import Leg, join, place, shared_from
from ari_app.speech.audio import rms_dbfs, tone_dbfs
from tests.fakes.sounds import RATE, babble, silence, tone

pytestmark = pytest.mark.unit


@settings(max_examples=10, deadline=None)
@given(
    at=st.integers(-RATE, 40 * RATE),
    seed=st.integers(0, 1000),
    ring=st.integers(0, 2 * RATE),
    other_noise=st.sampled_from([0.0, 30.0]),
)
def test_a_leg_is_placed_to_the_sample_by_what_the_agent_heard(
    at: int, seed: int, ring: int, other_noise: float
) -> None:
    customer = babble(60, seed)
    heard = np.zeros(15 * RATE, dtype=np.int16)
    first = max(0, -at, ring)
    heard[first:] = customer[at + first : at + len(heard)]
    if other_noise:
        heard = heard + np.random.default_rng(1).normal(0, other_noise, len(heard)).astype(np.int16)
    found = place(Leg(babble(15, 7), heard, 0.0), customer, RATE)
    assert found.at == at
    assert found.likeness > 0.5


def test_given_a_silent_customer_when_placed_then_by_the_clock() -> None:
    leg = Leg(babble(5, 1), silence(5), 1.5)
    assert place(leg, silence(10), RATE).at == round(1.5 * RATE)
    assert place(leg, np.zeros(0, dtype=np.int16), RATE).at == round(1.5 * RATE)


def test_given_another_talk_in_the_leg_when_placed_then_by_the_clock() -> None:
    leg = Leg(silence(5), babble(5, 1), 0.25)
    assert place(leg, babble(30, 2), RATE).at == RATE // 4


def test_a_tone_from_its_onset_on_is_placed_well_enough() -> None:
    customer = np.concatenate([silence(3), tone(10, 1000)])
    heard = np.concatenate([silence(1), tone(10, 1000)])
    assert place(Leg(silence(11), heard, 0.0), customer, RATE).at / RATE == pytest.approx(
        2, abs=0.03
    )


def test_given_a_consult_leg_when_joined_then_only_what_the_customer_shares_is_kept() -> None:
    customer = babble(60, 1)
    heard = np.concatenate([babble(6, 9), customer[30 * RATE : 45 * RATE]])
    said = np.concatenate([tone(6, 700), tone(15, 440)])
    leg = Leg(said, heard, 0.0, consult=True)
    placement = place(leg, customer, RATE)
    assert placement.at == 24 * RATE
    assert shared_from(leg, placement, customer, RATE) / RATE == pytest.approx(6, abs=0.3)
    agents = join(customer, [leg], RATE)[:, 1]
    assert tone_dbfs(agents, RATE, 700) < -45
    assert rms_dbfs(agents[: int(29.6 * RATE)]) < -100
    assert tone_dbfs(agents[31 * RATE : 44 * RATE], RATE, 440) > -20


def test_given_a_consult_leg_that_never_met_the_customer_when_joined_then_nothing_of_it() -> None:
    leg = Leg(tone(6, 700), babble(6, 9), 2.0, consult=True)
    assert not join(babble(20, 1), [leg], RATE)[:, 1].any()


def test_given_two_legs_when_joined_then_both_agents_are_on_the_right_side() -> None:
    customer = babble(30, 1)
    legs = [
        Leg(tone(10, 440), customer[2 * RATE : 12 * RATE], 0.0),
        Leg(tone(10, 700), customer[18 * RATE : 28 * RATE], 0.0),
    ]
    stereo = join(customer, legs, RATE)
    assert stereo.shape == (30 * RATE, 2)
    assert np.array_equal(stereo[:, 0], customer)
    assert tone_dbfs(stereo[3 * RATE : 11 * RATE, 1], RATE, 440) > -20
    assert tone_dbfs(stereo[19 * RATE : 27 * RATE, 1], RATE, 700) > -20
    assert not stereo[13 * RATE : 17 * RATE, 1].any()


def test_given_an_agent_who_goes_on_after_the_customer_when_joined_then_the_end_is_kept() -> None:
    customer = babble(10, 1)
    leg = Leg(np.concatenate([silence(4), tone(6, 440)]), customer[5 * RATE :], 0.0)
    stereo = join(customer, [leg], RATE)
    assert len(stereo) == 15 * RATE
    assert not stereo[10 * RATE :, 0].any() and stereo[11 * RATE :, 1].any()


def test_loud_agents_do_not_wrap_around() -> None:
    loud = tone(2, 440, level=32000)
    leg = Leg(loud, babble(2, 1), 0.0)
    both = join(babble(2, 1), [leg, leg], RATE)[:, 1]
    assert both.max() == 32767 and both.min() == -32768


def test_a_leg_that_only_rang_is_not_answered() -> None:
    assert not Leg(silence(3), silence(3), 0.0).answered
    assert not Leg(silence(0), silence(0), 0.0).answered
    assert Leg(silence(3), tone(1, 440), 0.0).answered
