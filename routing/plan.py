"""The plan: menus, hours, queues and rules as frozen values.

Everything is a named node and every reference is a name; nothing in a plan is evaluated.
`routing.reading` makes a Plan from TOML text.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from holidays import list_supported_countries
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from routing.names import FOLLOW_UP_QUESTIONS, FollowUpQuestion
from routing.spans import Span, weekdays
from routing.words import Text

Seconds = Annotated[int, Field(strict=True, ge=0, le=86_400)]
Day = Annotated[date, Field(strict=True)]
Level = Annotated[int, Field(strict=True, ge=1, le=10)]
Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]
MenuKey = Annotated[str, Field(pattern=r"^[0-9*#]$")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:  # unknown, malformed, a folder of zones
        raise PydanticCustomError("zone", "no such time zone") from fault
    return name


def _span(value: object) -> object:
    try:
        return Span.read(str(value))
    except ValueError as fault:
        raise PydanticCustomError("span", "no such span of a day") from fault


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _any(value: object) -> object:
    return {} if value == "any" else value


def _days(name: str) -> str:
    try:
        weekdays(name)
    except ValueError as fault:
        raise PydanticCustomError("weekday", "no such weekday") from fault
    return name


def _country(code: str) -> str:
    if code not in list_supported_countries():
        raise PydanticCustomError("country", "no such country")
    return code


Zone = Annotated[str, AfterValidator(_zone)]
Spans = tuple[Annotated[Span, BeforeValidator(_span)], ...]
Days = Annotated[str, AfterValidator(_days)]
Country = Annotated[str, AfterValidator(_country)]
Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Need = Annotated[dict[str, Level], BeforeValidator(_any)]


class Node(BaseModel):
    """A frozen table of the plan; unknown entries are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineNode(Node):
    """`[line]`: what callers dial. `numbers` gives the language a number begins in."""

    name: Text
    numbers: Annotated[dict[Number, Literal["zh", "en"]], Field(min_length=1)]
    zone: Zone = "Asia/Shanghai"
    hours: str
    handlers: str
    """The hours in which claims handlers call back: what the promise at the end is made from."""
    handlers_see: Literal["lines", "own"] = "lines"
    """Which claims a handler sees at the desk: those of his lines and regions, or only his own."""
    menu: str
    emergency: str
    """The queue of callers who ask for a person at the emergency sentence."""


class Menu(Node):
    """`[menu.NAME]`: a key leads to a step of `routing.menus.STEPS`, `menu.NAME`, `queue.NAME`."""

    say: str
    keys: Annotated[dict[MenuKey, str], Field(min_length=1)]
    wait: Annotated[Seconds, Field(ge=1, le=60)] = 5
    tries: Annotated[int, Field(strict=True, ge=1, le=10)] = 3
    lost: str = "person"
    """Where a caller is led who pressed nothing that leads on, `tries` times in a row."""


class Exceptional(Node):
    """`[[hours.NAME.exception]]`: what holds on one date, before anything else."""

    on: Day
    open: Spans = ()
    reason: Text = Text("另行安排", "special hours")


class Hours(Node):
    """`[hours.NAME]`: open spans a week, public holidays of a country, make-up days, exceptions."""

    zone: Zone | None = None
    """None: the zone of `[line]`."""
    weekly: dict[Days, Spans]
    holidays: Country | None = None
    """ISO 3166 code. The country's published make-up working days come with it."""
    make_up: tuple[Day, ...] = ()
    make_up_like: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    exception: tuple[Exceptional, ...] = ()


