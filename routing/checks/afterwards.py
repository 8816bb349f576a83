"""What is asked after a talk, and after a payment."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checks.draft import Draft
from routing.problems import Finding, unknown
from routing.words import Text

_QUEUE = Text("队列", "queue")


def check(draft: Draft) -> Iterator[Finding]:
    """Queues that do not exist, sizes that leave no room, times that contradict each other."""
    if draft.feedback is not None:
        for number, name in enumerate(draft.feedback.after_talk):
            if name not in draft.queues:
                path = ("feedback", "after_talk", number)
                yield unknown(path, _QUEUE, name, draft.queues)
    plan = draft.follow_up
    if plan is None:
        return
    if plan.small >= plan.complex:
        yield Finding(
            ("follow_up", "complex"),
            Text("复杂案件的金额不高于小额", "a complex claim is not larger than a small one"),
            Text("设得比 small 大", "Make it more than small."),
        )
    if not plan.after.small <= plan.after.normal <= plan.after.complex:
        yield Finding(
            ("follow_up", "after"),
            Text("案件越大，回访应越晚", "larger claims are followed up later, not sooner"),
            Text("small <= normal <= complex", "Write small <= normal <= complex."),
            stops=False,
        )
    if not plan.questions:
        yield Finding(
            ("follow_up", "questions"),
            Text("没有要问的问题", "there is nothing to ask"),
            Text("至少写一个问题，或删除 [follow_up]", "Name a question, or delete [follow_up]."),
        )
