"""What every call of this house uses, and one call as its journey carries it along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from ari_app.calls.ledger import Book, Ledger
from ari_app.clock import Clock
from ari_app.pbx.line import Clip, Line
from ari_app.settings import Settings
from claims_store import advancing, line_calls
from claims_store.customers import Customer, Policy
from claims_store.errors import NumberTaken, StoreAway
from claims_store.line_calls import Caller
from claims_store.personal import phone
from claims_store.recordings import Side
from claims_store.reports import ReportState, Saved
from claims_store.rules.completeness import Context
from claims_store.rules.identifiers import squeeze
from claims_store.steps import OPEN
from claims_store.store import Session
from routing.facts import CallFacts
from routing.plan import Plan

P = ParamSpec("P")
T = TypeVar("T")

CONSENTS = ("given", "refused", "not_asked")


@dataclass(frozen=True, slots=True)
class House:
    """The installation: one value that the composition root makes."""

    settings: Settings
    ledger: Ledger
    clock: Clock
    prompts: frozenset[str]
    recordable: Callable[[], bool] = lambda: True
    """Whether a recorder that begins now would keep what it hears."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """A recorder of one side; its row is there before its first byte."""

    segment: int
    side: Side
    file: str
    agent: str | None = None


@dataclass(slots=True)
class Call:
    """One call in the air. Whatever is written here is in the ledger before the next question."""

    house: House
    line: Line
    book: Book
    plan: Plan
    zone: tzinfo
    started: datetime
    consent: str = "not_asked"
    issue: str = ""
    customer: Customer | None = None
    policies: list[Policy] = field(default_factory=list)
    identified: bool = False
    proven: tuple[str, ...] = ()
    """The claims that he has proved he may hear about, before a fault."""
    report: ReportState | None = None
    urgent: bool = False
    alone: bool = False
    """No person can take him now: the line goes on by itself."""
    waiting_since: datetime | None = None
    answered: bool = False
    """Whether an agent had him."""
    talk_s: float = 0.0
    """Seconds of all his talks that are over."""
    held_since: datetime | None = None
    """Since when the agent holds him."""
    skipped: set[str] = field(default_factory=set)
    """Fields that the line cannot get from this caller: an agent or a handler asks them."""

    @property
    def call_id(self) -> str:
        return self.line.call_id

    def now(self) -> datetime:
        return self.house.clock.now()

    def local_now(self) -> datetime:
        """Now, in the zone in which the caller means "today"."""
        return self.now().astimezone(self.zone)

    async def look(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read something. Raises `StoreAway` when that is not possible now."""
        return await self.house.ledger.look(query, *args, **kwargs)

    async def note(
        self, event: str, /, *, changes: Mapping[str, Any] | None = None,
        ends: int | None = None, begins: Recorder | None = None, **data: Any,
    ) -> None:  # fmt: skip
        """Append to the call's journal. What else there is to write at this moment goes into the
        same step: columns of the ledger row, a segment whose recorders end, one that begins."""
        more: dict[str, Any] = {"changes": dict(changes)} if changes else {}
        if ends is not None:
            more["ends"] = ends
        if begins is not None:
            more["begins"] = asdict(begins)
        await self.book.write("note", at=self.now(), event=event, data=data, **more)

    async def change(self, **columns: Any) -> None:
        """Set columns of the call's ledger row."""
        await self.book.write("change", **columns)

    async def begin_recorder(self, recorder: Recorder) -> None:
        """Its row."""
        await self.book.write("recorder_on", at=self.now(), **asdict(recorder))

    async def end_recorders(self) -> None:
        """Those of the whole call have stopped."""
        await self.book.write("recorder_off", at=self.now())

    async def save(self, name: str, value: str, clip: Clip | None = None) -> Saved:
        """Keep one answer; the report begins with the first."""
        at, zone, file = self.now(), ZoneInfo(self.house.settings.zone), clip.name if clip else None
        while True:
            number = self.report.number if self.report else advancing.mint(at, zone)
            try:
                done = await self.book.write(
                    "answer", number=number, caller=self.line.caller,
                    language=self.line.language, field=name, value=value, at=at, clip=file,
                )  # fmt: skip
                break
            except NumberTaken:
                continue
        # What waits in the journal comes to the same in the database, later.
        self.report, saved = done or self._foreseen(number, name, value, file, at, zone)
        return saved

    def _foreseen(
        self, number: str, name: str, value: str, clip: str | None, at: datetime, zone: tzinfo
    ) -> tuple[ReportState, Saved]:
        report = self.report or advancing.begun(number, self.call_id, self.line.language, at)
        caller = phone(self.line.caller) if self.line.caller else ""
        context = Context(now=at, zone=zone, language=report.language, caller=caller)
        return advancing.answer(report, name, value, clip, at, self._known_policy, context)

    def _known_policy(self, field: str, value: str) -> Policy | None:
        """The policy with this number or plate, of those that were looked up before."""
        own = (each.plate if field == "plate" else each.number for each in self.policies)
        pairs = zip(own, self.policies, strict=True)
        return next((found for text, found in pairs if squeeze(text) == squeeze(value)), None)

    def value(self, name: str) -> str | None:
        """What the report has for a field."""
        answered = self.report.values.get(name) if self.report else None
        return answered.value if answered else None

    def values(self) -> dict[str, str]:
        """The report's answers that stand."""
        given = self.report.values if self.report else {}
        return {name: answer.value for name, answer in given.items() if answer.stands}

    def facts(self) -> CallFacts:
        """What routing may ask of this call."""
        policy = self.policy
        line = (self.report.line if self.report else None) or (policy.line if policy else "")
        home = policy.regions[0] if policy and policy.regions else ""
        return CallFacts(
            issue=self.issue or "other",
            line=line,
            region=self.value("loss_region") or home,
            language=self.line.language,
            dialled=self.line.dialled,
            caller=self.line.caller,
            tier=self.customer.tier if self.customer else "",
            known=self.customer is not None,
            urgent=self.urgent,
        )

    @property
    def policy(self) -> Policy | None:
        """The policy in question: the one the report names, else the only one there is."""
        if self.report is not None and self.report.policy is not None:
            return self.report.policy
        return self.policies[0] if len(self.policies) == 1 else None


async def opened(
    house: House, line: Line, plan: Plan, revision: int, sip_call_id: str, *,
    stage: str = "greeting", direction: str = "in",
) -> Call:  # fmt: skip
    """A call that has just come in, or that we made: in the ledger before he hears anything, and
    with who it is as far as that can be read now."""
    now, book = house.clock.now(), house.ledger.book(line.call_id)
    who: Caller | None = await book.write(
        OPEN, node=house.settings.node, sip_call_id=sip_call_id, caller=line.caller,
        dialled=line.dialled, at=now, plan_revision=revision, language=line.language,
        stage=stage, direction=direction,
    )  # fmt: skip
    if who is None:  # the row waits in the journal
        try:
            who = await house.ledger.look(line_calls.caller, line.caller)
        except StoreAway:
            who = line_calls.NOBODY
    else:
        line.language = who.language(line.language)
    zone = plan.zone_of(plan.line.hours)
    return Call(house, line, book, plan, zone, now, customer=who.customer, policies=[*who.policies])
