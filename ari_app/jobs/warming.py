"""While a caller is on the line, the model that will hear his recording is loaded.

So the check of a report begins when the call ends, and an idle house holds no model in memory.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from ari_app.speech.recogniser import ModelMissing
from ari_app.speech.transcripts import ListeningFailed, Transcriber

logger = logging.getLogger(__name__)


class Warming:
    """Loads each language's model once per child process, in a thread of its own."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._loaded: dict[str, int | None] = {}
        self._thread: threading.Thread | None = None

    def look(self, languages: Iterable[str]) -> None:
        """Load what these callers' languages need and is not loaded."""
        if self._thread is not None and self._thread.is_alive():
            return
        pid = self._transcriber.pid
        for language in languages:
            if pid is None or self._loaded.get(language) != pid:
                self._thread = threading.Thread(target=self._load, args=(language,), daemon=True)
                self._thread.start()
                return

    def _load(self, language: str) -> None:
        try:
            self._transcriber.warm(language)
        except (ModelMissing, ListeningFailed):
            return  # the job itself tells
        self._loaded[language] = self._transcriber.pid

    def end(self) -> None:
        """Wait for a load under way; close the transcriber first."""
        if self._thread is not None:
            self._thread.join(5)
