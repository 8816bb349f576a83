"""How a call that we make ended, by what Asterisk tells of it."""

from __future__ import annotations

FIRST = "-first"
"""How the row of a call is named that reaches the first of two people whom we connect."""
FAILED = "failed"
ANSWERED = "answered"
NOBODY_HERE = "nobody_there"
"""Whoever asked to be connected did not take his own telephone."""
ENDS = {
    1: "no_such_number",
    16: "no_answer",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    21: "refused",
}
"""Q.850 causes that say something of whom we called; all others of the way there."""
STATUSES = {
    "ANSWER": ANSWERED,
    "BUSY": "busy",
    "NOANSWER": "no_answer",
    "CANCEL": "no_answer",
}
"""The same of Dial's."""
