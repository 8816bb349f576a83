"""Short messages against a message centre on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.channel_settings import SmppChannel
from ari_app.notify.channel import Doubt, Notice, Receipt, Refused, Unsent
from ari_app.notify.smpp import Smpp
from ari_app.notify.smpp_delivered import receipt
from ari_app.notify.smpp_pdus import split
from ari_app.outside import message_centre as smsc_module
from ari_app.outside.message_centre import ANSWER, DELIVER, ENQUIRE, THROTTLED, UNBIND, Smsc

pytestmark = pytest.mark.unit

NOTICE = Notice("message:1", "+8613800138000", "zh", "report_draft", "编号BA-1,请再次拨打")


@pytest.fixture
async def centre() -> AsyncIterator[Smsc]:
    async with Smsc() as running:
        yield running


def given_to(centre: Smsc, **more: object) -> SmppChannel:
    shape = {"name": "sms", "kind": "smpp", "host": "127.0.0.1", "port": centre.port,
             "user": "claims", "from": "10690001", "timeout": 2.0}  # fmt: skip
    return SmppChannel.model_validate(shape | more)


@pytest.fixture
async def channel(centre: Smsc) -> AsyncIterator[Smpp]:
    made = Smpp(given_to(centre), "secret")
    yield made
    await made.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_given_chinese_text_when_sent_then_it_arrives_as_ucs_2(
    centre: Smsc, channel: Smpp
) -> None:
    assert await channel.send(NOTICE, 0) == "id000001"
    (short,) = centre.taken
    assert (short.text, short.coding, short.to) == (NOTICE.body, 8, "8613800138000")
    assert (short.sender, short.udh) == ("10690001", b"")


@pytest.mark.parametrize(("letter", "coding", "most"), [("理", 8, 134), ("a", 0, 153)])
async def test_given_a_long_text_when_sent_then_parts_that_a_phone_joins(
    centre: Smsc, channel: Smpp, letter: str, coding: int, most: int
) -> None:
    notice = replace(NOTICE, body=letter * 400)
    count = channel.parts(notice)
    for part in range(count):
        await channel.send(notice, part)
    assert [short.udh[3:] for short in centre.taken] == [
        bytes((centre.taken[0].udh[3], count, number)) for number in range(1, count + 1)
    ]
    assert "".join(short.text for short in centre.taken) == notice.body
    assert all(len(short.octets) <= most for short in centre.taken)
    assert {short.coding for short in centre.taken} == {coding}
    assert len({short.reference for short in centre.taken}) == count


@given(st.text(min_size=1, max_size=700).map(Notice.clean).filter(bool))
def test_any_text_comes_together_again_and_no_character_is_divided(text: str) -> None:
    pieces, wide = split(text, 7)
    headers = 6 if len(pieces) > 1 else 0
    assert all(len(piece) <= 140 if wide else len(piece) <= 160 for piece in pieces)
    if wide:
        assert "".join(piece[headers:].decode("utf-16-be") for piece in pieces) == text
    else:
        assert not any(piece[-1] == 0x1B for piece in pieces)


async def test_signs_that_take_two_octets_are_not_divided(centre: Smsc, channel: Smpp) -> None:
    assert all(piece[-1] != 0x1B for piece in split("a" + "€" * 200, 1)[0])
    emoji = replace(NOTICE, body="理" + "🚗" * 60)
    for part in range(channel.parts(emoji)):
        await channel.send(emoji, part)
    assert "".join(short.text for short in centre.taken) == emoji.body


async def test_given_the_answer_is_lost_when_sent_then_doubt_and_the_next_binds_again(
    centre: Smsc, channel: Smpp
) -> None:
    centre.cut = [True]
    with pytest.raises(Doubt):
        await channel.send(NOTICE, 0)
    await channel.send(NOTICE, 0)
    assert (len(centre.taken), centre.doubles(), centre.binds) == (2, 1, 2)
    assert centre.taken[0].reference == centre.taken[1].reference


async def test_a_centre_that_says_nothing_leaves_a_doubt(centre: Smsc) -> None:
    channel = Smpp(given_to(centre, timeout=0.2), "secret")
    await channel.look()
    centre.silent = True
    with pytest.raises(Doubt):
        await channel.send(NOTICE, 0)
    channel.abort()


@pytest.mark.parametrize(("status", "outcome"), [(THROTTLED, Unsent), (0x0B, Refused),
                                                 (0x14, Unsent), (0x4FF, Refused)])  # fmt: skip
async def test_what_a_refusal_means(
    centre: Smsc, channel: Smpp, status: int, outcome: type[Exception]
) -> None:
    centre.status = lambda to: status
    with pytest.raises(outcome, match="ESME_R|status 0x4ff"):
        await channel.send(NOTICE, 0)


async def test_given_a_wrong_password_when_looked_then_it_says_so(centre: Smsc) -> None:
    channel = Smpp(given_to(centre), "wrong")
    with pytest.raises(Unsent, match="the password is refused"):
        await channel.look()


async def test_given_nobody_there_when_looked_then_it_says_so(centre: Smsc) -> None:
    settings = given_to(centre)
    await centre.__aexit__()
    with pytest.raises(Unsent, match="nobody answers"):
        await Smpp(settings, "secret").look()
    with pytest.raises(Unsent, match="password"):
        async with Smsc() as other:
            await Smpp(given_to(other), "longer than nine").look()


async def test_receipts_are_stored_before_they_are_acknowledged(centre: Smsc) -> None:
    heard: list[Receipt] = []

    async def take(told: Receipt) -> None:
        if not heard:
            heard.append(told)
            raise OSError("the disk is away")
        heard.append(told)

    channel = Smpp(given_to(centre), "secret", take)
    centre.receipts = "DELIVRD"
    await channel.send(NOTICE, 0)
    await until(lambda: (DELIVER | ANSWER, 8) in centre.heard)
    await centre.deliver(centre.receipt(centre.taken[0], "UNDELIV"))
    await until(lambda: (DELIVER | ANSWER, 0) in centre.heard)
    reference = centre.taken[0].reference
    assert heard[0] == Receipt("id000001", "+8613800138000", "delivered", "", reference)
    assert (heard[1].state, heard[1].reason) == ("failed", "UNDELIV")
    await channel.close()
    assert (UNBIND, 0) in centre.heard


async def test_what_became_of_a_message_can_be_asked(centre: Smsc, channel: Smpp) -> None:
    message_id = await channel.send(NOTICE, 0)
    assert await channel.ask(NOTICE.key, 0, message_id) == "sent"
    centre.states[message_id] = smsc_module.DELIVERED
    assert await channel.ask(NOTICE.key, 0, message_id) == "delivered"
    centre.states[message_id] = smsc_module.UNDELIVERABLE
    assert await channel.ask(NOTICE.key, 0, message_id) == "failed"
    assert await channel.ask(NOTICE.key, 0, "unheard-of") == "missing"
    assert await channel.ask(NOTICE.key, 0, "") is None


async def test_a_connection_is_kept_and_made_again(
    centre: Smsc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ari_app.notify.smpp.AGAIN_S", (0.05, 0.1))
    channel = Smpp(given_to(centre, enquire=0.1), "secret")
    keeping = asyncio.get_running_loop().create_task(channel.keep())
    await until(lambda: (ENQUIRE, 0) in centre.heard)
    centre.drop()
    await until(lambda: centre.binds == 2)
    keeping.cancel()
    await channel.close()


async def test_a_centre_that_falls_silent_is_left(centre: Smsc) -> None:
    channel = Smpp(given_to(centre, enquire=0.1, timeout=0.2), "secret")
    await channel.look()
    session = channel._session
    assert session is not None
    centre.silent = True
    async with asyncio.timeout(5):
        await session.ended.wait()


async def test_what_is_no_smpp_ends_the_connection(centre: Smsc, channel: Smpp) -> None:
    await channel.look()
    session = channel._session
    assert session is not None
    await centre.deliver(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    async with asyncio.timeout(5):
        await session.ended.wait()
    await channel.look()


@given(st.binary(max_size=200))
def test_no_receipt_breaks_the_reader(body: bytes) -> None:
    try:
        receipt(body)
    except ValueError:
        pass
