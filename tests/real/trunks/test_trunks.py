"""Trunks and phones for real: a carrier that demands registration, limits, headers, encryption."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from ari_app.outside.target import read_target
from ari_app.pbx import verbs
from ari_app.render import ARI_USER, TOLD_AT_ONCE
from ari_app.secrets_file import load_or_make
from ari_app.settings import load_ports
from claims_store import calls
from tests.real import hearing, plan
from tests.real.carrier import BUSY, DEAD, EXTERNAL, NAME, RTP
from tests.real.house import House, until
from tests.real.rawsip import HOST, SipCall, SipEnd
from tests.real.sip import SipPhone
from tests.real.talks import WITH_REPORT, hear_each_other, is_served, talk
from tests.real.together import together

pytestmark = pytest.mark.real

ENGLISH = "5550101"
NUMBER = "+8613800138901"
PAI = "<sip:008613800137713@carrier.example>"
ELSEWHERE = "127.0.0.3"
"""An address from which the house is seen as its `external` one."""


async def trunk_of(house: House, name: str) -> dict[str, Any]:
    """What `claimline trunks list` says of it."""
    code, said = await house.claimline("trunks", "list", "--json")
    assert code == 0, said
    rows: list[dict[str, Any]] = json.loads(said)
    return next(row for row in rows if row["name"] == name)


async def becomes(house: House, name: str, state: str, limit: float = 25) -> None:
    found: dict[str, Any] = {}

    async def there() -> bool:
        nonlocal found
        found = await trunk_of(house, name)
        return bool(found["state"] == state)

    try:
        await until(there, limit)
    except TimeoutError:
        raise AssertionError(f"{found}, not {state}") from None


async def heard(call: SipCall, name: str, limit: float = 15) -> None:
    """Wait until a prompt is in what it hears."""

    async def there() -> bool:
        assert call.ear is not None
        return bool(hearing.all_prompts(hearing.normal(call.ear.sound), [name]))

    await until(there, limit)


async def row_of(house: House, call_id: str) -> dict[str, Any]:
    """The ledger's call of a dialog, once it is closed."""

    async def there() -> str:
        rows = await house.store.run(calls.listing, 60)
        found = (row for row in rows if row.sip_call_id == call_id and row.ended is not None)
        return next((row.call_id for row in found), "")

    return await house.show(await until(there, 10))


async def tries(house: House, number: str, *more: str) -> tuple[int, dict[str, Any]]:
    code, said = await house.claimline("trunks", "try", number, "--json", *more)
    assert said.startswith("{"), said
    return code, json.loads(said)


def end_of(house: House, name: str) -> SipEnd:
    """Somebody who has the credentials of a trunk that signs in at us."""
    sip = house.endpoints["sip"]
    password = load_or_make(house.settings.state, []).of_trunk(name)
    return SipEnd((sip["host"], sip["port"]), name, password)


@together
async def test_a_carrier_at_which_we_register_calls_and_is_called(house: House) -> None:
    await becomes(house, "far", "registered")
    await _is_called(house)
    await _calls_out(house)
    await _is_lost_and_back(house)


async def _is_called(house: House) -> None:
    """He proves nothing: the registration's secret word is what he is known by."""
    call, answer = await house.carrier.calls("8613800137701")
    assert answer.status == 200, answer.first
    await heard(call, "greeting")
    assert (await call.hang_up()).status == 200
    row = await row_of(house, call.call_id)
    assert (row["caller"], row["dialled"]) == ("+8613800137701", ENGLISH)


async def _calls_out(house: House) -> None:
    """Within what is allowed, in the carrier's way of writing, over the next trunk if he fails."""
    carrier = house.carrier
    code, said = await tries(house, NUMBER)
    assert (code, said["trunk"], said["outcome"]) == (0, "far", "answered"), said
    assert hearing.all_prompts(hearing.normal(carrier.ears[-1].sound), ["trunk-test"])
    user, number, sender = carrier.dialled[-1]
    assert (user, number) == (NAME, "8613800138901") and f"sip:{NAME}@" in sender
    before = len(carrier.dialled)
    for forbidden in ("+18765550123", "+8621640012345", "110"):
        code, said = await tries(house, forbidden)
        assert code == 1 and said["trunk"] == "" and said["outcome"] in ("not_allowed", "no_number")
    assert len(carrier.dialled) == before, "nothing was dialled"
    code, said = await tries(house, f"+86{BUSY}")
    assert (code, said["trunk"], said["outcome"]) == (1, "far", "busy")
    code, said = await tries(house, f"+86{DEAD}")
    assert (code, said["trunk"], said["outcome"]) == (0, "narrow", "answered")
    assert carrier.dialled[-1][:2] == ("narrow", f"0086{DEAD}")
    code, said = await tries(house, f"+86{DEAD}", "--trunk", "far")
    assert (code, said["outcome"]) == (1, "tried")


