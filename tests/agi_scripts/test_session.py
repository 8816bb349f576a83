from __future__ import annotations

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi_scripts.session import HungUp, Line, RefusedValue, safe

pytestmark = pytest.mark.unit

ENV = {
    "uniqueid": "n1-1764145200.3",
    "callerid": "13800138000",
    "language": "en",
    "dnid": "5550100",
}


def line(*answers: str, **env: str) -> tuple[Line, io.StringIO]:
    head = "".join(f"agi_{name}: {value}\n" for name, value in (ENV | env).items())
    sent = io.StringIO()
    return Line(io.StringIO(head + "\n" + "".join(f"{a}\n" for a in answers)), sent), sent


def test_who_calls_is_read_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    made, _ = line(callerid="+49 (30) 1-5.5")
    assert (made.call_id, made.caller, made.dialled) == (
        "n1-1764145200.3",
        "+493015" + "5",
        "5550100",
    )
    assert made.language == "en"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("number", ["unknown", "", "anonymous", "1", "alice@home"])
def test_a_withheld_number_is_empty(number: str) -> None:
    assert line(callerid=number)[0].caller == ""


def test_prompts_are_played_until_a_key_stops_them() -> None:
    made, sent = line("200 result=0 endpos=1", "200 result=49 endpos=1")
    assert made.play(["num-1", "num-2", "num-3"], "12") == "1"
    assert sent.getvalue() == 'STREAM FILE cl/num-1 "12" 0\nSTREAM FILE cl/num-2 "12" 0\n'


@pytest.mark.parametrize("name", ["a b", "../x", "A", 'x"', "x\nHANGUP", ""])
def test_what_is_no_prompts_name_is_not_sent(name: str) -> None:
    made, sent = line()
    with pytest.raises(RefusedValue):
        made.play([name])
    assert sent.getvalue() == ""


@given(st.text(max_size=20))
def test_a_value_passes_unchanged_or_not_at_all(text: str) -> None:
    try:
        assert safe(text) == text
    except RefusedValue:
        return
    assert not set(text) & set('"\\\r\n\0\x7f\x85\u2028\u2029\u202e')
    assert text.isprintable() or " " in text or text == "" or not text.isascii()


@pytest.mark.parametrize("value", ['a"b', "a\nHANGUP", "a\rb", "a\\b", "a\x7f", "a\u2028b", "\x85"])
def test_a_value_that_could_be_a_command_is_refused(value: str) -> None:
    made, sent = line()
    for verb in (made.variable, lambda text: made.record(text, 1, 1)):
        with pytest.raises(RefusedValue):
            verb(value)
    assert sent.getvalue() == ""


def test_variables_and_keys() -> None:
    made, sent = line(
        "200 result=1 (abc (d)@host)", "200 result=0", "200 result=57", "200 result=0",
        "200 result=0123", "200 result= (timeout)",
    )  # fmt: skip
    assert made.variable("CHANNEL(pjsip,call-id)") == "abc (d)@host"
    assert made.variable("NONE") == ""
    assert (made.key(), made.key()) == ("9", "")
    assert (made.keys("num-1", 5), made.keys("num-1", 5)) == ("0123", "")
    assert sent.getvalue().splitlines()[-1] == "GET DATA cl/num-1 6000 5"
    with pytest.raises(RefusedValue):
        made.keys("num 1", 5)


@pytest.mark.parametrize(
    ("answer", "ended_by", "samples"),
    [
        ("200 result=35 (dtmf) endpos=16000", "key", 16000),
        ("200 result=0 (timeout) endpos=24000", "silence", 24000),
        ("200 result=0 (timeout) endpos=80000", "limit", 80000),
        ("200 result=-1 (hangup) endpos=9000", "hangup", 0),
        ("200 result=-1 (randomerror) endpos=9000", "hangup", 0),
        ("200 result=-1 (writefile) endpos=0", "hangup", 0),
        ("200 result=1 (randomerror) endpos=0", "fault", 0),
    ],
)
def test_a_recording_says_why_it_ended(answer: str, ended_by: str, samples: int) -> None:
    made, sent = line(answer)
    recorded = made.record("/spool dir/x", 10, 3)
    assert (recorded.ended_by, recorded.samples) == (ended_by, samples)
    assert sent.getvalue() == 'RECORD FILE "/spool dir/x" wav "#" 10000 s=3\n'


@pytest.mark.parametrize(
    "answer",
    [
        "200 result=-1 endpos=0",
        "200 result=-1",
        "HANGUP",
        "511 Command Not Permitted on a dead channel or intercept routine",
    ],
)
def test_a_hang_up_in_every_form_is_one_thing(answer: str) -> None:
    made, _ = line(answer)
    with pytest.raises(HungUp):
        made.play(["num-1"])


def test_the_end_of_the_input_is_a_hang_up_and_no_endless_loop() -> None:
    made, _ = line()
    with pytest.raises(HungUp):
        made.key()
    with pytest.raises(HungUp):
        Line(io.StringIO(""), io.StringIO())


def test_a_broken_pipe_is_a_hang_up() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    made = Line(io.StringIO("agi_uniqueid: 1.1\n\n"), Broken())
    with pytest.raises(HungUp):
        made.key()


def test_a_mistake_of_ours_is_not_taken_for_a_hang_up() -> None:
    made, _ = line("510 Invalid or unknown command")
    with pytest.raises(Exception, match="Invalid or unknown command"):
        made.key()


def test_outside_the_main_thread_it_refuses() -> None:
    faults: list[Exception] = []

    def begin() -> None:
        try:
            line()
        except RuntimeError as fault:
            faults.append(fault)

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    assert "main thread" in str(faults[0])
