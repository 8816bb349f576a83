"""The life of a claim: one table of legal moves, and where it stands as the sum of its journal.

A claim has a main track and two that run side by side and meet at the calculation: the survey
with its assessment, and the documents. Stages and moves after `claims.md` 2.1 of the research.
"""

from __future__ import annotations

from claims_store.rules.stages.moving import IllegalMove, apply, check, derive, refusal
from claims_store.rules.stages.offers import Offer, forward, offers
from claims_store.rules.stages.state import FLAGS, Actor, ClaimState
from claims_store.rules.stages.table import MOVES, Move, Track
from claims_store.rules.stages.told import SIX, next_step, progress, spoken, told

__all__ = [
    "FLAGS",
    "MOVES",
    "SIX",
    "Actor",
    "ClaimState",
    "IllegalMove",
    "Move",
    "Offer",
    "Track",
    "apply",
    "check",
    "derive",
    "forward",
    "next_step",
    "offers",
    "progress",
    "spoken",
    "told",
    "refusal",
]
