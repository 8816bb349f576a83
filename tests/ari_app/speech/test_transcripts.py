from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from ari_app.speech import child
from ari_app.speech.audio import Sound, write_wav
from ari_app.speech.engines.scripted import fingerprint
from ari_app.speech.models import Models
from ari_app.speech.recogniser import ModelMissing, Segment, Word, to_json
from ari_app.speech.transcripts import ListeningFailed, Transcriber
from tests.fakes.sounds import RATE, babble, silence
from tests.fakes.speech import scripted

pytestmark = pytest.mark.unit

HELLO = Segment(0.5, 1.0, "hello", (Word("hello", 0.5, 1.0, 0.9),))
OTHER = Segment(0.1, 0.2, "other", ())
ONE, TWO = babble(1.0, 1), babble(1.0, 2)


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return scripted(tmp_path, {fingerprint(ONE): [HELLO], "anything": [OTHER]})


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    write_wav(tmp_path / "one.wav", Sound(ONE, RATE))
    return tmp_path / "one.wav"


def endless(tmp_path: Path) -> tuple[str, ...]:
    """A child that takes a request and never answers; it says when it has one."""
    mark = repr(str(tmp_path / "asked"))
    script = f"import sys; sys.stdin.readline(); open({mark}, 'w'); sys.stdin.read()"
    return (sys.executable, "-c", script)


def test_given_scripts_when_transcribed_then_each_sound_has_its_own_words(
    models: Models, wav: Path
) -> None:
    with Transcriber(models) as transcriber:
        assert transcriber.pid is None
        assert transcriber.transcribe(wav, "en") == [HELLO]
        first = transcriber.pid
        write_wav(wav, Sound(TWO, RATE))
        assert transcriber.transcribe(wav, "en") == [OTHER]
        assert transcriber.pid == first, "the model is loaded once"
        write_wav(wav, Sound(silence(1), RATE))
        assert transcriber.transcribe(wav, "en") == []
    assert transcriber.pid is None


def test_given_no_model_for_a_language_when_asked_then_told_without_a_child(
    models: Models, wav: Path
) -> None:
    with Transcriber(models) as transcriber:
        with pytest.raises(ModelMissing, match="models install"):
            transcriber.transcribe(wav, "fr")
        assert transcriber.pid is None


def test_given_the_child_is_killed_when_asked_again_then_another_one_answers(
    models: Models, wav: Path
) -> None:
    with Transcriber(models) as transcriber:
        transcriber.transcribe(wav, "en")
        first = transcriber.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        try:
            heard = transcriber.transcribe(wav, "en")
        except ListeningFailed:  # it died with our request in the pipe
            heard = transcriber.transcribe(wav, "en")
        assert heard == [HELLO]
        assert transcriber.pid not in (None, first)


def test_given_a_child_that_dies_of_the_sound_when_asked_then_it_is_a_failure_of_that_sound(
    models: Models, wav: Path
) -> None:
    dying = (sys.executable, "-c", "import os, sys; sys.stdin.readline(); os.abort()")
    with Transcriber(models, command=dying) as transcriber:
        for _ in range(2):
            with pytest.raises(ListeningFailed, match="ended by itself"):
                transcriber.transcribe(wav, "en")
        assert transcriber.pid is None


def test_given_a_child_that_hangs_when_its_time_is_up_then_it_is_ended(
    models: Models, wav: Path, tmp_path: Path
) -> None:
    with Transcriber(models, command=endless(tmp_path)) as transcriber:
        with pytest.raises(ListeningFailed, match="longer than"):
            transcriber.transcribe(wav, "en", limit_s=0.3)
        assert transcriber.pid is None


def test_given_a_sound_under_way_when_closed_then_its_caller_is_told_at_once(
    models: Models, wav: Path, tmp_path: Path
) -> None:
    transcriber = Transcriber(models, command=endless(tmp_path))
    faults: list[BaseException] = []

    def listen() -> None:
        try:
            transcriber.transcribe(wav, "en")
        except ListeningFailed as fault:
            faults.append(fault)

    thread = threading.Thread(target=listen)
    thread.start()
    while not (tmp_path / "asked").exists():
        threading.Event().wait(0.01)
    transcriber.close()
    thread.join(10)
    assert len(faults) == 1 and transcriber.pid is None


def test_given_a_file_that_is_no_sound_when_asked_then_the_child_lives_on(
    models: Models, wav: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound")
    with Transcriber(models) as transcriber:
        with pytest.raises(ListeningFailed, match="not a WAV"):
            transcriber.transcribe(broken, "en")
        first = transcriber.pid
        assert transcriber.transcribe(wav, "en") == [HELLO]
        assert transcriber.pid == first


def test_the_child_answers_each_line_and_tells_its_faults(models: Models, wav: Path) -> None:
    installed = models.hearing("en")
    assert installed is not None
    request = {
        "wav": str(wav), "language": "en", "engine": "scripted",
        "folder": str(installed.folder), "hint": "",
    }  # fmt: skip
    answers = io.StringIO()
    child.serve(["not json", json.dumps(request), json.dumps(request | {"engine": "x"})], answers)
    first, second, third = (json.loads(line) for line in answers.getvalue().splitlines())
    assert "JSONDecodeError" in first["fault"]
    assert second == {"segments": [to_json(HELLO)]}
    assert "no speech engine" in third["fault"]


def test_given_an_engine_that_is_not_installed_when_asked_then_its_model_is_missing(
    models: Models, wav: Path
) -> None:
    script = 'import sys; sys.stdin.readline(); print(\'{"missing": "x"}\', flush=True)'
    without = (sys.executable, "-c", script)
    with Transcriber(models, command=without) as transcriber:
        with pytest.raises(ModelMissing, match="not installed"):
            transcriber.transcribe(wav, "en")
        assert transcriber.pid is None


def test_the_child_tells_a_missing_engine_from_a_failure(
    wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.delitem(sys.modules, "ari_app.speech.engines.whisper", raising=False)
    request = {
        "wav": str(wav), "language": "en", "engine": "whisper", "folder": "/none", "hint": "",
    }  # fmt: skip
    answers = io.StringIO()
    child.serve([json.dumps(request)], answers)
    assert list(json.loads(answers.getvalue())) == ["missing"]


def test_given_no_script_for_a_sound_then_nothing_is_heard(tmp_path: Path, wav: Path) -> None:
    with Transcriber(scripted(tmp_path / "m", {})) as transcriber:
        assert transcriber.transcribe(wav, "zh") == []
