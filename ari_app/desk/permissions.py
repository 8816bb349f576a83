"""Who may do what: roles are sets of permissions, and a route names the one it needs."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """One thing a person may do. OWN means: of calls he took himself; HANDLED: of claims of his
    lines and regions, or that are his."""

    SELF = "self"
    TAKE_CALLS = "take_calls"
    CALLS_OWN = "calls_own"
    CALLS_ALL = "calls_all"
    CLAIMS_OWN = "claims_own"
    CLAIMS_HANDLED = "claims_handled"
    CLAIMS_ALL = "claims_all"
    MOVE_CLAIMS = "move_claims"
    TASKS = "tasks"
    COMPLAINTS = "complaints"
    REPORT_OWN = "report_own"
    PLAY_OWN = "play_own"
    PLAY_ALL = "play_all"
    UNMASK = "unmask"
    BACKLOG = "backlog"
    SURVEYS = "surveys"
    USERS = "users"
    TRUNKS = "trunks"


_P = Permission
_TALKS = {
    _P.TAKE_CALLS, _P.CALLS_OWN, _P.CLAIMS_OWN, _P.MOVE_CLAIMS, _P.TASKS, _P.REPORT_OWN,
    _P.PLAY_OWN, _P.UNMASK,
}  # fmt: skip

GRANTS: dict[str, frozenset[Permission]] = {
    "agent": frozenset({_P.SELF} | _TALKS),
    "supervisor": frozenset(
        {_P.SELF, _P.CALLS_ALL, _P.CLAIMS_ALL, _P.PLAY_ALL, _P.TRUNKS, _P.BACKLOG}
        | {_P.COMPLAINTS}
        | _TALKS,
    ),
    "handler": frozenset({_P.SELF, _P.CLAIMS_HANDLED, _P.COMPLAINTS} | _TALKS),
    "surveyor": frozenset({_P.SELF, _P.SURVEYS}),
    "quality": frozenset({_P.SELF, _P.CALLS_ALL, _P.CLAIMS_ALL, _P.PLAY_ALL, _P.COMPLAINTS}),
    "privacy": frozenset({_P.SELF, _P.UNMASK}),
    "auditor": frozenset({_P.SELF, _P.CALLS_ALL, _P.CLAIMS_ALL}),
    "admin": frozenset({_P.SELF, _P.USERS, _P.TRUNKS, _P.BACKLOG}),
}
ROLES = tuple(GRANTS)

# A route that needs the wider permission's narrower sister lets the wider one in as well.
_WIDER = {
    _P.CALLS_OWN: _P.CALLS_ALL,
    _P.CLAIMS_OWN: _P.CLAIMS_ALL,
    _P.PLAY_OWN: _P.PLAY_ALL,
}


def may(role: str, need: Permission) -> bool:
    """Whether a person with this role may do it; an unknown role may do nothing."""
    granted = GRANTS.get(role, frozenset())
    return need in granted or _WIDER.get(need) in granted


def roles_with(need: Permission) -> tuple[str, ...]:
    """The roles that may, for a page that has to send somebody to a colleague."""
    return tuple(role for role in ROLES if may(role, need))
