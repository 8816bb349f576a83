"""Speech-to-text for the worker: a child process is kept, given sounds, timed, and replaced."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from ari_app.speech.models import Installed, Models
from ari_app.speech.recogniser import ModelMissing, Segment, from_json

LEAST_LIMIT_S = 60.0
LIMIT_PER_SECOND = 4.0


class ListeningFailed(Exception):
    """The engine failed on this sound; the recording is safe and the job may be tried again."""


class Transcriber:
    """Recognises one sound at a time in a child process that keeps its models loaded.

    Thread-safe: callers wait for each other. The child starts at the first sound.
    """

    def __init__(self, models: Models, *, command: tuple[str, ...] | None = None) -> None:
        self._models = models
        self._command = command or (sys.executable, "-m", "ari_app.speech.child")
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Transcriber:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def model_for(self, language: str) -> Installed:
        """Raises ModelMissing when no model of the language is installed."""
        installed = self._models.hearing(language)
        if installed is None:
            raise ModelMissing(f"no speech model hears {language}: `claimline models install` one")
        return installed

    def transcribe(
        self, wav: Path, language: str, *, limit_s: float | None = None
    ) -> list[Segment]:
        """What is said in a mono WAV file. Raises ModelMissing or ListeningFailed.

        Without `limit_s` the time limit follows the length of the sound (by the file's size).
        """
        if limit_s is None:
            limit_s = max(LEAST_LIMIT_S, wav.stat().st_size / 16000 * LIMIT_PER_SECOND)
        return self._hear(str(wav), language, limit_s)

    def warm(self, language: str) -> None:
        """Load the language's model now, so that the first sound need not wait for it."""
        self._hear("", language, LEAST_LIMIT_S)

    def _hear(self, wav: str, language: str, limit_s: float) -> list[Segment]:
        installed = self.model_for(language)
        request = {
            "wav": wav,
            "language": language,
            "engine": installed.model.engine,
            "folder": str(installed.folder),
            "hint": installed.model.hint,
        }
        with self._lock:
            answer = self._ask(request, limit_s)
        if "missing" in answer:
            self.close()  # a failed import is remembered by its process
            raise ModelMissing(f"the engine of {installed.model.name} is not installed")
        if "fault" in answer:
            raise ListeningFailed(f"{installed.model.name} failed: {answer['fault']}")
        return [from_json(shape) for shape in answer["segments"]]

    def close(self) -> None:
        """End the child, also in the middle of a sound: whoever waits for that gets
        ListeningFailed. The next sound would start another child."""
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, str], limit_s: float) -> dict[str, Any]:
        child = self._running()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            line = self._line(child, limit_s)
        except (TimeoutError, OSError) as fault:
            self._end()
            raise ListeningFailed(str(fault) or "the recogniser went away") from fault
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        return self._child

    def _line(self, child: subprocess.Popen[bytes], limit_s: float) -> bytes:
        """One whole line of the child. Raises TimeoutError, or OSError when the child is gone."""
        assert child.stdout is not None
        pieces = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while not pieces.endswith(b"\n"):
                if not selector.select(limit_s):
                    raise TimeoutError(f"the recogniser took longer than {limit_s:.0f} s")
                piece = os.read(child.stdout.fileno(), 65536)
                if not piece:
                    raise OSError(f"the recogniser ended by itself ({child.wait()})")
                pieces += piece
        return bytes(pieces)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            # Its group, and by force: a Kaldi decoder in mid-utterance hears no polite signal.
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
