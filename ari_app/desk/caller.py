"""The left column: who calls, what he is insured for, his claims, and this call so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ari_app.desk.locales import Locale
from ari_app.desk.work import Work
from claims_store.calls import CallEvent
from claims_store.claims import Claim
from claims_store.customers import Policy
from claims_store.screens import ScreenPop

_ICONS = {"motor": "car", "home": "home", "health": "stethoscope", "travel": "plane"}


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy, its object first; `cover` says whether it holds on the day that counts."""

    head: str
    object: str
    number: str
    line: str
    product: str
    cover: str
    look: str
    until: str
    icon: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with its stage and one line about it."""

    number: str
    stage: str
    look: str
    detail: str


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the call."""

    time: str
    text: str


@dataclass(frozen=True, slots=True)
class CallerView:
    """The caller at a glance."""

    name: str
    known: bool
    verified: bool
    line: str
    phone: str
    proof: str
    calls: str
    policies: tuple[PolicyView, ...]
    claims: tuple[ClaimView, ...]
    steps: tuple[Step, ...]
    because: str


def build(
    work: Work, events: list[CallEvent], names: Mapping[str, str], locale: Locale
) -> CallerView | None:
    """What the left column shows; None without a call. `names` are agents' names on screen."""
    pop = work.pop
    if pop is None:
        return None
    at = work.offer or work.talk
    return CallerView(
        name=pop.customer.name if pop.customer else locale.say("who.nobody"),
        known=pop.customer is not None,
        verified=pop.verified,
        line=_line(pop, locale),
        phone=pop.caller,
        proof=_proof(pop, locale),
        calls=_calls(pop, locale),
        policies=_policies(pop, locale),
        claims=_claims(pop, locale),
        steps=steps(events, names, locale),
        because=locale.say("this_call.rule", rule=at.rule, reason=locale.of(at.reason))
        if at and at.rule
        else "",
    )


def _claims(pop: ScreenPop, locale: Locale) -> tuple[ClaimView, ...]:
    own = pop.report.claim_number if pop.report else None
    held = (*pop.open_claims, *pop.past_claims)
    return tuple(claim(each, locale) for each in held if each.number != own)


def steps(events: list[CallEvent], names: Mapping[str, str], locale: Locale) -> tuple[Step, ...]:
    """The events that have a sentence, each with its time."""
    told = ((each, sentence(each.event, each.data, names, locale)) for each in events)
    return tuple(Step(locale.clock(each.at, seconds=True), text) for each, text in told if text)


def sentence(event: str, data: Mapping[str, Any], names: Mapping[str, str], locale: Locale) -> str:
    """An event as a sentence; empty for one that nobody worded."""
    pattern = locale.maybe(f"event.{event}", "")
    if not pattern:
        return ""
    given = {key: value for key, value in data.items() if value is not None}
    values = _Values({key: _said(value, locale) for key, value in given.items()})
    if "agent" in values:
        values["agent"] = names.get(values["agent"], values["agent"])
    for key in ("menu", "why", "kind", "target", "value", "status"):
        if key in values:
            values[key] = locale.maybe(f"event.{key}.{values[key]}", values[key])
    return pattern.format_map(values).strip(" ·")


def _said(value: Any, locale: Locale) -> str:
    """A value as text; one that has a word in each language is said in this one."""
    return str(value.get(locale.language, "") if isinstance(value, Mapping) else value)


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def claim(each: Claim, locale: Locale) -> ClaimView:
    """A claim as lists show it."""
    stage = locale.maybe(f"stage.{each.stage}", each.stage)
    when = each.closed or each.opened
    word = "claims.closed" if each.closed else "claims.opened"
    line = locale.maybe(f"line.{each.line}", each.line)
    detail = f"{line} · {locale.say(word, when=locale.moment(when))}"
    return ClaimView(each.number, stage, "" if each.closed else "accent", detail)


def _line(pop: ScreenPop, locale: Locale) -> str:
    parts = []
    if pop.report and (relation := pop.report.values.get("reporter_relation")):
        parts.append(locale.maybe(f"relation.{relation.value}", ""))
    language = pop.call.language or (pop.customer.language if pop.customer else "")
    parts.append(locale.maybe(f"language.{language}", ""))
    if pop.customer:
        parts.append(locale.maybe(f"tier.{pop.customer.tier}", ""))
    return " · ".join(part for part in parts if part)


def _proof(pop: ScreenPop, locale: Locale) -> str:
    if pop.verified:
        return locale.say("who.proof_given")
    return locale.say("who.proof_number" if pop.customer else "who.proof_none")


def _calls(pop: ScreenPop, locale: Locale) -> str:
    today = locale.day(locale.now)
    before = sum(locale.day(call.started) == today for call in pop.previous_calls)
    return locale.say("who.calls_count", today=before + 1, all=len(pop.previous_calls) + 1)


def _policies(pop: ScreenPop, locale: Locale) -> tuple[PolicyView, ...]:
    held = list(pop.policies)
    chosen = pop.report.policy if pop.report else None
    if chosen is not None:
        held = [chosen, *(each for each in held if each.id != chosen.id)]
    elif pop.call.issue or pop.report:
        line = pop.report.line if pop.report else None
        held.sort(key=lambda each: (each.line != line, -each.valid_to.timestamp()))
    return tuple(_policy(each, locale) for each in held)


def _policy(each: Policy, locale: Locale) -> PolicyView:
    holds = each.valid_from <= locale.now < each.valid_to
    line = locale.maybe(f"line.{each.line}", each.line)
    head = locale.plate(each.plate) if each.plate else each.insured or each.object
    return PolicyView(
        head=head,
        object=each.object if head != each.object else "",
        number=locale.groups(each.number),
        line=line,
        product=locale.maybe(f"product.{each.product}", each.product),
        cover=locale.say("policy.in_force" if holds else "policy.not_in_force"),
        look="ok" if holds else "warn",
        until=locale.say("policy.until", date=locale.date(each.valid_to)),
        icon=_ICONS.get(each.line, "scale"),
    )
