"""The surveyor's page: shown without a script, acts once, photos sealed, links for one job."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import FormData

from claims_store import access, call_orders, claims, links, moves, reports, surveys, tasks
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import House, driver, fill, ring
from tests.fakes.sounds import leave, tone

pytestmark = pytest.mark.unit

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
JSON = {"Content-Type": "application/json", "Sec-Fetch-Mode": "cors"}


def dispatched(s: Session, house: House, *, accept: str = "") -> tuple[str, str, str]:
    """A claim whose survey is offered: its number, the survey, and the surveyor who is asked."""
    number = ring(s, house.now)
    fill(s, number, house.now)
    claim = number.replace("BA", "CL")
    made = surveys.dispatch(s, claim, house.now)
    assert made is not None
    asked = surveys.offers(s, made.id)[-1].surveyor
    if accept:
        surveys.accept(s, made.id, asked, house.now, "link")
    return claim, made.id, asked


def token(s: Session, house: House, survey: str, whom: str) -> str:
    return links.path("survey", links.make(s, "survey", survey, house.now, whom=whom))


@pytest.fixture
def job(house: House) -> tuple[str, str, str, str]:
    claim, survey, whom = house.store.run_now(dispatched, house)
    return claim, survey, whom, house.store.run_now(token, house, survey, whom)


async def act(client: Client, base: str, name: str, id: str, **data: Any) -> dict[str, Any]:
    body = {"act": name, "id": id, "ago_s": 0, "data": data}
    async with client.post(f"{base}/acts", json=body) as answer:
        assert answer.status == 200, await answer.text()
        said: dict[str, Any] = await answer.json()
        return said


async def test_the_page_shows_the_job_without_a_script_and_no_number(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    _, _, _, base = job
    answer = await client.get(base)
    page = await answer.text()
    assert answer.status == 200 and "geolocation=(self)" in answer.headers["Permissions-Policy"]
    for said in ("陈思远", "追尾", "张杨路", "等红灯时被后车追尾", "接单", "这次不能去"):
        assert said in page
    customer, _ = house.store.run_now(driver)
    assert customer.phone[-8:] not in page and "13900002207" not in page
    form = {"act": "accepted", "id": re.findall(r'name="id" value="(\w+)"', page)[-1]}
    async with client.post(f"{base}/acts", data=form, allow_redirects=False) as done:
        assert (done.status, done.headers["Location"]) == (303, base)
    assert "我出发了" in await (await client.get(base)).text()


async def test_a_survey_from_yes_to_assessed_moves_its_claim(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, whom, base = job
    assert (await act(client, base, "accepted", "act-00001"))["result"] == "done"
    assert (await act(client, base, "left", "act-00002"))["result"] == "done"
    assert (await act(client, base, "arrived", "act-00003", lat="31.2", lon="121.5"))["result"] == (
        "done"
    )
    assert (await act(client, base, "arrived", "act-00003"))["result"] == "done"
    assert (await act(client, base, "left", "act-00009"))["result"] == "already"
    await act(client, base, "line", "act-00004", line="line-0001", part="后保险杠", work="replace",
              amount="1200.50")  # fmt: skip
    await act(client, base, "line", "act-00005", line="line-0002", part="尾灯", work="repair",
              amount="300")  # fmt: skip
    await act(client, base, "line", "act-00006", line="line-0002", part="", work="", amount="0")
    refused = await act(client, base, "line", "act-00007", line="line-0003", part="x", work="eat",
                        amount="-1")  # fmt: skip
    assert refused["result"] == "refused" and refused["sentence"]
    assert (await act(client, base, "done", "act-00008"))["result"] == "done"
    state = house.store.run_now(claims.state_of, claim)
    assert (state.survey, str(state.amount), state.simple) == ("assessed", "1200.50", "once")
    events = [each.event for each in house.store.run_now(claims.journal, claim)]
    assert events[-5:] == [
        "surveyor_left", "surveyor_arrived", "loss_surveyed", "simple_rule_fired",
        "loss_assessed_at_once",
    ]  # fmt: skip
    found = house.store.run_now(surveys.get, survey)
    assert (found.state, found.outcome, found.surveyor) == ("over", "done", whom)


async def test_what_is_not_simple_is_assessed_in_a_second_step(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, _, _, base = job
    for place, name in enumerate(("accepted", "left", "arrived", "done")):
        assert (await act(client, base, name, f"act-1000{place}"))["result"] == "done"
    assert house.store.run_now(claims.state_of, claim).survey == "surveyed"
    assert (await act(client, base, "assessed", "act-20000"))["result"] == "refused"
    await act(client, base, "line", "act-20001", line="line-0001", part="车门", work="replace",
              amount="88000")  # fmt: skip
    assert (await act(client, base, "assessed", "act-20002"))["result"] == "done"
    state = house.store.run_now(claims.state_of, claim)
    assert (state.survey, str(state.amount)) == ("assessed", "88000")


async def test_a_photo_is_sealed_once_and_shown_to_its_surveyor_alone(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, whom, base = job
    await act(client, base, "accepted", "act-00001")
    for _ in range(2):
        async with client.put(f"{base}/photos/photo-001?shot=vin&ago_s=60", data=JPEG) as answer:
            assert (await answer.json())["sha256"] == sha256(JPEG).hexdigest()
    (kept,) = house.store.run_now(surveys.photos, survey)
    assert kept.at == house.now - timedelta(seconds=60)
    sealed = (house.folder / "photos" / kept.file).read_bytes()
    assert JPEG[:64] not in sealed
    async with client.get(f"{base}/photos/photo-001") as answer:
        assert await answer.read() == JPEG and answer.content_type == "image/jpeg"
    for address, body, code in (
        ("photo-002?shot=nothing", JPEG, "shot"), ("photo-003?shot=vin", b"<svg/>" * 9, "kind"),
        ("x?shot=vin", JPEG, "id"), ("photo-004?shot=vin", b"", "kind"),
    ):  # fmt: skip
        async with client.put(f"{base}/photos/{address}", data=body) as answer:
            assert (answer.status, await answer.json()) == (400, {"refused": code})
    other = house.store.run_now(token, house, survey, next(
        f"surveyor{n}" for n in (1, 2, 3) if f"surveyor{n}" != whom))  # fmt: skip
    assert (await client.get(f"{other}/photos/photo-001")).status == 404
    page = await (await client.get(other)).text()
    assert "同事已经接了" in page and "陈思远" not in page
    async with client.put(f"{other}/photos/photo-009?shot=vin", data=JPEG) as answer:
        assert answer.status == 400
    house.store.vault.erase(claim.replace("CL", "report:BA"))
    assert (await client.get(f"{base}/photos/photo-001")).status == 410


async def test_a_link_that_is_wrong_over_or_another_s_opens_nothing(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    _, survey, _, base = job
    wrong = base[:-1] + ("a" if base[-1] != "a" else "b")
    for address in (wrong, "/s/aaaaaaaaaaaaaaaa", "/s/..%2f", base + "aaaaaaaa"):
        answer = await client.get(address)
        assert answer.status == 404 and "陈思远" not in await answer.text()
    async with client.post(f"{wrong}/acts", json={}, headers=JSON) as answer:
        assert (answer.status, await answer.json()) == (404, {"closed": True})
    house.store.run_now(links.end, "survey", survey, house.now)
    assert (await client.get(base)).status == 404


async def test_the_customer_is_called_without_numbers(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, _, whom, base = job
    async with client.post(f"{base}/call", allow_redirects=False) as answer:
        assert answer.status == 409
    await act(client, base, "accepted", "act-00001")
    for _ in range(2):
        async with client.post(f"{base}/call", allow_redirects=False) as answer:
            assert answer.status == 303
    (order,) = [e for e in house.store.run_now(call_orders.listing, claim) if e.script == "connect"]
    assert order.masked and order.record and order.by == whom
    customer, _ = house.store.run_now(driver)
    assert order.to == customer.phone and order.first.endswith("901" + order.first[-1])


async def form(client: Client, base: str, name: str, **given: str) -> None:
    """What the page's form of an act sends without a script."""
    page = await (await client.get(base)).text()
    hidden = r'name="act" value="(\w+)"><input type="hidden" name="id" value="([\w-]+)"'
    ids = dict(re.findall(hidden, page))
    body = {"act": name, "id": ids[name], **given}
    async with client.post(f"{base}/acts", data=body, allow_redirects=False) as answer:
        assert answer.status == 303