class Target(Node):
    """This share of callers is to be answered within so many seconds."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.8
    within: Seconds = 20


class Step(Node):
    """`[[queue.NAME.step]]`: whom a caller may get for so many seconds; the last step has no end.

    `need` is `"any"`, or levels an agent must have at least. A plain key means the call's own
    value (`line = 3`: level 3 in the call's line of business, whatever it is; nothing if it is not
    known); a key with a dot means that very skill (`"line.motor" = 3`).
    """

    need: Need
    for_: Annotated[Seconds, Field(ge=1)] | None = Field(default=None, alias="for")


class Queue(Node):
    """`[queue.NAME]`: how callers wait, and for whom."""

    title: Text
    target: Target = Target()
    patience: Seconds = 600
    """After so many seconds of waiting the caller is offered something else than waiting."""
    ring: Annotated[Seconds, Field(ge=5, le=120)] = 20
    wrap_up: Annotated[Seconds, Field(le=3600)] = 30
    music: Name = "default"
    announce_every: Annotated[Seconds, Field(ge=10)] = 45
    callback_after: Seconds | None = None
    record_waiting: Flag = False
    pick: Literal["idle", "level"] = "idle"
    """Among ready agents who fit: the longest idle, or the highest levels first."""
    step: Annotated[tuple[Step, ...], Field(min_length=1)]


class When(Node):
    """What a rule asks of a call: every entry must hold, each is a value or a list of values.

    A region covers what lies in it: `310000` is all of Shanghai, `310115` only Pudong.
    `open` and `closed` name hours.
    """

    issue: Words = ()
    line: Words = ()
    region: Words = ()
    language: Words = ()
    dialled: Words = ()
    caller: Words = ()
    tier: Words = ()
    known: Flag | None = None
    urgent: Flag | None = None
    has_open_claim: Flag | None = None
    open: str | None = None
    closed: str | None = None


class Rule(Node):
    """`[[rule]]`: the first that holds decides. `bonus` makes a call count as older, in seconds."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    when: When = When()
    queue: str
    reason: Text
    bonus: Annotated[Seconds, Field(le=3600)] = 0
    urgent: Flag = False
    """Before every caller who is not urgent, whenever he came."""


class Feedback(Node):
    """`[feedback]`: when customers are asked what they think of us; without it, nobody is."""

    after_talk: tuple[str, ...] = ()
    """Queues after whose talks two questions are asked, by keys."""
    stages: tuple[Literal["surveyed", "assessed", "review", "payout"], ...] = ()
    """Words of the progress line after which a question is sent, to be answered with a digit."""


class After(Node):
    """Working days from the payment to the follow-up, by the size of the claim."""

    small: Annotated[int, Field(strict=True, ge=1, le=15)] = 2
    normal: Annotated[int, Field(strict=True, ge=1, le=15)] = 4
    complex: Annotated[int, Field(strict=True, ge=1, le=15)] = 6


class FollowUp(Node):
    """`[follow_up]`: how a paid claim is followed up; without it, it is not."""

    way: Literal["line", "task"] = "line"
    """The line calls and asks by keys, or an agent calls."""
    after: After = After()
    small: Annotated[int, Field(strict=True, ge=0)] = 5_000
    """Up to this sum a claim is small."""
    complex: Annotated[int, Field(strict=True, ge=1)] = 50_000
    """From this sum on it is complex, as it is with people hurt or with a complaint."""
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Of small claims that no law wants followed up, this share is."""
    questions: tuple[FollowUpQuestion, ...] = FOLLOW_UP_QUESTIONS


class Complaints(Node):
    """`[complaints]`: `law` sets the time limits, and what an answer has to name."""

    law: Literal["CN", "UK"] = "CN"


class Plan(Node):
    """A whole plan. Only `routing.reading` makes one: every name in it leads somewhere."""

    line: LineNode
    hours: dict[Name, Hours]
    menu: dict[Name, Menu]
    queue: dict[Name, Queue]
    rule: Annotated[tuple[Rule, ...], Field(min_length=1)]
    feedback: Feedback = Feedback()
    follow_up: FollowUp | None = None
    complaints: Complaints = Complaints()

    def zone_of(self, hours: str) -> ZoneInfo:
        """The zone in which the hours of that name are meant."""
        return ZoneInfo(self.hours[hours].zone or self.line.zone)
