"""The child process that recognises speech: requests in, words out, one JSON object a line.

It holds the models, so that an engine that aborts, hangs or eats memory takes nobody with it.
Request: {"wav", "language", "engine", "folder", "hint"}; without a wav the model is only loaded.
Answer: {"segments"}, {"fault"}, or {"missing"} when the engine itself is not installed.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from ari_app.giving_way import give_way
from ari_app.speech import engines
from ari_app.speech.audio import read_wav
from ari_app.speech.recogniser import Recogniser, to_json

NICENESS = 15


def serve(requests: Iterable[str], answers: TextIO) -> None:
    """Answer requests until there are no more; a fault of one is told and the next is served."""
    loaded: dict[tuple[str, str], Recogniser] = {}
    for line in requests:
        try:
            answer = _answer(json.loads(line), loaded)
        except ImportError as fault:
            answer = {"missing": str(fault)}
        except Exception as fault:
            answer = {"fault": f"{type(fault).__name__}: {fault}"}
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


def _answer(
    request: dict[str, str], loaded: dict[tuple[str, str], Recogniser]
) -> dict[str, object]:
    key = (request["engine"], request["folder"])
    if key not in loaded:
        folder = Path(request["folder"])
        loaded[key] = engines.load(request["engine"], folder, hint=request["hint"])
    if not request["wav"]:
        return {"segments": []}
    sound = read_wav(Path(request["wav"]))
    heard = loaded[key].transcribe(sound.samples, sound.rate, request["language"])
    return {"segments": [to_json(segment) for segment in heard]}


def _while_wanted(requests: TextIO) -> Iterator[str]:
    """The requests; ends the process, even in the middle of one, when the worker is gone."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in requests:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=read, name="requests", daemon=True).start()
    while True:
        yield waiting.get()


def main() -> None:
    """Serve standard input; whatever an engine prints goes to standard error, not into answers."""
    give_way(NICENESS)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with answers:
        serve(_while_wanted(sys.stdin), answers)


if __name__ == "__main__":
    main()
