"""Voices are programs: what they are given, what comes back, and how their failures read.

The programs are small scripts put into a folder of the test; the real ones made the shipped audio.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ari_app.speech import audio, voices
from tests.ari_app.speech.conftest import Hum

pytestmark = pytest.mark.unit

WRITE_WAV = """
def sound(path, frames):
    import wave
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(8000)
        file.writeframes(b"\\x10\\x20" * frames)
"""
PIPER = (
    WRITE_WAV
    + """
import sys, pathlib
args = dict(zip(sys.argv[3::2], sys.argv[4::2]))
pathlib.Path(args["-d"]).mkdir()
lines = pathlib.Path(args["-i"]).read_text("utf-8").splitlines()
slowness = int(float(args["--length-scale"]) * 1000)
for at, line in enumerate(lines[:LIMIT]):
    sound(pathlib.Path(args["-d"]) / f"{at + 8}.wav", len(line) + slowness)
"""
)
ESPEAK = (
    WRITE_WAV
    + """
import sys, pathlib
args = dict(zip(sys.argv[1::2], sys.argv[2::2]))
sound(args["-w"], len(pathlib.Path(args["-f"]).read_text("utf-8")))
"""
)


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{body}", "utf-8")
    path.chmod(0o755)
    return path


def piper(folder: Path, limit: int = 99) -> voices.Piper:
    body = PIPER.replace("LIMIT", str(limit))
    return voices.Piper(program(folder / "piper", body), folder / "en_US-test.onnx")


def lengths(files: list[Path]) -> list[int]:
    return [len(audio.read_wav(file).samples) for file in files]


def test_given_many_texts_when_read_then_each_has_its_sound_in_order(tmp_path: Path) -> None:
    texts = ["one  two\nthree", "eight", "four five", "Hangzhou"]
    files = piper(tmp_path).speak(texts, tmp_path)
    assert lengths(files) == [13 + 1000, 5 + 1200, 9 + 1000, 8 + 1200]


def test_given_fewer_sounds_than_texts_when_read_then_it_fails(tmp_path: Path) -> None:
    with pytest.raises(voices.VoiceFailed, match="read 1 of 2"):
        piper(tmp_path, limit=1).speak(["a b", "c d"], tmp_path)


def test_espeak_reads_each_text_from_a_file(tmp_path: Path) -> None:
    voice = voices.Espeak(str(program(tmp_path / "espeak-ng", ESPEAK)), "cmn")
    assert lengths(voice.speak(["您好", "-w danger; rm"], tmp_path)) == [2, 13]
    assert "GPL" in voice.licence and voice.name == "espeak-ng cmn"


def test_a_program_that_fails_or_is_not_there_is_told(tmp_path: Path) -> None:
    broken = program(tmp_path / "broken", "import sys; sys.exit('no such voice')")
    with pytest.raises(voices.VoiceFailed, match="ended with 1: no such voice"):
        voices.Espeak(str(broken), "cmn").speak(["a"], tmp_path)
    with pytest.raises(voices.VoiceFailed, match="could not be run"):
        voices.Espeak(str(tmp_path / "nothing"), "cmn").speak(["a"], tmp_path)


def test_the_licence_is_what_the_voices_card_says(tmp_path: Path) -> None:
    voice = voices.Piper(tmp_path, tmp_path / "en_US-test.onnx")
    assert voice.licence == "voice data: not stated"
    (tmp_path / "MODEL_CARD").write_text("# Model\n\n* License: CC0\n", "utf-8")
    assert voice.licence == "voice data: CC0"


def test_a_shifted_voice_is_higher_and_shorter(tmp_path: Path) -> None:
    plain = audio.read_wav(Hum().speak(["hello"], tmp_path)[0])
    voice = voices.Shifted(Hum(), 1.1)
    higher = audio.read_wav(voice.speak(["hello"], tmp_path)[0])
    assert higher.rate == 17600 and higher.seconds < plain.seconds
    assert (voice.name, voice.licence) == ("hum x 1.1", Hum().licence)


def test_the_best_voice_that_is_installed_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    cache = tmp_path / "cache"
    assert voices.find("en", cache) is None
    espeak = program(tmp_path / "bin" / "espeak-ng", ESPEAK)
    assert voices.find("zh", cache) == voices.Espeak(str(espeak), "cmn-latn-pinyin")
    python = program(cache / "piper" / "bin" / "python", "")
    data = cache / "piper" / "lib" / "python3.11" / "site-packages" / "joe" / "data"
    data.mkdir(parents=True)
    (data / "en_US-joe-medium.onnx").touch()
    assert voices.find("en", cache) == voices.Piper(python, data / "en_US-joe-medium.onnx")
    (cache / "models").mkdir()
    own = cache / "models" / "zh_CN-own.onnx"
    own.touch()
    assert voices.find("zh", cache) == voices.Piper(python, own)


def test_piper_is_installed_into_an_environment_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    pip = "import sys, pathlib; pathlib.Path({!r}).write_text(' '.join(sys.argv[1:]))"
    program(tmp_path / "piper" / "bin" / "python", pip.format(str(said)))
    voices.install_piper(tmp_path)
    assert said.read_text() == "-m pip install -q " + " ".join(voices.PIPER_PACKAGES)


def test_given_no_environment_yet_when_installed_then_one_is_made_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = (
        "import sys, pathlib; home = pathlib.Path(sys.argv[3]) / 'bin'; home.mkdir(parents=True)\n"
    )
    maker += "(home / 'python').symlink_to('/bin/true')"
    monkeypatch.setattr(sys, "executable", str(program(tmp_path / "maker", maker)))
    voices.install_piper(tmp_path)
    assert (tmp_path / "piper" / "bin" / "python").exists()
