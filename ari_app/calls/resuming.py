"""A call of an earlier process, as the ledger knows it: what the conversation needs to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ari_app.calls.house import Call, House
from ari_app.calls.talking import ANSWERED
from ari_app.pbx.line import LastTalk, Line
from ari_app.planning import read_plan
from claims_store import calls, customers, plans, reports
from claims_store.calls import CallEvent
from claims_store.customers import Customer, Policy
from claims_store.reports import ReportState
from claims_store.store import Session
from routing import rules
from routing.plan import Plan
from routing.rules import Destination

WAITS = ("waiting", "offered", "talking")
"""Stages in which a caller who is in the app's hands waits for an agent."""
ORDERED = "ordered"
"""The stage in which somebody whom we called hears a script."""
SPEAKS = ("ringing", "greeting", "menu", "identify", "status", "notice", ORDERED)
"""Stages in which he is in conversation with the line."""
RESTARTS, RESTARTS_WITHIN = 3, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Known:
    """One call in the store."""

    row: calls.Call
    events: list[CallEvent]
    plan: str | None
    customer: Customer | None
    policies: list[Policy]
    report: ReportState | None

    def can_go_on(self, now: datetime) -> bool:
        """Whether he is at a step that can be gone on with. Who speaks with the line and has had to
        be taken over again and again is better off in the net; and it may be his call that does
        it."""
        times = [e.at for e in self.events if e.event == "app_restarted"]
        often = sum(now - at < RESTARTS_WITHIN for at in times) >= RESTARTS
        return self.row.stage in WAITS or (self.row.stage in SPEAKS and not often)

    @property
    def talks(self) -> int:
        """How many talks there were by what was written; the dialplan, which counts them, has one
        less when the last offer did not reach it any more."""
        return sum(
            event.event == "offered"
            or (event.event == "transferred" and event.data.get("kind") == "blind"
                and event.data.get("agent") is not None)
            for event in self.events
        )  # fmt: skip

    @property
    def filed(self) -> bool:
        """Whether his notice was through: its number and the promise were said."""
        return any(event.event == "report_finished" for event in self.events)

    @property
    def proven(self) -> tuple[str, ...]:
        """The claims that he has proved he may hear about."""
        proofs = (e.data.get("claims") for e in self.events if e.event == "identification")
        return next((tuple(each) for each in proofs if each), ())

    @property
    def rung_back(self) -> bool:
        """Whether he chose to be called back instead of waiting."""
        return any(event.event == "callback_taken" for event in self.events)

    def came_back(self, talk: LastTalk) -> bool:
        """Whether he has had a talk, of which nobody wrote down how it ended; `talk` is what the
        dialplan knows. One that it has not begun is not meant by that."""
        last = self._last_talk
        open_ = last is not None and last.event == "offered"
        return open_ and talk.number >= self.talks and talk.status == ANSWERED

    @property
    def served(self) -> bool:
        """Whether he was back from a talk after which nothing was left but the goodbye."""
        last = self._last_talk
        return last is not None and last.data.get("status") == ANSWERED

    @property
    def _last_talk(self) -> CallEvent | None:
        return next((e for e in reversed(self.events) if e.event in ("offered", "returned")), None)

    @property
    def talk(self) -> tuple[str | None, datetime | None]:
        """Of the last talk: the agent who was rung or who has him, and since when it is a talk."""
        agent: str | None = None
        since: datetime | None = None
        for event in self.events:
            if event.event == "offered":
                agent, since = event.data.get("agent"), None
            elif event.event == "answered":
                agent, since = event.data.get("agent"), since or event.at
        return agent, since


def look_up(s: Session, call_id: str) -> Known | None:
    """Everything about a call that is in the ledger."""
    row = calls.get(s, call_id)
    if row is None:
        return None
    plan = plans.get(s, row.plan_revision) if row.plan_revision else None
    customer = customers.get(s, row.customer_id) if row.customer_id else None
    return Known(
        row,
        calls.events(s, call_id),
        plan.text if plan else None,
        customer,
        customers.policies(s, customer.id) if customer else [],
        reports.state(s, row.report_number) if row.report_number else None,
    )


def restored(house: House, line: Line, known: Known, now_in_force: Plan) -> Call:
    """The call as its journey had it, with the plan it began with."""
    row = known.row
    plan = read_plan(known.plan) if known.plan else now_in_force
    line.caller, line.dialled = row.caller, row.dialled
    line.language = row.language or line.language
    return Call(
        house, line, house.ledger.book(row.call_id, row.step), plan,
        plan.zone_of(plan.line.hours), row.started, consent=row.consent,
        issue=row.issue or "", customer=known.customer, policies=known.policies,
        identified=row.verified, proven=known.proven, report=known.report,
        waiting_since=row.waiting_since,
        answered=any(event.event == "answered" for event in known.events),
        talk_s=row.talk_s or 0.0,
        urgent=any(event.event == "urgent" for event in known.events),
    )  # fmt: skip


def destination(call: Call, row: calls.Call) -> Destination:
    """Where he waited, by the rule that sent him there."""
    plan = call.plan
    sent = next((rule for rule in plan.rule if rule.name == row.rule_name), None)
    if sent is not None:
        to = Destination(row.queue or sent.queue, sent.name, sent.reason, sent.urgent, sent.bonus)
    elif row.queue == plan.line.emergency:
        to = rules.emergency(plan)
    else:
        to = rules.choose(plan, call.facts(), call.now())
    return to
