"""How queries seal, open and look up personal values; the vault travels in `Session.info`."""

from __future__ import annotations

import json
from typing import Any, overload

from sqlalchemy.orm import Session

from claims_store.rules import identifiers
from claims_store.vault import Sealed, Vault


def vault(s: Session) -> Vault:
    """The vault of this session's store."""
    found: Vault = s.info["vault"]
    return found


@overload
def seal(s: Session, owner: str, text: str) -> Sealed: ...
@overload
def seal(s: Session, owner: str, text: None) -> None: ...
@overload
def seal(s: Session, owner: str, text: str | None) -> Sealed | None: ...
def seal(s: Session, owner: str, text: str | None) -> Sealed | None:
    """Seal under the owner's key ("call:ID", "report:NO", "customer:ID", "staff:NAME")."""
    if text is None:
        return None
    safe = vault(s)
    return safe.seal(text, safe.new_key(owner))


def seal_data(s: Session, owner: str, data: dict[str, Any]) -> Sealed | None:
    """Seal a JSON object; an empty one needs no place."""
    if not data:
        return None
    return seal(s, owner, json.dumps(data, ensure_ascii=False, default=_plain))


def unseal(s: Session, blob: Sealed | None) -> str | None:
    """The text; None when there is none, or none any more."""
    return vault(s).open(blob)


def unseal_data(s: Session, blob: Sealed | None) -> dict[str, Any]:
    """The JSON object; empty when there is none, or none any more."""
    text = unseal(s, blob)
    data: dict[str, Any] = {} if text is None else json.loads(text)
    return data


@overload
def mark(s: Session, kind: str, text: str) -> str: ...
@overload
def mark(s: Session, kind: str, text: str | None) -> str | None: ...
def mark(s: Session, kind: str, text: str | None) -> str | None:
    """The blind index of a normalised value; `kind` keeps a plate from matching a name."""
    if not text:
        return None if text is None else vault(s).index(f"{kind}\0")
    return vault(s).index(f"{kind}\0{_NORMAL.get(kind, str.strip)(text)}")


def phone(text: str) -> str:
    """E.164 where the number is one, else without blanks; the form that is stored and looked up."""
    return identifiers.phone(text) or "".join(text.split())


def folded(text: str) -> str:
    """A name without blanks and case."""
    return "".join(text.split()).casefold()


_NORMAL = {
    "phone": phone,
    "plate": identifiers.squeeze,
    "policy": identifiers.squeeze,
    "identity": identifiers.squeeze,
    "identity_tail": identifiers.squeeze,
    "name": folded,
}


def _plain(value: object) -> str:
    # Moments in events and payloads are kept as ISO 8601 text.
    iso = getattr(value, "isoformat", None)
    if iso is None:
        raise TypeError(f"{type(value).__name__} cannot be stored as data")
    return str(iso())
