"""Messages from their row to the far end and back, over real sockets."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ari_app.channel_settings import Channel as Given
from ari_app.channel_settings import FileChannel, HttpChannel, Notify, SmppChannel
from ari_app.jobs.carrying import NotYet, SetAside
from ari_app.notify.texts import TextProblem
from ari_app.outside.message_centre import DELIVERED, THROTTLED, UNDELIVERABLE, Smsc
from claims_store import backlog, outbox, preferences
from claims_store.consequences import HANDLERS, follow_message
from claims_store.consequences.effects import Follow
from claims_store.rules.contacting import Wants
from claims_store.store import Store
from tests.ari_app.jobs.posts import NOON, TO, House, Now, ask, state_of
from tests.ari_app.notify.ports import free_port
from tests.ari_app.notify.test_smpp import until

pytestmark = pytest.mark.store

FILES = FileChannel(name="file", kind="file")


@pytest.fixture
async def centre() -> AsyncIterator[Smsc]:
    async with Smsc(password="s3cret", receipts="DELIVRD") as running:
        yield running


def sms(port: int, **more: object) -> SmppChannel:
    shape = {"name": "sms", "kind": "smpp", "host": "127.0.0.1", "port": port, "user": "claims",
             "from": "10690001", "timeout": 1.0}  # fmt: skip
    return SmppChannel.model_validate(shape | more)


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
async def houses(store: Store, tmp_path: Path, clock: Now) -> AsyncIterator[list[House]]:
    made: list[House] = []
    yield made
    for each in made:
        await each.end()


Houses = list[House]


def house(
    houses: Houses, store: Store, tmp_path: Path, clock: Now, *channels: Given,
    notify: Notify | None = None,
) -> House:  # fmt: skip
    houses.append(House(store, tmp_path, clock, *channels, notify=notify))
    return houses[-1]


def texts_in(folder: Path) -> list[str]:
    return [file.read_text("utf-8") for file in folder.glob("*.json")]


async def test_a_short_message_is_sent_once_and_its_receipt_is_kept(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    ask(store, "m", values={"number": "长" * 100})
    post = house(houses, store, tmp_path, clock, sms(centre.port))
    await post.send("m")
    await post.send("m")
    assert len(centre.taken) == 3 and centre.doubles() == 0
    await until(lambda: state_of(store, "m").state == "delivered")
    row = state_of(store, "m")
    assert (row.channel, row.parts, row.repeats, row.why) == ("sms", 3, 0, "")
    assert not centre.unheard


async def test_what_did_not_arrive_goes_over_the_next_channel(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    centre.receipts = "UNDELIV"
    ask(store, "m", report="BA-1")
    post = house(houses, store, tmp_path, clock, sms(centre.port), FILES)
    await post.send("m")
    await until(lambda: state_of(store, "m").state == "due")
    await post.send("m>sms")
    row = state_of(store, "m")
    assert (row.state, row.channel, row.report) == ("sent", "file", "BA-1")
    assert len(texts_in(tmp_path / "messages")) == 1


async def test_what_arrives_nowhere_has_failed_and_says_why(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    centre.receipts = "UNDELIV"
    ask(store, "m")
    with contextlib.suppress(SetAside):  # the receipt may be there before the answer is stored
        await house(houses, store, tmp_path, clock, sms(centre.port)).send("m")
    await until(lambda: state_of(store, "m").state == "failed")
    assert state_of(store, "m").why == "UNDELIV"


async def test_a_channel_that_is_away_is_tried_again_then_left_for_the_next(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    ask(store, "m")
    post = house(houses, store, tmp_path, clock, sms(free_port()), FILES)
    waits = []
    for _ in range(12):
        try:
            await post.send("m")
            break
        except NotYet as wait:
            assert wait.reason.startswith("nobody answers") and state_of(store, "m").state == "due"
            waits.append(wait.pause.total_seconds())
            clock.on(wait.pause.total_seconds())
    assert waits == [5, 10, 20, 40, 80, 160, 300, 0]
    assert state_of(store, "m").channel == "file"


async def test_a_message_that_cannot_be_sent_for_a_day_is_set_aside_and_tried_by_hand(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    ask(store, "m")
    centre.status = lambda to: THROTTLED
    post = house(houses, store, tmp_path, clock, sms(centre.port))
    with pytest.raises(NotYet, match="ESME_RTHROTTLED"):
        await post.send("m")
    clock.on(25 * 3600)
    with pytest.raises(SetAside, match="ESME_RTHROTTLED"):
        await post.send("m")
    row = store.run_now(backlog.by_key, "m")
    assert row is not None
    store.run_now(outbox.set_aside, row.id, "ESME_RTHROTTLED")
    (aside,) = store.run_now(backlog.listing, aside=True)
    assert (aside.channel, aside.state, aside.why) == ("sms", "failed", "ESME_RTHROTTLED")
    assert store.run_now(backlog.retry, aside.id, clock.now(), "test")
    assert not store.run_now(backlog.retry, aside.id, clock.now(), "test")
    centre.status = lambda to: 0
    await post.send("m")
    assert state_of(store, "m").state in ("sent", "delivered")


async def test_a_refused_message_goes_over_the_next_channel_at_once(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    centre.status = lambda to: 0x0B
    ask(store, "m")
    await house(houses, store, tmp_path, clock, sms(centre.port), FILES).send("m")
    assert state_of(store, "m").channel == "file"


@pytest.mark.parametrize("names_reference", [True, False])
async def test_a_doubt_is_cleared_by_the_receipt(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc, names_reference: bool
) -> None:
    centre.names_reference = names_reference
    ask(store, "m")
    centre.cut = [True]
    post = house(houses, store, tmp_path, clock, sms(centre.port))
    with pytest.raises(NotYet, match="in_doubt") as wait:
        await post.send("m")
    assert state_of(store, "m").state == "doubtful"
    assert wait.value.pause.total_seconds() == 60
    await post.channels["sms"].look()
    await until(lambda: not centre.unheard)
    await post.send("m")
    row = state_of(store, "m")
    assert (row.state, row.repeats, len(centre.taken)) == ("delivered", 0, 1)


async def test_a_doubt_that_nobody_can_clear_for_a_day_is_set_aside(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    ask(store, "m")
    centre.cut = [True]
    post = house(houses, store, tmp_path, clock, sms(centre.port), FILES)
    with pytest.raises(NotYet, match="in_doubt"):
        await post.send("m")
    clock.on(25 * 3600)
    with pytest.raises(SetAside, match="in_doubt"):
        await post.send("m")


async def test_a_doubt_without_any_news_is_sent_again_and_counted(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc
) -> None:
    centre.receipts = ""
    ask(store, "m")
    centre.cut = [True]
    post = house(houses, store, tmp_path, clock, sms(centre.port, receipt_wait=0.05))
    with pytest.raises(NotYet):
        await post.send("m")
    clock.on(61)
    with pytest.raises(NotYet):  # nobody has listened yet
        await post.send("m")
    await post.channels["sms"].look()
    await until(lambda: post.channels["sms"].listening_s > 0.05)
    await post.send("m")
    assert (len(centre.taken), centre.doubles(), state_of(store, "m").repeats) == (2, 1, 1)
    assert store.run_now(backlog.repeats) == {"sms": 1}
    assert store.run_now(backlog.states) == {"sms": {"sent": 1}}


@pytest.mark.parametrize(
    ("state", "left"), [(DELIVERED, "delivered"), (UNDELIVERABLE, "failed")]
)  # fmt: skip
async def test_a_message_without_a_receipt_is_asked_for(
    store: Store, tmp_path: Path, clock: Now, houses: Houses, centre: Smsc, state: int, left: str
) -> None:
    centre.receipts = ""
    ask(store, "m")
    post = house(houses, store, tmp_path, clock, sms(centre.port))
    await post.send("m")
    assert store.run_now(outbox.due, clock.now(), kind="follow_message") == []
    clock.on(300)
    (row,) = store.run_now(outbox.due, clock.now(), kind="follow_message")
    effects = store.run_now(HANDLERS["follow_message"], row, clock.now())
    assert effects == [Follow("m")]
    with pytest.raises(NotYet, match="no_receipt") as wait:
        await post.post.follow(Follow("m"), clock.now())
    assert wait.value.pause.total_seconds() == 300
    centre.states["id000001"] = state
    await post.post.follow(Follow("m"), clock.now())
    assert state_of(store, "m").state == left
    await post.post.follow(Follow("m"), clock.now())
    assert store.run_now(follow_message.unsettled, "m", NOON) == []


async def test_whoever_declined_a_topic_or_had_enough_is_not_written_to(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    stage = {"text": "stage", "values": {"number": "CL-1", "stage": "已付款"}}
    post = house(houses, store, tmp_path, clock, FILES, notify=Notify(a_day=2, at_most=4))
    for nth in range(4):
        ask(store, f"stage:{nth}", **stage)
        await post.send(f"stage:{nth}")
    told = [(state_of(store, f"stage:{nth}").state, state_of(store, f"stage:{nth}").why)
            for nth in range(4)]  # fmt: skip
    assert told == [("sent", ""), ("sent", "")] + [("suppressed", "enough_today")] * 2
    for nth in range(3):
        ask(store, f"answer:{nth}")
        await post.send(f"answer:{nth}")
    assert state_of(store, "answer:1").state == "sent"
    assert state_of(store, "answer:2").why == "too_many"
    clock.on(86400)
    store.run_now(preferences.put, TO, Wants(off=frozenset({"progress"})), clock.now())
    ask(store, "stage:9", **stage)
    await post.send("stage:9")
    assert state_of(store, "stage:9").why == "declined"


async def test_at_night_a_notice_waits_and_an_answer_does_not(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    post = house(houses, store, tmp_path, clock, FILES)
    clock.on(10.5 * 3600)  # 22:30 in Shanghai
    ask(store, "stage", text="stage", values={"number": "CL-1", "stage": "审核中"})
    ask(store, "answer")
    with pytest.raises(NotYet, match="quiet_hours") as wait:
        await post.send("stage")
    assert wait.value.pause.total_seconds() == 9.5 * 3600
    assert (state_of(store, "stage").state, state_of(store, "stage").why) == ("due", "quiet_hours")
    await post.send("answer")
    clock.on(9.5 * 3600)
    await post.send("stage")
    assert state_of(store, "stage").state == "sent"


async def test_a_person_is_reached_as_he_wishes(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    other = FileChannel(name="other", kind="file", folder="others")
    post = house(houses, store, tmp_path, clock, FILES, other)
    store.run_now(preferences.put, TO, Wants(("other",), "en"), clock.now())
    ask(store, "m")
    await post.send("m")
    (body,) = texts_in(tmp_path / "others")
    assert "Claims line" in body and texts_in(tmp_path / "messages") == []
    ask(store, "only", channel="file")
    await post.send("only")
    assert state_of(store, "only").channel == "file"


async def test_without_an_address_there_is_no_way(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    shape = {"name": "mail", "kind": "http", "url": "http://127.0.0.1:9/", "to": "mail",
             "body": {"t": "{text}"}}  # fmt: skip
    post = house(houses, store, tmp_path, clock, HttpChannel.model_validate(shape))
    ask(store, "m")
    with pytest.raises(SetAside, match="no_way"):
        await post.send("m")


async def test_what_cannot_be_worded_is_not_begun(
    store: Store, tmp_path: Path, clock: Now, houses: Houses
) -> None:
    post = house(houses, store, tmp_path, clock, FILES)
    ask(store, "m", values={})
    with pytest.raises(TextProblem, match="lacks number"):
        await post.send("m")
    assert store.run_now(backlog.states) == {}
    (row,) = store.run_now(backlog.listing)
    assert (row.kind, row.state) == ("message", "")
    assert store.run_now(backlog.counted, NOON)["message"].late == 1
