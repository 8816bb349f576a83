"""What is compared: the product's call, and the same by the dialplan alone.

All answered ones say the same: the emergency sentence until the caller presses 0, the announcement
of the recording, then an agent, then goodbye. They share the trunk, the phones and the Asterisk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ari_app.installed import assets
from benchmarks.load.job import Job, Until

PRODUCT = "5550100"
RING_S, TALK_S, PRESS_AT_S = 0.2, 3.4, 1.0
PROMPTS_S = 7.0
"""Seconds in which a caller hears prompts: one before his key, the announcement, the goodbye."""
ANNOUNCED = "recording-short"
QUIET_S = 0.6
"""What the product leaves after the announcement, to be refused."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of call. `ours` are led by the app; `until` cuts a call short, to see the parts."""

    name: str
    number: str
    what: str
    keys: bool = True
    until: Until = "pbx"

    @property
    def ours(self) -> bool:
        return self.number == PRODUCT

    def job(self, count: int, rate: float) -> Job:
        prompt = assets() / "sounds" / "zh" / f"{ANNOUNCED}.ulaw"
        after = prompt.stat().st_size / 8000 + QUIET_S / 2
        return Job(
            self.number, count, rate, key="0" if self.keys else "", press_at=PRESS_AT_S,
            prompt=str(prompt), ring=RING_S, talk=TALK_S, until=self.until, after=after,
        )  # fmt: skip


FLOWS = (
    Flow("product", PRODUCT, "the product as installed"),
    Flow("dialplan", "5550183", "the same prompts, Dial and recordings without ARI"),
    Flow("app_queue", "5550184", "the same prompts and recordings, Queue instead of Dial"),
    Flow("dial", "5550180", "Dial alone: nothing said, nothing recorded", keys=False),
)
PARTS = (
    Flow("unrecorded", "5550181", "dialplan, no recording"),
    Flow("customer only", "5550182", "dialplan, the customer recorded, the agent not"),
    Flow("product to the announcement", PRODUCT, "the caller leaves after it", until="prompt"),
    Flow("dialplan to the announcement", "5550183", "the caller leaves after it", until="prompt"),
    Flow("product to the ringing", PRODUCT, "the caller leaves in it", until="ring"),
    Flow("dialplan to the ringing", "5550183", "the caller leaves in it", until="ring"),
    Flow("product to the talk's end", PRODUCT, "the caller hangs up", until="talk"),
    Flow("dialplan to the talk's end", "5550183", "the caller hangs up", until="talk"),
)
BY_NAME = {flow.name: flow for flow in (*FLOWS, *PARTS)}

MEMBERS = "bench"


def dialplan(phones: Sequence[str]) -> str:
    """What is added to the product's own dialplan, whose routines for recording it uses."""
    first, count = phones[0], len(phones)
    return f"""
[from-trunk](+)
exten => 5550180,1,Goto(bench-dial,s,1)
exten => 5550181,1,Goto(bench-plain,s,1)
exten => 5550182,1,Goto(bench-customer,s,1)
exten => 5550183,1,Goto(bench-recorded,s,1)
exten => 5550184,1,Goto(bench-queue,s,1)

; Round robin.
[bench-next]
exten => s,1,Set(GLOBAL(BENCH)=$[(0${{GLOBAL(BENCH)}}+1)%{count}])
 same => n,Set(BENCHPHONE=$[{first}+${{GLOBAL(BENCH)}}])
 same => n,Return()

[bench-dial]
exten => s,1,Gosub(bench-next,s,1)
 same => n,Dial(PJSIP/${{BENCHPHONE}},20)
 same => n,Hangup()

{_said("bench-plain", "Set(__RECORD=no)", _DIAL)}
{_said("bench-customer", "Set(__RECORD=yes)", _DIAL_ONE)}
{_said("bench-recorded", "Set(__RECORD=yes)", _DIAL)}
{_said("bench-queue", "Set(__RECORD=yes)", _QUEUE)}
"""


_DIAL = """ same => n,Gosub(bench-next,s,1)
 same => n,Dial(PJSIP/${BENCHPHONE},20,gb(leg-begin^s^1(${BENCHPHONE})))"""
_DIAL_ONE = """ same => n,Gosub(bench-next,s,1)
 same => n,Dial(PJSIP/${BENCHPHONE},20,g)"""
_QUEUE = f""" same => n,Queue({MEMBERS},cb(leg-begin^s^1(queue)),,,60)"""


def _said(context: str, consent: str, connect: str) -> str:
    """The prompts, the line's own recorder, the talk's, and goodbye."""
    return f"""
[{context}]
exten => s,1,Set(CHANNEL(language)=zh)
 same => n,Set(__CALLID=${{UNIQUEID}})
 same => n,Answer()
 same => n,Background(cl/emergency)
 same => n,Background(cl/greeting)
 same => n,WaitExten(10)
 same => n,Hangup()
exten => 0,1,Playback(cl/{ANNOUNCED})
 same => n,Wait({QUIET_S})
 same => n,{consent}
 same => n,GotoIf($["${{RECORD}}"!="yes"]?talk)
 same => n,MixMonitor(,r(${{CALLID}}-line-customer.wav)i(LINERECORDER))
 same => n,StopMixMonitor(${{LINERECORDER}})
 same => n(talk),Gosub(talk-begin,s,1)
{connect}
 same => n,Gosub(talk-recorder-off,s,1)
 same => n,Playback(cl/goodbye)
 same => n,Hangup()
"""


def queue(phones: Sequence[str]) -> str:
    """The static queue of the comparison: the longest idle first, as the product's plan has it."""
    members = "\n".join(f"member => PJSIP/{number}" for number in phones)
    return f"""
[{MEMBERS}]
strategy = leastrecent
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = no
joinempty = yes
musicclass = default
{members}
"""


PLAN = f"""
[line]
name      = {{ zh = "测量", en = "Measured" }}
numbers   = {{ {PRODUCT} = "zh" }}
hours     = "always"
handlers  = "always"
menu      = "main"
emergency = "all"

[hours.always]
weekly = {{ mon-sun = ["00:00-24:00"] }}

[menu.main]
say  = "menu-main"
keys = {{ 0 = "person" }}

[queue.all]
title   = {{ zh = "全部", en = "All" }}
ring    = 20
wrap_up = 0
pick    = "idle"
patience = 3600

[[queue.all.step]]
need = {{ language = 5 }}
for  = 5

[[queue.all.step]]
need = "any"

[[rule]]
name   = "All"
queue  = "all"
reason = {{ zh = "全部", en = "all" }}
"""
