"""Calls that were ordered: one script for each kind, over an answered line."""

from __future__ import annotations

from collections.abc import Mapping

from ari_app.calls.ordered.follow_up import follow_up
from ari_app.calls.ordered.script import Ordered, Script
from ari_app.calls.ordered.survey_offer import survey_offer
from ari_app.calls.ordered.voice_notice import voice_notice

__all__ = ["SCRIPTS", "Ordered", "Script"]

SCRIPTS: Mapping[str, Script] = {
    "voice_notice": voice_notice,
    "survey_offer": survey_offer,
    "follow_up": follow_up,
}
