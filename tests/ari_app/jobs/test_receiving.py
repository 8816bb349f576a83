"""What people write to us comes in: over a real session with a message centre, in one part or in
several, and as files in a folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import smpp34

from ari_app.channel_settings import SmppChannel
from ari_app.jobs.receiving import LARGEST, Receiving, TextFolders
from ari_app.notify.smpp import Smpp
from ari_app.notify.smpp_delivered import Said, said, text_of
from ari_app.outside.message_centre import Smsc
from claims_store import incoming
from claims_store.store import Store
from tests.ari_app.jobs.posts import NOON, Now
from tests.databases import open_sqlite

pytestmark = pytest.mark.unit

SENDER = "+8613900002207"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    opened = open_sqlite(tmp_path)
    yield opened
    opened.close_now()


def came(store: Store) -> list[tuple[str, str, str]]:
    rows = store.run_now(incoming.listing)
    return sorted((row.channel, row.sender, row.text) for row, _ in rows)


def unit(octets: bytes, coding: int = 8, **more: object) -> bytes:
    fields = {
        "source_addr_ton": 1, "source_addr_npi": 1, "source_addr": SENDER[1:],
        "destination_addr": "10690001", "data_coding": coding, "short_message": octets,
    }  # fmt: skip
    return bytes(smpp34.DeliverSm(**(fields | more)).encode())  # type: ignore[arg-type]


async def test_messages_over_a_session_are_stored_before_they_are_acknowledged(
    kept: Store,
) -> None:
    clock = Now()
    async with Smsc() as centre:
        given = SmppChannel.model_validate({
            "name": "sms", "kind": "smpp", "host": "127.0.0.1", "port": centre.port,
            "user": "claims", "from": "10690001", "timeout": 2.0,
        })  # fmt: skip
        channel = Smpp(given, "secret", None, Receiving(kept, "sms", clock).wrote)
        await channel.look()
        whole = "我的案件到哪一步了？请告诉我下一步。"
        await centre.deliver(unit(whole.encode("utf-16-be")))
        await centre.deliver(unit(whole.encode("utf-16-be")))  # the answer was lost
        long = ("第一部分" * 20).encode("utf-16-be")
        for place in (2, 1):
            octets = long[(place - 1) * 100 : place * 100 if place == 1 else None]
            header = bytes((5, 0, 3, 9, 2, place))
            await centre.deliver(unit(header + octets, esm_class=0x40))
        await centre.deliver(unit(b"where is it", coding=0))
        async with asyncio.timeout(5):
            while len(came(kept)) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert all(status == 0 for _, status in centre.heard)
        await channel.close()
    expected = {whole.replace("？", "?"), "第一部分" * 20, "where is it"}
    assert {text for _, _, text in came(kept)} == expected
    assert {sender for _, sender, _ in came(kept)} == {SENDER}


@pytest.mark.parametrize(
    "body",
    [b"", b"\0", unit(b"x" * 10)[16:30], unit(b"\x00\x03", esm_class=0x40)[16:],
     unit(b"\xff", esm_class=0x40)[16:], unit(b"", coding=8)[16:], unit(b"\xd8", coding=8)[16:]],
)  # fmt: skip
def test_what_cannot_be_read_breaks_nothing(body: bytes) -> None:
    try:
        found = said(body)
    except ValueError:
        return
    assert found is None or isinstance(text_of(found.octets, found.coding), str)


def test_a_part_is_told_by_its_parameters_too() -> None:
    tlvs = [smpp34.Tlv(0x020C, b"\x01\x02"), smpp34.Tlv(0x020E, b"\x03"),
            smpp34.Tlv(0x020F, b"\x02")]  # fmt: skip
    found = said(unit("好".encode("utf-16-be"), tlvs=tlvs)[16:])
    assert found == Said(SENDER, "好".encode("utf-16-be"), 8, 0x0102, 3, 2)


def test_files_are_taken_once_and_gone(kept: Store, tmp_path: Path) -> None:
    folder = tmp_path / "messages" / "in"
    folder.mkdir(parents=True)
    folders = TextFolders(kept, {"file": folder, "other": tmp_path / "nowhere"})
    written = {"from": SENDER, "text": "退订", "id": "m1"}
    (folder / "1.json").write_text(json.dumps(written), "utf-8")
    (folder / "2.json").write_text(json.dumps(written), "utf-8")  # written twice
    (folder / "3.json").write_text(json.dumps({"from": SENDER, "text": "hello"}), "utf-8")
    for name, text in (
        ("bad", "{"), ("list", "[1]"), ("half", '{"from": "x"}'), ("number", '{"from":1,"text":2}'),
        ("big", json.dumps({"from": SENDER, "text": "x" * LARGEST})),
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(text, "utf-8")
    (folder / "link.json").symlink_to(folder / "1.json")
    folders.import_all(NOON)
    folders.import_all(NOON + timedelta(seconds=1))
    assert came(kept) == [("file", SENDER, "hello"), ("file", SENDER, "退订")]
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["bad.bad", "big.bad", "half.bad", "link.bad", "list.bad", "number.bad"]
