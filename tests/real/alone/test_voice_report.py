"""The net alone on a real Asterisk: no app, no agents. Announced, spoken, keyed, hung up; and with
scripts that hang or are dead."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from ari_app.installed import assets, find_asterisk
from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.render import environment
from ari_app.speech.audio import read_wav, tone_dbfs
from claims_store.net_log import NetLine, parse
from claims_store.voice_spool import SUFFIX, VoiceReport, read
from tests.real import bare as bare_module
from tests.real.bare import bare_pbx
from tests.real.caller import Caller
from tests.real.house import until
from tests.real.talks import LOW, says

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[3]
WRAPPER = """#!/bin/sh
cd '{root}' && CLAIMLINE_SPOOL='{spool}' exec '{python}' -m agi_scripts.voice_report
"""
WELL, HANGS, DEAD = "100", "101", "102"
"""What is dialled says how the script is."""
SCRIPTS = {
    WELL: WRAPPER,
    HANGS: "#!/bin/sh\nexec sleep 60\n",
    DEAD: "#!/bin/sh\nexit 3\n",
}
FROM_TRUNK = """exten => {number},1,Set(CHANNEL(language)=en)
 same => n,Set(__CALLID=${{UNIQUEID}})
 same => n,Set(__RECORD=no)
 same => n,Set(SCRIPT={script})
 same => n,Goto(fallback,s,1)
"""
TIMER = 4
"""Seconds for a script to begin."""


@dataclass
class Net:
    """The PBX under test, and what is left of the calls in it."""

    world: OutsideWorld
    spool: Path
    log: Path

    def caller(self, number: str) -> Caller:
        return Caller(self.world.customer(), number)

    def lines(self, caller: Caller) -> list[NetLine]:
        """What the net told of a call, found by its SIP dialog."""
        found = [parse(line) for line in self.log.read_text("utf-8").splitlines()]
        mine = {each.call_id for each in found if each and caller.sip_call_id in each.data}
        return [each for each in found if each is not None and each.call_id in mine]

    def told(self, caller: Caller) -> list[tuple[str, ...]]:
        return [(each.event, *each.data[:1]) for each in self.lines(caller)]

    async def over(self, caller: Caller) -> None:
        async def ended() -> bool:
            return any(each.event == "NETEND" for each in self.lines(caller))

        await until(ended, 10)

    async def report(self, caller: Caller) -> VoiceReport:
        """What he left, once the script has ended."""

        async def finished() -> VoiceReport | None:
            for path in self.spool.glob(f"*{SUFFIX}"):
                report = read(path)
                if report.sip_call_id == caller.sip_call_id and report.finished:
                    return report
            return None

        found = await until(finished, 10)
        assert found is not None
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def net(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Net]:
    """A PBX that has nothing but the net, and customers who ring it."""
    folder = tmp_path_factory.mktemp("net")
    spool = folder / "report spool"
    values = {"root": ROOT, "spool": spool, "python": sys.executable}
    entries = []
    for number, text in SCRIPTS.items():
        script = folder / number
        script.write_text(text.format(**values))
        script.chmod(0o700)
        entries.append(FROM_TRUNK.format(number=number, script=script))
    template = environment(assets() / "etc").get_template("net.j2")
    shipped = template.render(fallback_wait=5, script_timer=TIMER, agi_report="SCRIPT")
    shipped = shipped.replace("AGI(SCRIPT)", "AGI(${SCRIPT})")
    plan = f"[general]\nstatic = yes\n[from-trunk]\n{''.join(entries)}\n{shipped}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bare_module, "EXTENSIONS", plan.replace("{", "{{").replace("}", "}}"))
        asterisk = find_asterisk()
        async with bare_pbx(asterisk) as running, outside_world(running.target, asterisk) as world:
            state = running.spool.parent
            give_prompts(state)
            yield Net(world, spool, state / "log" / "queue_log")


def give_prompts(state: Path) -> None:
    """The bare PBX has no prompts of ours: point its links at them."""
    for language in ("en", "zh"):
        link = state / "data" / "sounds" / language / "cl"
        link.unlink()
        link.symlink_to(assets() / "sounds" / language)


async def test_every_caller_of_the_net_is_heard_told_or_noted(net: Net) -> None:
    """Side by side: each hears what belongs to him, whatever the others' scripts do."""
    scenarios: list[Awaitable[None]] = [
        speaks_and_keys_another_number(net), hangs_up_while_he_speaks(net),
        refuses_in_his_own_language(net), is_left_by_a_script_that_hangs(net),
        is_left_by_a_script_that_is_dead(net), has_no_number_and_a_dead_script(net),
    ]  # fmt: skip
    await asyncio.gather(*scenarios)
    assert {path.stat().st_mode & 0o777 for path in net.spool.iterdir()} == {0o600}
    assert net.spool.stat().st_mode & 0o777 == 0o700
    assert net.log.stat().st_mode & 0o777 == 0o600


