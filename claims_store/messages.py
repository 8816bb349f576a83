"""Where each message to a person stands: due, sending, doubtful, sent, delivered, failed or
suppressed. Each step is written down before and after the world is touched, so that whoever goes on
after a crash knows what may have left.

Only one try of a message runs at a time: its row of the outbox sees to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from claims_store import backlog, outbox, preferences, receipts
from claims_store.personal import mark
from claims_store.rules import contacting
from claims_store.rules.contacting import DAY, Later, Never, Occasion, Rules, Wants, Way
from claims_store.tables import MessagePartRow, MessageRow

SETTLED = ("sent", "delivered", "failed", "suppressed")
NO_WAY = "no_way"
"""There is no channel for this person: no mail address, or the one he chose is gone."""
IN_DOUBT = "in_doubt"
"""It may have been sent, and nobody could say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message as it was asked for. `only`: over this channel alone."""

    key: str
    to: str
    text: str
    language: str
    occasion: Occasion
    report: str | None = None
    only: str = ""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this part over this channel to this address."""

    channel: str
    address: str
    language: str
    part: int


@dataclass(frozen=True, slots=True)
class Doubtful:
    """This part may have been sent, which was noticed at `since`; it was if a receipt is there, by
    the id `known`."""

    send: Send
    since: datetime
    known: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing more is to be done; `why` when it was not sent."""

    state: str
    why: str


Step: TypeAlias = Send | Doubtful | Later | Settled


class Desk:
    """Takes messages through their states, by the operator's rules and channels."""

    def __init__(self, rules: Rules, ways: Sequence[Way]) -> None:
        self._rules = rules
        self._ways = tuple(ways)

    def take(self, s: Session, asked: Asked, now: datetime) -> Step:
        """What is to be done next for a message, written down as begun."""
        row = s.get(MessageRow, asked.key) or _new(s, asked, now)
        wants = preferences.of(s, asked.to)
        if row.state in SETTLED:
            return Settled(row.state, row.why)
        if row.state in ("sending", "doubtful"):
            return self._doubt(s, row, asked, wants, now)
        if not row.channel:
            verdict = self._allowed(s, row, wants, asked, now)
            if isinstance(verdict, Later):
                row.why = verdict.why
                return verdict
            if isinstance(verdict, Never):
                return _settle(row, "suppressed", verdict.why, now)
        return self._begin(row, asked, wants, now)

    def accepted(
        self, s: Session, asked: Asked, message_id: str, last: bool, follow_s: float | None,
        now: datetime,
    ) -> Step:  # fmt: skip
        """The other side has the part that was being sent. With `follow_s` it is asked later what
        became of the message."""
        row = s.get_one(MessageRow, asked.key)
        row.why = ""
        part = MessagePartRow(
            key=row.key, channel=row.channel, part=row.parts, message_id=message_id,
            state=receipts.early(s, row, message_id), at=now,
        )  # fmt: skip
        s.add(part)
        row.parts, row.tried, row.state = row.parts + 1, now, "sending"
        if not last:
            return self._send(row, asked, preferences.of(s, asked.to))
        row.state, row.sent = "sent", now
        s.flush()
        self.settle(s, row, now)
        if follow_s is not None and row.state == "sent":
            due, key = now + timedelta(seconds=follow_s), f"follow:{row.key}:{row.channel}"
            outbox.put(s, "follow_message", key, {"message": row.key}, due)
        return Settled(row.state, row.why)

    def unsent(self, s: Session, asked: Asked, why: str, now: datetime) -> Step:
        """The channel does not work now: later, after a while over the next one, at last never."""
        row = s.get_one(MessageRow, asked.key)
        row.state, row.why, row.tries = "due", why, row.tries + 1
        if now - row.made > self._rules.give_up:
            return _settle(row, "failed", why, now)
        later = self._after(s, asked, row)
        if later is not None and now - (row.since or now) >= self._rules.patience:
            _over_to(row, later)
            return Later(now, why)
        return Later(now + contacting.pause(row.tries), why)

    def refused(self, s: Session, asked: Asked, why: str, now: datetime) -> Step:
        """The channel will never take it: the next one, if there is one."""
        row = s.get_one(MessageRow, asked.key)
        later = self._after(s, asked, row)
        if later is None:
            return _settle(row, "failed", why, now)
        _over_to(row, later)
        row.state, row.why = "due", why
        return self._begin(row, asked, preferences.of(s, asked.to), now)

    def again(self, s: Session, asked: Asked, sure: bool, now: datetime) -> Step:
        """The part in doubt is sent again; `sure`: it is known never to have come."""
        row = s.get_one(MessageRow, asked.key)
        row.repeats += not sure
        return self._begin(row, asked, preferences.of(s, asked.to), now)

    def settle(self, s: Session, row: MessageRow, now: datetime) -> None:
        """What the receipts of its parts make of a message that was sent. One that did not arrive
        goes over the next channel, as a consequence of its own."""
        states = s.scalars(
            select(MessagePartRow.state).where(
                MessagePartRow.key == row.key, MessagePartRow.channel == row.channel
            )
        ).all()
        if row.state == "sent" and "failed" in states:
            self._fall_back(s, row, now)
        elif row.state == "sent" and states and all(state == "delivered" for state in states):
            row.state, row.settled = "delivered", now

    def told(
        self, s: Session, channel: str, message_id: str, state: str, why: str, now: datetime
    ) -> bool:
        """Write down what became of a part; False when we know no such part."""
        part = receipts.part(s, channel, message_id)
        if part is None:
            return False
        row = s.get_one(MessageRow, part.key)
        if part.state == "sent":
            part.state, part.at = state, now
            row.why = why
            s.flush()
            self.settle(s, row, now)
        return True

    def _fall_back(self, s: Session, row: MessageRow, now: datetime) -> None:
        why = row.why or "not_delivered"
        asked = backlog.by_key(s, row.key)
        given = asked.payload if asked else {}
        ways: tuple[Way, ...] = ()
        if given.get("to"):
            wants = preferences.of(s, given["to"])
            ways = contacting.ways_for(wants, self._ways, given.get("channel", ""))
        later = contacting.after(ways, row.channel)
        if later is None:
            _settle(row, "failed", why, now)
            return
        failed = row.channel
        _over_to(row, later)
        row.state, row.why = "due", why
        outbox.put(s, "message", f"{row.key}>{failed}", given | {"key": row.key}, now)

    def _doubt(
        self, s: Session, row: MessageRow, asked: Asked, wants: Wants, now: datetime
    ) -> Step:
        """A doubt lasts from when it was noticed: before, nobody may have listened to receipts."""
        if now - row.made > self._rules.give_up:
            return _settle(row, "failed", IN_DOUBT, now)
        if row.state == "sending":
            row.state, row.doubted = "doubtful", now
        known = receipts.clears(s, row)
        return Doubtful(self._send(row, asked, wants), row.doubted or now, known)

    def _after(self, s: Session, asked: Asked, row: MessageRow) -> Way | None:
        """The next channel to this person, after the one that does not work."""
        ways = contacting.ways_for(preferences.of(s, asked.to), self._ways, asked.only)
        return contacting.after(ways, row.channel)

    def _send(self, row: MessageRow, asked: Asked, wants: Wants) -> Send:
        mail = any(way.name == row.channel and way.reaches == "mail" for way in self._ways)
        to = wants.mail if mail else asked.to
        return Send(row.channel, to, wants.language or asked.language, row.parts)

    def _allowed(
        self, s: Session, row: MessageRow, wants: Wants, asked: Asked, now: datetime
    ) -> contacting.Verdict:
        notices, messages = _lately(s, row, now)
        return contacting.decide(asked.occasion, wants, self._rules, notices, messages, now)

    def _begin(self, row: MessageRow, asked: Asked, wants: Wants, now: datetime) -> Step:
        ways = contacting.ways_for(wants, self._ways, asked.only)
        if row.channel not in {way.name for way in ways}:
            if not ways:
                return _settle(row, "failed", NO_WAY, now)
            _over_to(row, ways[0])
        row.since = row.since or now
        row.state, row.tried = "sending", now
        return self._send(row, asked, wants)


