"""A follow-up by the line, over the telephone: keys, a spoken remark, and what comes of them."""

from __future__ import annotations

import pytest

from ari_app.clock import SystemClock
from claims_store import call_orders, complaints, feedback, follow_ups
from claims_store.complaints import Complaint
from claims_store.feedback import Feedback
from claims_store.store import Session
from claims_store.tables import FollowUpRow
from tests.real.house import House, until
from tests.real.talks import LOW
from tests.real.together import together
from tests.real.trunks.test_calls_out import a_claim, heard, hears, picks_up

pytestmark = pytest.mark.real

ASKED = "13700138907"
QUESTIONS = ("received", "speed", "recommend", "remark")


@together
async def test_the_line_asks_and_what_was_keyed_and_said_is_kept(house: House) -> None:
    claim = await a_claim(house)
    now, key = SystemClock().now(), follow_ups.key_of(claim, 99)

    def begin(s: Session) -> None:
        s.add(FollowUpRow(claim=claim, seq=99, way="line", state="asked", reason="", due=now))
        call_orders.order(s, key, "follow_up", ASKED, now, about=claim, language="en",
                          window="now", values={"questions": list(QUESTIONS)})  # fmt: skip

    await house.store.run(begin)
    voice = await picks_up(house, ASKED)
    for name, keys in (
        ("out-is-it-you", "1"), ("followup-received", "1"), ("followup-speed", "2"),
        ("followup-recommend", "10"),
    ):  # fmt: skip
        await hears(voice, name)
        voice.presses(keys)
    await hears(voice, "beep", 30)
    voice.says(LOW, 2.0)
    await hears(voice, "out-goodbye", 30)

    async def given() -> tuple[Feedback, Complaint] | None:
        found = await house.store.run(feedback.get, key)
        made = await house.store.run(complaints.listing, about=claim)
        return (found, made[0]) if found and found.clip and made else None

    said = await until(given, 20)
    assert said is not None
    found, made = said
    assert found.scores == {"received": 1, "speed": 2, "recommend": 10}
    assert (made.stage, made.department) == ("drafted", "review")
    order = ("out-greeting", "followup-intro", "rate-sorry", "followup-thanks", "out-goodbye")
    assert heard(voice, *order) == order
    kept = house.settings.recordings / f"{found.clip}.sealed"

    async def sealed() -> bool:
        return kept.exists()

    await until(sealed, 20)
    assert not list(house.settings.state.rglob(f"{found.clip}.wav")), "nothing plain is left"
