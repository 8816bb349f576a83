"""What the desk says when it cannot do something: what happened, what is safe, what to do."""

from __future__ import annotations

from ari_app.desk.words import known, say


class Problem(Exception):
    """A refusal with sentences of its own: `code` names problem.CODE.what, .safe and .do.

    `extra` goes along in the HTTP interface's answer.
    """

    def __init__(
        self,
        code: str,
        status: int = 400,
        *,
        extra: dict[str, object] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.extra = extra or {}
        self.values = values


def told(problem: Problem, language: str) -> dict[str, object]:
    """The three sentences and the code, as the HTTP interface gives them."""
    name = f"problem.{problem.code}."
    if not known(name + "what"):
        name = "problem.refused."
    parts = ("what", "safe", "do")
    sentences = {part: say(name + part, language, **problem.values) for part in parts}
    return {"code": problem.code, **sentences, **problem.extra}
