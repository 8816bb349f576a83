"""The database is away while a caller reports: he hears no difference, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from claims_store import claims, journal, line_calls, tasks
from claims_store.errors import StoreAway
from claims_store.journal import Waiting
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import WHOLE, Scene, answers, events, known_as, said

pytestmark = pytest.mark.scene

CUSTOMER = "+8613800138001"


def away(scene: Scene, line: FakeLine, since: str, until: str = "", *, blind: bool = False) -> None:
    """The database goes when a prompt is heard, and comes back when another one is."""
    script = line.reacts
    assert script is not None

    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        if since in prompts:
            scene.store.away, scene.store.blind = True, blind
        if until and until in prompts:
            scene.store.away = scene.store.blind = False
        await script(line, prompts)

    line.reacts = react


def heard(line: FakeLine) -> list[str]:
    """What he heard, without what differs from call to call by chance."""
    return [name for name in said(line) if not name.startswith(("digit-", "num-"))]


def without_chance(shown: dict[str, Any]) -> dict[str, Any]:
    keys = ("report", "missing", "consent", "language", "queue")
    return {key: shown[key] for key in keys}


@pytest.mark.parametrize("since", ["emergency", "menu-main", "ask-safe", "ask-region-code"])
@pytest.mark.parametrize("blind", [False, True])
def test_a_report_is_taken_as_if_nothing_were(scene: Scene, since: str, blind: bool) -> None:
    usual = FakeLine(reacts=answers(WHOLE))
    assert scene.play(usual) == "served"
    line = FakeLine(reacts=answers(WHOLE))
    away(scene, line, since, "goodbye", blind=blind)
    assert scene.play(line) == "served"
    assert heard(line) == heard(usual)
    scene.catch_up()
    assert without_chance(scene.shown(line)) == without_chance(scene.shown(usual))
    assert [each["event"] for each in scene.shown(line)["events"]] == [
        each["event"] for each in scene.shown(usual)["events"]
    ]
    assert journal.waiting(scene.settings.journal) == Waiting(None, 0)


def test_the_number_that_he_hears_is_the_one_that_is_stored(scene: Scene) -> None:
    line = FakeLine(reacts=answers(WHOLE))
    away(scene, line, "ask-any-injury")
    assert scene.play(line) == "served"
    scene.catch_up()
    shown = scene.shown(line)
    spoken = said(line)
    at = spoken.index("report-number")
    tail = "".join(name.removeprefix("digit-") for name in spoken[at + 1 : at + 5])
    assert shown["report_number"].endswith(tail)
    promised = scene.store.run_now(tasks.listing, about=shown["report_number"])
    assert [each.kind for each in promised] == ["handler_calls"]


def test_a_customer_is_nobody_while_nothing_can_be_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StoreAway("for the scene")

    scene.store.away = True
    monkeypatch.setattr(line_calls, "caller", away)
    line = FakeLine(caller=CUSTOMER, reacts=answers(WHOLE))
    assert scene.play(line) == "served"
    assert "ask-policy-known" not in said(line)
    monkeypatch.undo()
    scene.catch_up()
    assert known_as(scene, line) == "C10001", "the ledger finds out later who it was"


def test_a_keyed_policy_finds_its_report_when_it_is_stored(scene: Scene) -> None:
    policy = next(each for each in scene.policies if each.line == "motor" and each.number.isdigit())
    keys = {**WHOLE, "ask-policy": f"{policy.number}#"}
    line = FakeLine(reacts=answers(keys))
    away(scene, line, "ask-any-injury", blind=True)
    assert scene.play(line) == "served"
    scene.catch_up()
    shown = scene.shown(line)
    assert shown["report"]["policy_number"] == policy.number
    claim = scene.store.run_now(claims.by_number, shown["claim_number"])
    assert claim is not None and claim.policy_id == policy.id


def test_my_claim_leads_to_a_person(scene: Scene) -> None:
    scene.ready = ("agent2",)
    keys = {"menu-main": "2", "ask-claim-identify": "0001#"}
    line = FakeLine(caller=CUSTOMER, reacts=answers(keys), phones={"202": FakePhone(talks=5)})
    away(scene, line, "ask-claim-identify", blind=True)
    assert scene.play(line) == "talked"
    scene.catch_up()
    assert events(scene.shown(line), "wants_person")[0]["why"] == "data_late"


def test_waiting_and_talk_go_on(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(reacts=answers({"menu-main": "0"}), phones={"202": FakePhone(talks=20)})
    away(scene, line, "emergency")
    assert scene.play(line) == "talked"
    scene.catch_up()
    shown = scene.shown(line)
    assert (shown["agent"], shown["talk_s"]) == ("agent2", 20.0)
    assert [each["event"] for each in shown["events"]][-3:] == ["offered", "answered", "returned"]


def test_a_journal_that_cannot_be_written_either_leads_to_the_net(scene: Scene) -> None:
    line = FakeLine(reacts=answers(WHOLE))
    away(scene, line, "ask-safe")
    scene.settings.journal.mkdir(parents=True)
    (scene.settings.journal / journal.FILE).mkdir()  # no file can be made there
    assert scene.play(line) == "fallback"
    assert line.acts[-1] == "fallback"