async def test_calling_the_street_and_giving_up_need_no_script(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, whom, base = job
    assert "我去不了" not in await (await client.get(base)).text()
    await form(client, base, "accepted")
    await form(client, base, "called")
    await form(client, base, "left")
    await form(client, base, "arrived", near="张杨路 500 号")
    await form(client, base, "given_up", reason="车坏在路上")
    done = {each.act: each for each in house.store.run_now(surveys.acts, survey)}
    assert {each.result for each in done.values()} == {"done"}
    assert done["arrived"].data == {"near": "张杨路 500 号"}
    events = {e.event: e for e in house.store.run_now(claims.journal, claim)}
    assert events["customer_called"].by == whom
    assert events["survey_called_off"].data["reason"] == "车坏在路上"
    found = house.store.run_now(surveys.get, survey)
    assert (found.state, found.surveyor) == ("offered", None)
    (mine,) = [e for e in house.store.run_now(surveys.offers, survey) if e.surveyor == whom]
    assert mine.state == "declined"
    kinds = {each.kind for each in house.store.run_now(tasks.listing, about=claim)}
    assert "survey_nobody" in kinds, "the others are not of this region"


async def test_given_up_without_a_reason_is_told_why_it_is_not_taken(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    _, survey, whom, base = job
    await act(client, base, "accepted", "act-00001")
    said = await act(client, base, "given_up", "act-00002")
    assert said["result"] == "refused" and said["sentence"]
    assert house.store.run_now(surveys.get, survey).surveyor == whom


async def test_the_caller_s_own_words_are_played_in_ranges_logged_and_to_nobody_else(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, whom, base = job
    number = claim.replace("CL", "BA")

    def record(s: Session) -> None:
        reports.answer(s, number, "narrative", "", by="line", source="line", at=house.now,
                       clip="n1-1.2-narrative.wav")  # fmt: skip

    house.store.run_now(record)
    assert (await client.get(f"{base}/clip")).status == 404, "not sealed yet"
    plain = leave(house.folder / "plain", "clip.wav", tone(2, 440))
    key = house.store.vault.new_key(f"report:{number}")
    house.store.vault.seal_file(plain, house.folder / "n1-1.2-narrative.sealed", key)
    whole = plain.read_bytes()
    assert f'src="{base}/clip"' in await (await client.get(base)).text()
    for asked, status, part in (
        (None, 200, whole), ("bytes=0-", 206, whole), ("bytes=44-143", 206, whole[44:144]),
        ("bytes=-50", 206, whole[-50:]), ("bytes=900000-", 416, None),
    ):  # fmt: skip
        async with client.get(f"{base}/clip", headers={"Range": asked} if asked else {}) as answer:
            assert answer.status == status
            assert part is None or await answer.read() == part
    seen = [(e.who, e.what, e.about) for e in house.store.run_now(access.listing)]
    assert seen == [(whom, "clip", claim)], "once, however many ranges"
    await act(client, base, "accepted", "act-00001")
    other = house.store.run_now(token, house, survey, next(
        f"surveyor{n}" for n in (1, 2, 3) if f"surveyor{n}" != whom))  # fmt: skip
    assert (await client.get(f"{other}/clip")).status == 404
    assert (await client.get("/s/aaaaaaaaaaaaaaaa/clip")).status == 404
    assert len(house.store.run_now(access.listing)) == 1
    house.store.vault.erase(f"report:{number}")
    assert (await client.get(f"{base}/clip")).status in (404, 410)


async def test_the_list_shows_a_surveyor_his_surveys_and_nobody_else_s(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    _, _, whom, _ = job
    await enter(client, house, whom)
    page = await (await client.get("/")).text()
    assert "我的查勘任务" in page and "陈思远" in page and 'href="/s/' in page
    await enter(client, house, next(f"surveyor{n}" for n in (1, 2, 3) if f"surveyor{n}" != whom))
    page = await (await client.get("/survey")).text()
    assert "陈思远" not in page


async def test_the_customer_s_own_photos_go_to_a_surveyor_who_assesses_them_or_visits(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, _, _ = job

    def begin(s: Session) -> str:
        row = s.get_one(surveys.jobs.SurveyRow, survey)
        surveys.begin_photos(s, row, house.now)
        return links.path("claim", links.make(s, "claim", claim, house.now, whom="+8613800138001"))

    base = house.store.run_now(begin)
    found = house.store.run_now(surveys.customers_shots, claim)
    assert found is not None
    page = await (await client.get(base)).text()
    assert "请您拍几张照片" in page and f'action="{base}/photos"' in page
    form = FormData()
    for number, (shot, _) in enumerate(found[1]):
        form.add_field(shot.name, JPEG + bytes([number]), filename=f"{number}.jpg")
    async with client.post(f"{base}/photos", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"{base}?told=photos"
    assert len(house.store.run_now(surveys.photos, survey)) == len(found[1])
    asked = house.store.run_now(surveys.offers, survey)[-1]
    assert asked.state == "open"
    theirs = house.store.run_now(token, house, survey, asked.surveyor)
    await act(client, theirs, "accepted", "act-00001")
    page = await (await client.get(theirs)).text()
    assert "客户已自己拍照" in page and "改为上门" in page
    await act(client, theirs, "visit", "act-00002")
    assert house.store.run_now(claims.state_of, claim).survey == "accepted"
    assert house.store.run_now(surveys.get, survey).kind == "visit"


async def test_an_act_for_a_claim_that_ended_is_told_so_and_not_held_back(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, _, _, base = job
    await act(client, base, "accepted", "act-00001")
    handler = Actor("handler1", "handler")
    house.store.run_now(
        moves.move, claim, "claim_withdrawn", handler, house.now, reason="x", heard_in="c"
    )
    said = await act(client, base, "left", "act-00002")
    assert said["result"] == "refused" and "撤案" in said["sentence"]
    async with client.post(f"{base}/acts", json={"act": "eat", "id": "act-00003"}) as answer:
        assert answer.status == 400


async def test_the_claim_s_page_shows_its_survey_and_the_photos_are_logged(
    client: Client, house: House, job: tuple[str, str, str, str]
) -> None:
    claim, survey, _, base = job
    await act(client, base, "accepted", "act-00001")
    async with client.put(f"{base}/photos/photo-001?shot=vin", data=JPEG) as answer:
        assert answer.status == 200
    await enter(client, house, "supervisor")
    page = await (await client.get(f"/claims/{claim}")).text()
    assert survey in page and "1 张照片" in page and f"/claims/{claim}/photos/photo-001" in page
    async with client.get(f"/claims/{claim}/photos/photo-001") as answer:
        assert await answer.read() == JPEG
    assert (await client.get(f"/claims/{claim}/photos/photo-002")).status == 404