def _new(s: Session, asked: Asked, now: datetime) -> MessageRow:
    row = MessageRow(
        key=asked.key, to_index=mark(s, "phone", asked.to), report=asked.report, text=asked.text,
        topic=asked.occasion.topic, answers=asked.occasion.answers, language=asked.language,
        made=now, channel="", state="due", why="", parts=0, tries=0, repeats=0,
    )  # fmt: skip
    s.add(row)
    return row


def _settle(row: MessageRow, state: str, why: str, now: datetime) -> Settled:
    row.state, row.why, row.settled = state, why, now
    return Settled(state, why)


def _over_to(row: MessageRow, way: Way) -> None:
    row.channel, row.parts, row.tries, row.since = way.name, 0, 0, None


def _lately(s: Session, row: MessageRow, now: datetime) -> tuple[int, int]:
    """How many notices, and messages of any kind, went to this person in the last 24 hours."""
    notice = case((MessageRow.answers.is_(False), 1), else_=0)
    found = s.execute(
        select(func.coalesce(func.sum(notice), 0), func.count()).where(
            MessageRow.to_index == row.to_index,
            MessageRow.made > now - DAY,
            MessageRow.channel != "",
            MessageRow.state != "failed",
        )
    ).one()
    return int(found[0]), int(found[1])