async def _is_lost_and_back(house: House) -> None:
    house.carrier.silent = True
    try:
        await becomes(house, "far", "unreachable")
        code, said = await tries(house, NUMBER)
        assert (code, said["trunk"]) == (0, "narrow"), "a lost trunk is not dialled over"
    finally:
        house.carrier.silent = False
    await becomes(house, "far", "registered")


@together
async def test_who_writes_a_trunks_name_into_from_is_a_stranger(house: House) -> None:
    """Only a peer's password, or the word of the registration, opens the door."""
    stranger = await end_of(house, "nobody").open()
    try:
        for name in ("far", "narrow", NAME, "231"):
            call = SipCall(stranger)
            answer = await call.invite(ENGLISH, sender=f"<sip:{name}@{HOST}>")
            call.close()
            assert answer.status == 401, answer.first
            rows = await house.store.run(calls.listing, 60)
            assert call.call_id not in [row.sip_call_id for row in rows]
    finally:
        stranger.close()


@together
async def test_one_call_more_than_a_trunk_may_bring_is_told_so(house: House) -> None:
    """And each header means what this carrier says it means."""
    end = await end_of(house, "narrow").open()
    first, second, third, *more = (SipCall(end) for _ in range(4 + TOLD_AT_ONCE))
    try:
        await _comes_in(
            first, "P-Asserted-Identity: <sip:008613800137711@carrier.example>",
            "Diversion: <sip:00862164001234@carrier.example>;reason=unconditional",
        )  # fmt: skip
        await heard(first, "greeting")
        await _comes_in(second, "P-Asserted-Identity: <sip:00442079460018@carrier.example>")
        answers = [await each.invite(ENGLISH, f"P-Asserted-Identity: {PAI}") for each in more]
        told_by_carrier = [answer.status for answer in answers]
        assert told_by_carrier == [200] * (TOLD_AT_ONCE - 1) + [503, 503], told_by_carrier
        for each in (second, more[0]):
            await heard(each, "emergency-short")
            await heard(each, "lines-full")
        told = await row_of(house, second.call_id)
        assert told["caller"] == "+442079460018"
        assert (await house.outcome(told["call_id"])) == "turned_away"
        await first.hang_up()
        row = await row_of(house, first.call_id)
        assert row["caller"] == "+8613800137711"
        assert [e["by"] for e in row["events"] if e["event"] == "forwarded"] == ["+862164001234"]
        await _comes_in(third, "P-Asserted-Identity: <sip:008613800137712@carrier.example>",
                        "Privacy: id")  # fmt: skip
        await heard(third, "greeting")
        await third.hang_up()
        assert not (await row_of(house, third.call_id))["caller"], "he hides his number"
    finally:
        for each in (first, second, third, *more):
            await each.leave()
        end.close()


@together
async def test_who_is_outside_is_told_the_external_address_and_who_is_near_the_own_one(
    house: House,
) -> None:
    """In the contact and for the sound; its port is one of those that the firewall lets through."""
    for place, seen in ((ELSEWHERE, EXTERNAL), (HOST, HOST)):
        end = await end_of(house, "trunk").open(host=place)
        call = SipCall(end)
        try:
            answer = await call.invite(ENGLISH, sender=f"<sip:{house.number()}@{place}>")
            assert answer.status == 200, answer.first
            assert f"sip:{seen}:" in answer.headers["contact"], answer.headers
            assert f"c=IN IP4 {seen}" in answer.body, answer.body
            port = int(answer.body.partition("m=audio ")[2].split()[0])
            assert RTP[0] <= port <= RTP[1]
            assert (await call.hang_up()).status == 200
        finally:
            await call.leave()
            end.close()


async def _comes_in(call: SipCall, *headers: str) -> None:
    answer = await call.invite(ENGLISH, *headers, sender="<sip:exchange@carrier.example>")
    assert answer.status == 200, answer.first


