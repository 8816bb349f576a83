"""A call that comes in on the line: its row, and who calls, in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from claims_store import calls, customers
from claims_store.calls import CallOpened
from claims_store.customers import Customer, Policy
from claims_store.store import Session

LANGUAGES = ("zh", "en")
"""Those the line speaks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as his number tells."""

    customer: Customer | None
    policies: tuple[Policy, ...]

    def language(self, dialled: str) -> str:
        """In which to speak to him; `dialled` is that of the number he rang."""
        known = self.customer.language if self.customer else ""
        return known if known in LANGUAGES else dialled


NOBODY = Caller(None, ())


def caller(s: Session, number: str) -> Caller:
    """Who has this number."""
    found = customers.by_phone(s, number) if number else None
    return Caller(found, tuple(customers.policies(s, found.id))) if found else NOBODY


def begin(s: Session, opened: CallOpened, *, told: bool) -> Caller:
    """Enter a call. Its language is his own, unless he was `told` something in that of the number
    he rang."""
    who = caller(s, opened.caller)
    language = opened.language if told or not opened.language else who.language(opened.language)
    known = who.customer.id if who.customer else None
    calls.open_call(s, replace(opened, language=language, customer_id=known))
    return who
