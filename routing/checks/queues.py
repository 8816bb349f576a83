"""Queues whose steps narrow or never end, that nothing leads to, that nobody can serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from routing.checks.draft import Draft
from routing.facts import CallFacts
from routing.plan import Queue
from routing.problems import Finding, Path
from routing.skills import fits, requirement
from routing.words import Text


def check(draft: Draft) -> Iterator[Finding]:
    """Steps, reachability and staffing of each queue."""
    wanted = _led_to(draft)
    for name, queue in draft.sound_queues():
        yield from _steps(queue, ("queue", name))
        if draft.line is not None and name not in wanted:
            yield Finding(
                ("queue", name),
                Text(f"没有规则通向队列“{name}”", f"nothing leads to the queue “{name}”"),
                Text("删除它,或加一条规则", "Delete it, or add a rule."),
                stops=False,
                at_key=True,
            )
        if queue.callback_after is not None and queue.callback_after > queue.patience:
            yield Finding(
                ("queue", name, "callback_after"),
                Text("回电在等待结束之后才提供", "the callback is offered after the wait is over"),
                Text("设得比 patience 小", "Make it less than patience."),
                stops=False,
            )
    yield from _staffing(draft)


def _steps(queue: Queue, path: Path) -> Iterator[Finding]:
    last = len(queue.step) - 1
    for number, (step, following) in enumerate(pairwise(queue.step)):
        if step.for_ is None:
            yield _endless((*path, "step", number))
        for skill, level in following.need.items():
            if step.need.get(skill, 0) < level:
                yield _narrower((*path, "step", number + 1, "need", skill), skill, level)
    if queue.step[last].need:
        yield Finding(
            (*path, "step", last, "need"),
            Text(
                "最后一步仍有技能要求:没有合适的人时来电会一直等",
                "the last step still needs skills: a caller whom nobody fits would wait for ever",
            ),
            Text('最后一步写 need = "any"', 'Let the last step be need = "any".'),
        )
    if queue.step[last].for_ is not None:
        yield Finding(
            (*path, "step", last, "for"),
            Text("最后一步没有结束时间", "the last step has no end"),
            Text("删除 for", "Delete for."),
            stops=False,
            at_key=True,
        )


def _endless(path: Path) -> Finding:
    return Finding(
        path,
        Text("这一步没有 for,后面的步骤永远不会开始", "without for, the next step never begins"),
        Text("加上秒数,例如 for = 20", "Add seconds, for example for = 20."),
        at_key=True,
    )


def _narrower(path: Path, skill: str, level: int) -> Finding:
    return Finding(
        path,
        Text(
            f"这一步比上一步更严:{skill} = {level}",
            f"this step is narrower than the one before: {skill} = {level}",
        ),
        Text("步骤只能放宽:降低级别或删除它", "Steps only widen: lower the level, or drop it."),
        at_key=True,
    )


def _led_to(draft: Draft) -> set[str]:
    wanted = {rule.queue for _, rule in draft.sound_rules()}
    for _, menu in draft.sound_menus():
        targets = (*menu.keys.values(), menu.lost)
        wanted |= {each.removeprefix("queue.") for each in targets if each.startswith("queue.")}
    if draft.line is not None:
        wanted.add(draft.line.emergency)
    return wanted


def _staffing(draft: Draft) -> Iterator[Finding]:
    """Steps that nobody on the roster fits, for calls as the rules describe them."""
    if draft.agents is None:
        return
    told: set[Path] = set()
    for _, rule in draft.sound_rules():
        queue = draft.queues.get(rule.queue)
        for facts in _examples(rule.when.line, rule.when.issue, rule.when.language):
            for number, step in enumerate(queue.step if queue is not None else ()):
                path: Path = ("queue", rule.queue, "step", number, "need")
                if path not in told and not _served(draft.agents, step.need, facts):
                    told.add(path)
                    yield _unserved(path, rule.name)


def _served(
    agents: Mapping[str, Mapping[str, int]], need: Mapping[str, int], facts: CallFacts
) -> bool:
    wanted = requirement(need, facts)
    return any(fits(skills, wanted) for skills in agents.values())


def _examples(
    lines: tuple[str, ...], issues: tuple[str, ...], languages: tuple[str, ...]
) -> Iterator[CallFacts]:
    for line in lines or ("",):
        for issue in issues or ("",):
            for language in languages or ("zh", "en"):
                yield CallFacts(line=line, issue=issue, language=language)


def _unserved(path: Path, rule: str) -> Finding:
    return Finding(
        path,
        Text(
            f"规则“{rule}”的来电在这一步没有任何座席合适",
            f"no agent fits calls of the rule “{rule}” in this step",
        ),
        Text("放宽要求,或安排培训", "Widen the need, or train somebody."),
        stops=False,
    )
