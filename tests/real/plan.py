"""The plan of the tests' house: the demo's, and a hotline of its own for every desk.

Tests run side by side: who dials a desk's own hotline gets that agent and nobody else, a pair's
the two of the pair, the crew's anybody of the crew. Emergencies go to the emergency desk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ari_app.clock import SystemClock
from ari_app.planning import DEMO_PLAN
from claims_store import people, plans
from claims_store.store import Session

DESKS = tuple(str(phone) for phone in range(201, 231))
EMERGENCY = "216"
PAIRS = tuple(zip(DESKS[16::2], DESKS[17::2], strict=True))
SINGLE = DESKS[:15]
ENCRYPTED = "231"
"""The desk whose phone speaks TLS and SRTP."""
CREW = "5550300"
CREW_DESKS = DESKS[16:21]
"""The number that leads to any of these desks."""
PAIR_RING = 6
"""Seconds for which a pair's phones ring: some tests wait for the end of it."""


def hotline(phone: str) -> str:
    """The number that leads to this desk phone alone; its calls begin in English."""
    return f"5550{phone}"


def pair_hotline(phone: str) -> str:
    """The number that leads to the pair of desks of which this is the first."""
    return f"5551{phone}"


def skills(phone: str) -> dict[str, int]:
    """What makes an agent the one of his desk and of his pair."""
    first = next((pair[0] for pair in PAIRS if phone in pair), phone)
    own = {f"region.990{phone}": 5, f"region.991{first}": 9 if phone == first else 5}
    crew = {"region.993000": 5} if phone in CREW_DESKS else {}
    return own | crew | ({"region.992000": 5} if phone == EMERGENCY else {})


def furnish(s: Session, plan_text: str) -> None:
    """More agents than the demo has, each with the skill of his desk; and the plan."""
    known = people.agents(s)
    password = people.password_hash(s, known[0].name)
    assert password is not None
    for place, number in enumerate((*DESKS, ENCRYPTED)):
        agent = known[place % len(known)]
        if place >= len(known):
            agent = replace(agent, name=f"agent{place + 1}", phone=number)
            user = people.User(agent.name, "agent", agent.title, agent.name, "en")
            people.add_user(s, user, password, SystemClock().now())
        people.put_agent(s, replace(agent, skills=agent.skills | skills(number)))
    plans.publish(s, plan_text, "tests", "", SystemClock().now())


def text() -> str:
    """The whole plan."""
    own = [(hotline(phone), f"desk{phone}", f"990{phone}", 20)
           for phone in (*DESKS, ENCRYPTED)]  # fmt: skip
    own += [(pair_hotline(a), f"pair{a}", f"991{a}", PAIR_RING) for a, _ in PAIRS]
    own.append((CREW, "crew", "993000", 20))
    numbers = ", ".join(f'{number} = "en"' for number, *_ in own)
    queues = "\n".join(_queue(name, region, ring) for _, name, region, ring in own)
    rules = "\n".join(_rule(number, name) for number, name, *_ in own)
    demo = DEMO_PLAN.read_text("utf-8")
    demo = _replaced(demo, '5550101 = "en" }', f'5550101 = "en", {numbers} }}')
    demo = _replaced(
        demo, "need = { language = 5 }\nfor  = 5", 'need = { "region.992000" = 1 }\nfor  = 3600'
    )
    demo = _replaced(demo, 'handlers  = "office"', 'handlers  = "always"')
    return _replaced(demo, "\n[[rule]]", f"\n{queues}\n{rules}\n[[rule]]")


def closed(now: datetime) -> str:
    """The same, but closed for some hours yet: the line, and the claims handlers too."""
    opens = now.astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(hours=6)
    span = f"{opens:%H}:00-{opens:%H}:30"
    night = f'\n[hours.night]\nweekly = {{ mon-sun = ["{span}"] }}\n\n[hours.office]'
    shut = _replaced(text(), 'hours     = "always"', 'hours     = "night"')
    shut = _replaced(shut, 'handlers  = "always"', 'handlers  = "night"')
    return _replaced(shut, "\n[hours.office]", night)


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


def _queue(name: str, region: str, ring: int) -> str:
    return f"""
[queue.{name}]
title   = {{ zh = "{name}", en = "{name}" }}
ring    = {ring}
wrap_up = 1
pick    = "level"
announce_every = 10
callback_after = 5
[[queue.{name}.step]]
need = {{ "region.{region}" = 1 }}
for  = 3600
[[queue.{name}.step]]
need = "any"
"""


def _rule(number: str, queue: str) -> str:
    return f"""
[[rule]]
name   = "{queue}"
when   = {{ dialled = "{number}" }}
queue  = "{queue}"
reason = {{ zh = "{queue}", en = "{queue}" }}
"""
