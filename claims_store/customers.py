"""Customers and their policies: looked up by number, plate, phone or name, all of them sealed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from claims_store.personal import mark, phone, seal, unseal
from claims_store.prepared import execute
from claims_store.rules.completeness import PolicyFacts
from claims_store.tables import CustomerRow, PolicyRow
from claims_store.vault import Sealed


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer; texts are empty where unknown or erased. `id` is the insurer's own number."""

    id: str
    name: str
    phone: str
    identity: str
    language: str
    region: str | None
    tier: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; `valid_to` is the first moment without cover. `object` is the car, home, trip ...,
    `insured` who is covered, `regions` where he usually is (GB/T 2260); `phone` is its holder's."""

    id: int
    customer_id: str
    number: str
    line: str
    product: str
    plate: str
    object: str
    insured: str
    regions: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    phone: str = field(default="", compare=False)

    def facts(self) -> PolicyFacts:
        """What the claim rules need of it."""
        plates = (self.plate,) if self.plate else ()
        return PolicyFacts(
            self.number,
            self.line,
            self.valid_from,
            self.valid_to,
            self.insured,
            plates,
            self.phone,
        )


# Once a call: made once, and past the ORM.
_WITH_PHONE = select(CustomerRow.id).where(CustomerRow.phone_index == bindparam("phone")).limit(2)


def put(s: Session, customer: Customer) -> bool:
    """Enter a customer or bring him up to date; True when he is new."""
    row = s.get(CustomerRow, customer.id)
    new = row is None
    row = row or CustomerRow(id=customer.id)
    owner = f"customer:{customer.id}"
    number = phone(customer.phone) if customer.phone else None
    identity = customer.identity or None
    row.name, row.name_index = seal(s, owner, customer.name), mark(s, "name", customer.name)
    row.phone, row.phone_index = seal(s, owner, number), mark(s, "phone", number)
    row.identity, row.identity_index = seal(s, owner, identity), mark(s, "identity", identity)
    row.identity_tail_index = mark(s, "identity_tail", identity and identity[-4:])
    row.language, row.region, row.tier = customer.language, customer.region, customer.tier
    s.add(row)
    s.flush()
    return new


def put_policy(s: Session, policy: Policy) -> Policy:
    """Enter a policy or bring it up to date, found by its number; `id` is given by the store."""
    found = PolicyRow.number_index == mark(s, "policy", policy.number)
    row = s.scalar(select(PolicyRow).where(found)) or PolicyRow()
    owner = f"customer:{policy.customer_id}"
    row.customer_id = policy.customer_id
    row.number, row.number_index = seal(s, owner, policy.number), mark(s, "policy", policy.number)
    row.plate = seal(s, owner, policy.plate or None)
    row.plate_index = mark(s, "plate", policy.plate or None)
    row.object = seal(s, owner, policy.object or None)
    row.insured = seal(s, owner, policy.insured or None)
    row.line, row.product, row.regions = policy.line, policy.product, list(policy.regions)
    row.valid_from, row.valid_to = policy.valid_from, policy.valid_to
    s.add(row)
    s.flush()
    return replace(policy, id=row.id)


def get(s: Session, id: str) -> Customer | None:
    """One customer."""
    row = s.get(CustomerRow, id)
    return None if row is None else _customer(s, row)


def by_phone(s: Session, number: str) -> Customer | None:
    """The customer with this number; None when nobody has it, or several do."""
    known = execute(s, _WITH_PHONE, {"phone": mark(s, "phone", number)}).scalars().all()
    return get(s, known[0]) if len(known) == 1 else None


def by_identity_tail(s: Session, number: str, tail: str) -> Customer | None:
    """The customer with this phone number whose identity number ends with `tail`: four keys, where
    a last `0` is also the X that no phone has."""
    tails = {tail, tail[:-1] + "X"} if tail.endswith("0") else {tail}
    found = select(CustomerRow).where(
        CustomerRow.phone_index == mark(s, "phone", number),
        CustomerRow.identity_tail_index.in_([mark(s, "identity_tail", each) for each in tails]),
    )
    rows = s.scalars(found.limit(2)).all()
    return _customer(s, rows[0]) if len(rows) == 1 else None


def listing(s: Session, limit: int | None = None, offset: int = 0) -> list[Customer]:
    """All customers by their number."""
    found = select(CustomerRow).order_by(CustomerRow.id).limit(limit).offset(offset)
    return [_customer(s, row) for row in s.scalars(found)]


def policy(s: Session, id: int) -> Policy | None:
    """One policy by the store's own id."""
    row = s.get(PolicyRow, id)
    return None if row is None else _policy(s, row)


def policies(s: Session, customer_id: str) -> list[Policy]:
    """A customer's policies, the longest valid first."""
    found = select(PolicyRow).where(PolicyRow.customer_id == customer_id)
    rows = s.scalars(found.order_by(PolicyRow.valid_to.desc(), PolicyRow.id))
    return [_policy(s, row) for row in rows]


def policy_by_number(s: Session, number: str) -> Policy | None:
    """The policy with this number, however it is spaced."""
    return _one_policy(s, PolicyRow.number_index == mark(s, "policy", number))


def policy_by_plate(s: Session, plate: str) -> Policy | None:
    """The policy of a car, the newest when there were several."""
    return _one_policy(s, PolicyRow.plate_index == mark(s, "plate", plate))


def search(s: Session, text: str, limit: int = 20) -> list[Customer]:
    """Customers by a whole name, phone, customer, policy or identity number, plate, or the last
    four of the identity number. Parts cannot be searched: the database holds only blind marks."""
    held = select(PolicyRow.customer_id).where(
        or_(
            PolicyRow.number_index == mark(s, "policy", text),
            PolicyRow.plate_index == mark(s, "plate", text),
        )
    )
    found = select(CustomerRow).where(
        or_(
            CustomerRow.id == text.strip(),
            CustomerRow.name_index == mark(s, "name", text),
            CustomerRow.phone_index == mark(s, "phone", text),
            CustomerRow.identity_index == mark(s, "identity", text),
            CustomerRow.identity_tail_index == mark(s, "identity_tail", text),
            CustomerRow.id.in_(held),
        )
    )
    rows = s.scalars(found.order_by(CustomerRow.id).limit(limit))
    return [_customer(s, row) for row in rows]


def _one_policy(s: Session, found: ColumnElement[bool]) -> Policy | None:
    row = s.scalar(select(PolicyRow).where(found).order_by(PolicyRow.valid_to.desc()).limit(1))
    return None if row is None else _policy(s, row)


def _text(s: Session, blob: Sealed | None) -> str:
    return unseal(s, blob) or ""


def _customer(s: Session, row: CustomerRow) -> Customer:
    return Customer(
        row.id,
        _text(s, row.name),
        _text(s, row.phone),
        _text(s, row.identity),
        row.language,
        row.region,
        row.tier,
    )


def _policy(s: Session, row: PolicyRow) -> Policy:
    holder = s.get(CustomerRow, row.customer_id)
    return Policy(
        id=row.id,
        customer_id=row.customer_id,
        number=_text(s, row.number),
        line=row.line,
        product=row.product,
        plate=_text(s, row.plate),
        object=_text(s, row.object),
        insured=_text(s, row.insured),
        regions=tuple(row.regions),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        phone=_text(s, holder.phone) if holder else "",
    )
