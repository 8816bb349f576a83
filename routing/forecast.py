"""How long a caller is still expected to wait."""

from __future__ import annotations


def remaining_s(
    place: int, length: int, head_waited_s: float | None, last_waited_s: float | None
) -> float | None:
    """Seconds until the call at `place` (from 1) of `length` is served; None if nothing is known.

    The head-of-line estimator needs no rate of service: who comes now waits about as long as the
    one at the head has waited; who is further ahead, the same part of it as of the line. Before
    anybody has waited, the wait of the last one served is the better guess.
    """
    known = [each for each in (head_waited_s, last_waited_s) if each is not None]
    if not known or length < 1:
        return None
    return max(known) * place / length