async def speaks_and_keys_another_number(net: Net) -> None:
    caller = net.caller("+8613800138000")
    await caller.dial(WELL)
    await caller.hears("recording-notice", limit=8)
    await caller.presses("15")  # no other key than 9 refuses, and none cuts the sentence off
    await caller.hears_whole("language-other-zh", limit=8)
    await caller.hears("fallback-report", limit=8)
    await caller.hears_whole("beep")
    await says(caller.customer, LOW, 2.0)
    table = {"confirm-phone-keys": "2", "fallback-number": "02161234567#"}
    await caller.presses("#")
    await caller.answers(table, until="phone-read-back")
    await caller.hears("confirm-phone-keys")
    await caller.presses("1")
    table = {"fallback-policy": "827#", "ask-loss-day": "3", "ask-loss-date": "0503",
             "ask-loss-time": "0830"}  # fmt: skip
    await caller.answers(table, until="fallback-thanks")
    await caller.ended()
    report = await net.report(caller)
    assert (report.caller, report.callback) == ("+8613800138000", "02161234567")
    assert (report.policy_keys, report.day_keys, report.time_keys) == ("827", "0503", "0830")
    assert (report.language, report.consent, report.dialled) == ("en", "given", WELL)
    sound = read_wav(net.spool / report.audio)
    assert sound.seconds == pytest.approx(2.5, abs=1.5)
    assert tone_dbfs(sound.samples[4000:12000], sound.rate, LOW) > -30
    await net.over(caller)
    assert net.told(caller) == [
        ("NETBEGIN", "+8613800138000"), ("NETCONSENT", "given"), ("NETREPORT", "kept"),
        ("NETEND", ""),
    ]  # fmt: skip


async def hangs_up_while_he_speaks(net: Net) -> None:
    caller = net.caller("+8613900139000")
    await caller.dial(WELL)
    await caller.hears("fallback-report", limit=20)
    await caller.hears_whole("beep")
    await says(caller.customer, LOW, 2.0)
    await caller.hangs_up()
    report = await net.report(caller)
    assert (report.caller, report.callback) == ("+8613900139000", "")
    assert tone_dbfs(read_wav(net.spool / report.audio).samples[4000:12000], 8000, LOW) > -30
    await net.over(caller)


async def refuses_in_his_own_language(net: Net) -> None:
    caller = net.caller("+8613900139001")
    await caller.dial(WELL)
    await caller.hears("language-other-zh", limit=12)
    await caller.presses("8")
    assert (await caller.hears("recording-notice", limit=8)).language == "zh"
    await caller.presses("9")
    assert (await caller.hears("fallback-unrecorded", limit=4)).language == "zh"
    table = {"confirm-phone-keys": "1", "fallback-policy": "#", "ask-loss-day": "2",
             "ask-loss-time": "2359"}  # fmt: skip
    await caller.hears("fallback-keys", limit=8)
    await caller.answers(table, until="fallback-thanks")
    await caller.ended()
    report = await net.report(caller)
    assert (report.consent, report.audio, report.language) == ("refused", "", "zh")
    assert (report.policy_keys, report.day_keys, report.time_keys) == ("", "2", "2359")
    await net.over(caller)
    assert ("NETCONSENT", "refused") in net.told(caller)


async def is_left_by_a_script_that_hangs(net: Net) -> None:
    caller = net.caller("+8613900139002")
    await caller.dial(HANGS)
    await caller.hears_whole("language-other-zh", limit=20)
    began = time.monotonic()
    await caller.hears_whole("fallback-noted", limit=20)
    assert time.monotonic() - began < TIMER + 8
    await caller.ended()
    await net.over(caller)
    assert net.told(caller)[-2:] == [("NETREPORT", "failed"), ("NETEND", "")]


async def is_left_by_a_script_that_is_dead(net: Net) -> None:
    caller = net.caller("+8613900139003")
    await caller.dial(DEAD)
    await caller.hears_whole("fallback-noted", limit=20)
    await caller.ended()
    await net.over(caller)
    assert ("NETREPORT", "failed") in net.told(caller)


async def has_no_number_and_a_dead_script(net: Net) -> None:
    caller = net.caller("")
    await caller.dial(DEAD)
    await caller.hears_whole("fallback-again", limit=20)
    await caller.ended()
    await net.over(caller)
    assert net.told(caller)[0] == ("NETBEGIN", "")
