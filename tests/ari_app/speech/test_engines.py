"""The real engines on real models: the whole job, not the constructor."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ari_app.speech import engines
from ari_app.speech.audio import Sound, from_ulaw, write_wav
from ari_app.speech.engines.whisper import loops
from ari_app.speech.models import Models
from ari_app.speech.recogniser import Recogniser, Segment, from_json, to_json
from ari_app.speech.transcripts import Transcriber
from tests.fakes.sounds import RATE, babble, silence

# Of what it runs nothing is new to the others' coverage, which costs it as much time again.
pytestmark = [pytest.mark.unit, pytest.mark.no_cover]

SOUNDS = Path(__file__).parents[3] / "asterisk" / "sounds" / "en"
SAID = "Sorry, our system is coming back. What you told us is kept."


def prompt(name: str) -> np.ndarray:
    return from_ulaw((SOUNDS / f"{name}.ulaw").read_bytes())


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models(tmp_path_factory.mktemp("models"))


def loaded(models: Models, language: str) -> Recogniser:
    installed = models.hearing(language)
    assert installed is not None, "pip install -r requirements/test.txt"
    return engines.load(installed.model.engine, installed.folder, hint=installed.model.hint)


@pytest.fixture(scope="module")
def whisper(models: Models) -> Recogniser:
    return loaded(models, "en")


@pytest.fixture(scope="module")
def vosk(models: Models) -> Recogniser:
    return loaded(models, "ko")


def well_timed(segments: list[Segment], seconds: float) -> bool:
    words = [word for segment in segments for word in segment.words]
    starts = [word.start for word in words]
    return (
        bool(words)
        and starts == sorted(starts)
        and all(
            0 <= word.start <= word.end <= seconds + 0.1 and 0 <= word.confidence <= 1
            for word in words
        )
    )


def test_given_english_speech_in_telephone_quality_when_transcribed_then_words_and_times(
    whisper: Recogniser,
) -> None:
    sound = np.concatenate([silence(3.0), prompt("fallback-sorry"), silence(2.0)])
    heard = whisper.transcribe(sound, RATE, "en")
    assert plain(" ".join(segment.text for segment in heard)) == plain(SAID)
    assert well_timed(heard, len(sound) / RATE)
    assert heard[0].words[0].start == pytest.approx(3.0, abs=0.6)


def test_given_a_korean_vosk_model_when_transcribing_then_words_have_times(
    vosk: Recogniser,
) -> None:
    speech = prompt("fallback-report")
    sound = np.concatenate([silence(4.0), speech, silence(3.0), speech, silence(3.0)])
    heard = vosk.transcribe(sound, RATE, "ko")
    assert well_timed(heard, len(sound) / RATE)
    assert heard[0].start >= 3.0
    later = 4.0 + len(speech) / RATE + 2.0
    assert any(segment.start > later for segment in heard), "the second stretch has its own times"


def test_given_two_utterances_with_a_pause_when_transcribed_then_two_segments(
    whisper: Recogniser,
) -> None:
    one = prompt("fallback-sorry")
    sound = np.concatenate([silence(0.5), one, silence(2.5), one, silence(0.5)])
    heard = whisper.transcribe(sound, RATE, "en")
    later = 0.5 + len(one) / RATE + 1.5
    assert any(segment.start > later for segment in heard)
    assert not any(segment.start < later < segment.end for segment in heard)


def test_given_silence_when_transcribed_then_nothing_is_heard(
    whisper: Recogniser, vosk: Recogniser
) -> None:
    assert whisper.transcribe(silence(5.0), RATE, "en") == []
    assert vosk.transcribe(silence(5.0), RATE, "ko") == []


def test_given_noise_when_whisper_hears_it_then_no_words_are_made_up(whisper: Recogniser) -> None:
    assert whisper.transcribe(babble(6.0, 3, level=400), RATE, "en") == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_given_the_child_process_when_a_real_model_is_asked_then_the_same_way(
    models: Models, tmp_path: Path, language: str
) -> None:
    wav = tmp_path / "sound.wav"
    with Transcriber(models) as transcriber:
        write_wav(wav, Sound(np.concatenate([silence(1.0), prompt("fallback-sorry")]), RATE))
        assert well_timed(transcriber.transcribe(wav, language), 10.0)
        write_wav(wav, Sound(silence(3.0), RATE))
        assert transcriber.transcribe(wav, language) == []


def test_a_loop_is_told_from_digits_and_speech() -> None:
    assert loops("thank you thank you thank you thank you thank you thank you")
    assert loops("가가가가가가가")
    assert not loops("5 5 5 5 5 5 5")
    assert not loops("no no no it was the other car")
    assert not loops("5550199432")


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no speech engine"):
        engines.load("magic", tmp_path)


def test_a_segment_survives_the_way_through_json() -> None:
    shape = {"start": 1.0, "end": 2.0, "text": "你好", "words": [["你好", 1.0, 2.0, 0.5]]}
    segment = from_json(shape)
    assert to_json(segment) == shape
    assert segment.confidence == 0.5
    assert Segment(0, 1, "", ()).confidence == 0