@together
async def test_a_trunk_may_call_and_nothing_else(house: House) -> None:
    """MESSAGE, SUBSCRIBE and REFER are refused, in a call too, and the call goes on."""
    end = await end_of(house, "trunk").open()
    host, port = end.target
    uri = f"sip:{ENGLISH}@{host}:{port}"
    away = f"Refer-To: <sip:201@{host}:{port}>"
    call = SipCall(end)
    try:
        for method, *headers in (
            ("MESSAGE", "Content-Type: text/plain"),
            ("SUBSCRIBE", "Event: presence", "Expires: 60"),
            ("SUBSCRIBE", "Event: dialog", "Accept: a/b", "Expires: 60"),
            ("REFER", away), ("PUBLISH", "Event: presence"), ("REGISTER", "Expires: 60"),
        ):  # fmt: skip
            answer = await end.ask(method, uri, *headers, body="x" if method == "MESSAGE" else "")
            assert answer.status >= 400, (method, answer.first)
        answer = await call.invite(ENGLISH, sender=f"<sip:{house.number()}@{HOST}>")
        assert answer.status == 200
        await heard(call, "greeting")
        refused = await end.ask("REFER", uri, away, call=call)
        assert refused.status >= 400, refused.first
        await heard(call, "menu-main", 40)
        assert (await call.hang_up()).status == 200
        assert (await row_of(house, call.call_id))["agent"] is None
    finally:
        call.close()
        end.close()


@together
async def test_a_phone_speaks_tls_and_its_sound_is_encrypted(house: House) -> None:
    async with house.desk(plan.ENCRYPTED) as desk:
        talking = await talk(house, desk, WITH_REPORT)
        channel = next(each["id"] for each in await house.channels()
                       if each["name"].startswith(f"PJSIP/{plan.ENCRYPTED}-"))  # fmt: skip
        for what in ("CHANNEL(pjsip,secure)", "CHANNEL(rtp,secure,audio)"):
            assert await _variable(house, channel, what) == "1", what
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.hang_up()
        await is_served(talking.caller)


async def _variable(house: House, channel: str, name: str) -> str:
    ports = load_ports(house.settings.state)
    login = aiohttp.encode_basic_auth(ARI_USER, load_or_make(house.settings.state, []).ari)
    uri = verbs.variable(channel, name).uri
    async with (
        aiohttp.ClientSession(headers={"Authorization": login}) as http,
        http.get(f"http://127.0.0.1:{ports.ari}/ari/{uri}", params={"variable": name}) as answer,
    ):
        return str((await answer.json()).get("value"))


@together
async def test_who_is_to_encrypt_gets_no_call_without(house: House) -> None:
    """The phone's own credentials over UDP, with plain sound, are not enough."""
    sip = house.endpoints["sip"]
    secrets = load_or_make(house.settings.state, [])
    phone = SipEnd((sip["host"], sip["port"]), plan.ENCRYPTED, secrets.phones[plan.ENCRYPTED])
    await phone.open()
    call = SipCall(phone)
    try:
        answer = await call.invite("9500")
        assert answer.status == 488, answer.first
    finally:
        call.close()
        phone.close()


@together
async def test_a_softphone_hears_the_sound_check(house: House) -> None:
    """A plain phone, as the how-to has it: register, and dial 9500."""
    number = "201"
    sip, secrets = house.endpoints["sip"], load_or_make(house.settings.state, [])
    phone = await SipEnd((sip["host"], sip["port"]), number, secrets.phones[number]).open()
    call = SipCall(phone)
    try:
        answer = await call.invite("9500")
        assert answer.status == 200, answer.first
        await heard(call, "beep")
        await asyncio.sleep(0.1)  # it may hang up by itself at the same moment
    finally:
        call.close()
        phone.close()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_phone_that_is_added_while_the_system_runs_works_at_once(quiet: House) -> None:
    house, number = quiet, "299"
    code, said = await house.claimline(
        "agents", "add", "nina", "--phone", number, "--skill", "line.motor=8", "--language", "en"
    )
    assert code == 0, said
    (told,) = [phone for phone in house.endpoints["phones"] if phone["number"] == number]
    assert (told["agent"], told["username"]) == ("nina", number) and told["password"] in said
    target = read_target(house.settings.endpoints)
    account = next(each for each in target.phones if each.number == number)
    desk = await SipPhone(target, account).open()
    phone = await SipEnd((target.host, target.port), number, account.password).open()
    call = SipCall(phone)
    try:
        assert await desk.register() == 200
        await house.state_of("nina", "ready")
        assert (await call.invite("9500")).status == 200
        await heard(call, "beep")
        assert await desk.register(expires=0) == 200
        await house.state_of("nina", "offline")
        assert (await trunk_of(house, "far"))["state"] == "registered", "the reload cost nothing"
    finally:
        for end in (call, phone, desk):
            end.close()
