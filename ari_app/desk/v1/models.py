"""The shapes that go in and out: the document of the interface is made from them, and nothing goes
over the wire that is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+8613800138000"])]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class Model(BaseModel):
    """What all of these have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Model):
    """The same in both languages."""

    zh: str
    en: str


class Paper(Model):
    """Something that is awaited from the customer."""

    name: str
    text: Words


class Promise(Model):
    """Something that is done by a time. With `by_day` it is done before that instant, which is the
    end of a day in the zone of the house."""

    rule: str
    at: AwareDatetime
    by_day: bool
    state: str
    text: Words


class ClaimLine(Model):
    """A claim as the list has it."""

    number: str
    line: str
    stage: str
    survey: str
    documents: str
    opened: AwareDatetime
    closed: AwareDatetime | None


class Claims(Model):
    """A part of the list, the newest claim first; `next` leads to the following part."""

    items: list[ClaimLine]
    next: str | None


class Claim(Model):
    """Where a claim stands, in the words that its customer hears and reads. `told` are the stages
    that are told, the one that waits for him first; `progress` counts the six words behind."""

    number: str
    line: str
    told: list[str]
    stage: Words
    progress: Annotated[int, Field(ge=0, le=6)]
    next_step: str
    next: Words
    missing: list[Paper]
    until: Promise | None
    promises: list[Promise]
    opened: AwareDatetime
    closed: AwareDatetime | None


class Event(Model):
    """Something that a claim's customer is told of. `id` grows with each event."""

    id: int
    claim: str
    seq: int
    event: str
    at: AwareDatetime
    text: Words


class Events(Model):
    """What has happened since; ask on with `next`, also when there is nothing yet."""

    items: list[Event]
    next: str


class Loss(Model):
    """A loss to report. Answers are by the names of the report's fields; values as people write
    them or canonical."""

    caller: Phone
    language: Language = "zh"
    line: Literal["motor", "home", "health", "travel", "liability"]
    answers: Annotated[dict[Name, Annotated[str, Field(max_length=4000)]], Field(max_length=60)]


class Fault(Model):
    """What is wrong with one field."""

    field: str
    detail: str


class Report(Model):
    """A report as it stands: its level, what it lacks, and what wants attention in it."""

    number: str
    claim: str | None
    level: Literal["draft", "assignable", "payable"]
    missing: list[str]
    problems: list[Fault]


class Preferences(Model):
    """What the customer of a claim wants to hear (`off` are notices he does not), over which
    channels first, in which language."""

    off: list[Literal["progress", "feedback", "follow_up"]] = []
    channels: Annotated[list[str], Field(max_length=10)] = []
    language: Language | Literal[""] = ""
    mail: Annotated[str, Field(max_length=320)] = ""


class Came(Model):
    """A text message that a gateway took for us."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    sender: Annotated[str, Field(alias="from", max_length=80)]
    text: Annotated[str, Field(max_length=16_000)]
    at: AwareDatetime | None = None


class Taken(Model):
    """False: it was there already."""

    new: bool


class Problem(Model):
    """A refusal (RFC 9457): what happened, what is safe and what to do, by a code that stays."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] = []


def words(both: Mapping[str, str]) -> Words:
    """A row of a table of words."""
    return Words(zh=both["zh"], en=both["en"])
