"""The table, what is rendered from it, and every way in which text and audio part."""

from __future__ import annotations

from pathlib import Path

import pytest

from ari_app.speech import polish, prompt_check, prompts
from ari_app.speech.voices import VoiceFailed
from tests.ari_app.speech.conftest import Hum

pytestmark = pytest.mark.unit

TABLE = """name\tzh\ten
greeting\t您好。\tHello.
other-en\t[en] Press eight.\tPress eight.
beep\t[tone 880 0.3]\t[tone 880 0.3]
gap\t[silence 0.3]\t[silence 0.3]
"""


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    (tmp_path / prompts.TABLE).write_text(TABLE, "utf-8")
    return tmp_path


def rendered(sounds: Path, hum: Hum) -> prompts.PromptTable:
    table = prompts.load(sounds / prompts.TABLE)
    prompts.render(table, sounds, {"zh": hum, "en": hum})
    return table


def changed(sounds: Path, old: str, new: str) -> prompts.PromptTable:
    (sounds / prompts.TABLE).write_text(TABLE.replace(old, new), "utf-8")
    return prompts.load(sounds / prompts.TABLE)


def codes(problems: list[prompt_check.Problem]) -> set[tuple[str, str, str]]:
    return {(problem.language, problem.name, problem.code) for problem in problems}


def test_the_table_gives_each_text_by_name_and_language(sounds: Path) -> None:
    table = prompts.load(sounds / prompts.TABLE)
    assert table.names == {"greeting", "other-en", "beep", "gap"}
    assert table.text("greeting", "zh") == "您好。"


def test_given_faulty_rows_when_loaded_then_every_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("name\tzh\ten\nok\ta\tb\nok\ta\tb\nNo Name\ta\tb\nshort\ta\n", "utf-8")
    with pytest.raises(prompts.TableFault) as told:
        prompts.load(path)
    assert [line.split(":")[1] for line in str(told.value).splitlines()] == ["3", "4", "5"]


@pytest.mark.parametrize("text", ["", "name\ten\tzh\n"])
def test_given_a_wrong_head_when_loaded_then_it_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(prompts.TableFault, match="first line"):
        prompts.load(path)


def test_given_a_table_when_rendered_then_the_check_finds_nothing(sounds: Path, hum: Hum) -> None:
    table = rendered(sounds, hum)
    assert prompt_check.check(table, sounds, used=["greeting"]) == []
    made = prompts.manifest(sounds / "en")["greeting"]
    assert (made.voice, made.licence) == ("hum", "voice data: none")
    assert made.seconds == pytest.approx(
        len((sounds / "en" / "greeting.ulaw").read_bytes()) / polish.RATE, abs=0.01
    )


def test_a_text_for_the_other_voice_is_read_by_it(sounds: Path) -> None:
    table = prompts.load(sounds / prompts.TABLE)
    zh, en = Hum(), Hum()
    prompts.render(table, sounds, {"zh": zh, "en": en})
    assert zh.read == ["您好。"]
    assert en.read.count("Press eight.") == 2


def test_only_what_changed_is_rendered_again(sounds: Path, hum: Hum) -> None:
    rendered(sounds, hum)
    hum.read.clear()
    table = changed(sounds, "Hello.", "Good day.")
    steps: list[prompts.Step] = []
    done = prompts.render(table, sounds, {"zh": hum, "en": hum}, progress=steps.append)
    assert hum.read == ["Good day."]
    assert done == prompts.Rendered(made=1, kept=7, removed=0)
    assert steps == [prompts.Step("en", 1, 1)]
    done = prompts.render(table, sounds, {"zh": hum, "en": hum}, only_changed=False)
    assert done.made == 8


def test_given_a_row_taken_out_when_rendered_then_its_audio_goes(sounds: Path, hum: Hum) -> None:
    rendered(sounds, hum)
    table = changed(sounds, "greeting\t您好。\tHello.\n", "")
    assert prompts.render(table, sounds, {"zh": hum, "en": hum}).removed == 2
    assert not (sounds / "zh" / "greeting.ulaw").exists()
    assert prompt_check.check(table, sounds) == []


def test_given_no_voice_when_rendered_then_it_says_what_to_do(sounds: Path, hum: Hum) -> None:
    table = prompts.load(sounds / prompts.TABLE)
    with pytest.raises(VoiceFailed, match="no voice for zh"):
        prompts.render(table, sounds, {"en": hum})


def test_given_a_voice_that_fails_when_rendered_then_what_was_made_stays(
    sounds: Path, hum: Hum
) -> None:
    rendered(sounds, hum)
    table = changed(sounds, "Hello.", "Bad.")
    with pytest.raises(VoiceFailed):
        prompts.render(table, sounds, {"zh": hum, "en": Hum(refuses="Bad")})
    assert codes(prompt_check.check(table, sounds)) == {("en", "greeting", "text_changed")}
    assert "zh" in {p.name for p in sounds.iterdir()}


def test_given_nothing_rendered_when_checked_then_every_prompt_lacks_audio(sounds: Path) -> None:
    problems = prompt_check.check(prompts.load(sounds / prompts.TABLE), sounds)
    assert {problem.code for problem in problems} == {"no_audio"} and len(problems) == 8


def test_every_way_in_which_text_and_audio_part_is_told(sounds: Path, hum: Hum) -> None:
    rendered(sounds, hum)
    table = changed(sounds, "greeting\t您好。\tHello.", "greeting\t\tHello.")
    (sounds / "en" / "stray.ulaw").write_bytes(b"\xff" * 8000)
    (sounds / "en" / "beep.ulaw").write_bytes(b"\xff" * 8000)
    problems = prompt_check.check(table, sounds, used=["greeting", "nobody"])
    assert codes(problems) == {
        ("zh", "greeting", "no_text"),
        ("en", "stray", "left_over"),
        ("en", "beep", "audio_changed"),
        ("", "nobody", "unknown"),
    }
    assert all(problem.sentence for problem in problems)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (polish.to_ulaw(polish.made("[tone 300 0.2]")), "too_short"),  # type: ignore[arg-type]
        (polish.to_ulaw(polish.made("[tone 300 21]")), "too_long"),  # type: ignore[arg-type]
        (b"\xff" * 16000, "too_quiet"),
    ],
)
def test_given_audio_that_cannot_say_its_text_when_checked_then_it_is_told(
    tmp_path: Path, content: bytes, code: str
) -> None:
    text = "A sentence that nobody says in a fifth of a second."
    table = prompts.PromptTable({"long": {"zh": "[silence 0.1]", "en": text}})
    prompts.render(table, tmp_path, {"en": Hum()})
    (tmp_path / "en" / "long.ulaw").write_bytes(content)
    prompts.write_manifest(
        tmp_path / "en", {"long": prompts.describe(text, "hum", "none", content)}
    )
    assert codes(prompt_check.check(table, tmp_path)) == {("en", "long", code)}


def test_the_shortest_time_grows_with_the_text() -> None:
    assert prompt_check.shortest_s("八", "zh") == prompt_check.SHORTEST_S
    assert prompt_check.shortest_s("请按井号结束,谢谢您。", "zh") == pytest.approx(9 * 0.085)
    assert prompt_check.shortest_s("[en] Press eight.", "zh") == pytest.approx(0.3)
