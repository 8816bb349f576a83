"""Carries one effect out: sends a message, seals a recording, or writes down what it says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ari_app.jobs.carrying import NotYet
from ari_app.jobs.mailing import Postbox
from ari_app.jobs.pushing import Inward, Pusher
from ari_app.jobs.sealing import ENDING, Folders, Sealer, open_recording
from ari_app.speech.audio import Sound, parse_wav, write_wav
from ari_app.speech.recogniser import ModelMissing, Segment
from ari_app.speech.transcripts import Transcriber
from claims_store import feedback, recordings
from claims_store.consequences.effects import (
    Effect,
    Follow,
    Listen,
    Message,
    Push,
    Seal,
    Transcribe,
)
from claims_store.consequences.transcribe import written_down
from claims_store.recordings import Recording
from claims_store.rules.findings import Word
from claims_store.store import Store
from claims_store.transcripts import Heard

TRACKS = ("customer", "agent")
MODEL_PAUSE_S = (2.0, 300.0)
REMARK_PAUSE_S = 10.0
WAITING_FOR_MODEL = "waiting_for_model"


class Hands:
    """Everything the worker does to the world; each effect may be carried out twice unharmed."""

    def __init__(
        self,
        store: Store,
        folders: Folders,
        transcriber: Transcriber,
        post: Postbox,
        inward: Inward = Inward(),
    ) -> None:
        self._store = store
        self._folders = folders
        self._sealer = Sealer(store, folders)
        self._transcriber = transcriber
        self._post = post
        self._pusher = Pusher(store, inward)

    def do(self, effect: Effect, now: datetime) -> None:
        """Carry out one effect. Raises NotYet when its time has not come."""
        match effect:
            case Message():
                self._post.send(effect)
            case Follow():
                self._post.follow(effect, now)
            case Seal():
                self._sealer.seal(effect.call_id, now)
            case Transcribe():
                self._transcribe(effect, now)
            case Listen():
                self._hear(effect, now)
            case Push():
                self._pusher.push(effect.delivery, now)

    def _hear(self, asked: Listen, now: datetime) -> None:
        """Write a remark down. It is sealed with the call in which it was spoken."""
        sealed = self._folders.kept / f"{asked.clip}{ENDING}"
        if not sealed.exists():
            raise NotYet("the call is not sealed", REMARK_PAUSE_S)
        opened = self._store.vault.open_file(sealed)
        if opened is None:
            return
        with opened:
            sound = parse_wav(opened.read(), sealed.name)
        try:
            heard = self._listen(asked.clip, asked.language, sound)
        except ModelMissing as missing:
            raise NotYet(WAITING_FOR_MODEL, MODEL_PAUSE_S[1]) from missing
        text = " ".join(segment.text for segment in heard)
        self._store.run_now(feedback.remark_heard, asked.key, text, now)

    def _transcribe(self, asked: Transcribe, now: datetime) -> None:
        recording = self._store.run_now(recordings.of_call, asked.call_id)
        if recording is None:
            return
        sound = open_recording(self._store, recording, self._folders.kept)
        if sound is None:
            return
        try:
            heard = [
                _heard(track, segment)
                for side, track in enumerate(TRACKS)
                for segment in self._listen(
                    f"{asked.call_id}.{track}",
                    asked.language,
                    Sound(sound.samples[:, side], sound.rate),
                )
            ]
        except ModelMissing as missing:
            raise NotYet(WAITING_FOR_MODEL, _patience(recording, now)) from missing
        self._store.run_now(written_down, asked.call_id, heard, now)

    def _listen(self, name: str, language: str, sound: Sound) -> list[Segment]:
        """One voice's words. The plain file lives only while it is listened to."""
        self._transcriber.model_for(language)
        if not sound.samples.any():
            return []
        plain: Path = self._folders.work / f"{name}.wav"
        write_wav(plain, sound)
        try:
            return self._transcriber.transcribe(plain, language)
        finally:
            plain.unlink(missing_ok=True)


def _patience(recording: Recording, now: datetime) -> float:
    """Seconds until a missing model is looked for again: soon for a call that has just ended (the
    speech extra may be installing), rarely for an old one."""
    least, most = MODEL_PAUSE_S
    return min(most, max(least, (now - recording.sealed_at).total_seconds() / 4))


def _heard(track: str, segment: Segment) -> Heard:
    words = tuple(Word(w.text, w.start, w.end, w.confidence) for w in segment.words)
    return Heard(track, segment.start, segment.end, segment.text, words, segment.confidence)
