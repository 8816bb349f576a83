"""The voice report on a real Asterisk without any app: dialled, spoken, keyed, hung up."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ari_app.outside.customer import Customer
from ari_app.outside.ear import Heard
from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.render import assets, find_asterisk
from ari_app.speech.audio import read_wav, tone_dbfs
from claims_store.voice_spool import SUFFIX, VoiceReport, read
from tests.real import bare as bare_module
from tests.real.bare import NUMBER, bare_pbx
from tests.real.listening import write_tone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
WRAPPER = """#!/bin/sh
cd '{root}' && CLAIMLINE_SPOOL='{spool}' exec '{python}' -m agi_scripts.voice_report
"""
DIALPLAN = """
[general]
static = yes
[from-trunk]
exten => {{number}},1,Answer()
 same => n,Set(CHANNEL(language)=en)
 same => n,AGI({wrapper})
 same => n,Playback(cl/fallback-thanks)
 same => n,Hangup()
"""


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("net") / "report spool"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def net(spool: Path) -> AsyncIterator[OutsideWorld]:
    """A PBX that knows nothing but the script, and customers who ring it."""
    wrapper = spool.parent / "voice-report"
    wrapper.write_text(WRAPPER.format(root=ROOT, spool=spool, python=sys.executable))
    wrapper.chmod(0o700)
    asterisk = find_asterisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bare_module, "EXTENSIONS", DIALPLAN.format(wrapper=wrapper))
        async with bare_pbx(asterisk) as running, outside_world(running.target, asterisk) as world:
            give_prompts(running.spool.parent)
            yield world


def give_prompts(state: Path) -> None:
    """The bare PBX has no prompts of ours: point its link at them."""
    (link,) = (path for path in state.rglob("c*") if path.parts[-2:] == ("en", "cl"))
    link.unlink()
    link.symlink_to(assets() / "sounds" / "en")


def reports_in(spool: Path) -> set[Path]:
    return set(spool.glob(f"*{SUFFIX}"))


def modes_in(spool: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in spool.iterdir()}


async def left(spool: Path, known: set[Path]) -> VoiceReport:
    """The report of the newest call, once its script has ended."""
    end = asyncio.get_running_loop().time() + 10
    while asyncio.get_running_loop().time() < end:
        for path in reports_in(spool) - known:
            if (report := read(path)).finished:
                return report
        await asyncio.sleep(0.05)  # nothing announces it
    raise AssertionError("no finished report in the spool")


async def ring(net: OutsideWorld, caller: str) -> Customer:
    """A customer who has heard the invitation and the tone."""
    customer = net.customer()
    assert await customer.dial(NUMBER, caller) is None
    assert await customer.listen_until_quiet(0.8) is Heard.QUIET
    return customer


async def speaks_again(customer: Customer) -> None:
    """The line has gone on to its next sentence, into which the caller will press."""
    async with asyncio.timeout(10):
        await asyncio.sleep(0.6)  # the sentence that was cut off rings out
        while not (customer.hears_talking or customer.over):  # noqa: ASYNC110 - heard, not announced
            await asyncio.sleep(0.05)


async def test_a_report_is_spoken_and_another_number_keyed(
    net: OutsideWorld, spool: Path, tmp_path: Path
) -> None:
    customer = await ring(net, "+8613800138000")
    assert await customer.speak(write_tone(tmp_path / "said.wav", 440, 3.0))
    for keys in ("#", "2", "02161234567#", "1"):
        await customer.press(keys)
        await speaks_again(customer)
    await customer.ended()
    report = await left(spool, set())
    assert (report.caller, report.callback) == ("+8613800138000", "02161234567")
    assert report.language == "en" and report.sip_call_id
    sound = read_wav(spool / report.audio)
    assert sound.seconds == pytest.approx(3.0, abs=1.5)
    assert tone_dbfs(sound.samples[4000:20000], sound.rate, 440) > -30


async def test_a_caller_who_hangs_up_while_he_speaks_has_left_what_he_said(
    net: OutsideWorld, spool: Path, tmp_path: Path
) -> None:
    known = reports_in(spool)
    customer = await ring(net, "+8613900139000")
    assert await customer.speak(write_tone(tmp_path / "said.wav", 440, 2.0))
    await customer.hang_up()
    report = await left(spool, known)
    assert report.caller == "+8613900139000" and report.callback == ""
    assert tone_dbfs(read_wav(spool / report.audio).samples[4000:14000], 8000, 440) > -30
    assert modes_in(spool) == {0o600}
