from __future__ import annotations

import io
import re
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


class Answers(io.StringIO):
    """What Asterisk answers; to the arming of the timer always the same."""

    def __init__(self, text: str, sent: io.StringIO) -> None:
        super().__init__(text)
        self._sent = sent

    def readline(self, size: int | None = -1, /) -> str:
        last = self._sent.getvalue().splitlines()[-1:]
        armed = last and last[0].startswith('SET VARIABLE "TIMEOUT(absolute)"')
        return "200 result=1\n" if armed else super().readline(-1 if size is None else size)


def line(*answers: str, **env: str) -> tuple[Line, io.StringIO]:
    head = "".join(f"agi_{name}: {value}\n" for name, value in (ENV | env).items())
    sent = io.StringIO()
    return Line(Answers(head + "\n" + "".join(f"{a}\n" for a in answers), sent), sent), sent


def steps(sent: io.StringIO) -> list[str]:
    """What was sent, without the arming of the timer."""
    lines = sent.getvalue().splitlines()
    return [each for each in lines if "TIMEOUT(absolute)" not in each]


def armed(sent: io.StringIO) -> list[int]:
    """The seconds for which the timer was armed, in order."""
    return [int(found) for found in re.findall(r'"TIMEOUT\(absolute\)" "(\d+)"', sent.getvalue())]


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
    assert steps(sent) == ['STREAM FILE cl/num-1 "12" 0', 'STREAM FILE cl/num-2 "12" 0']


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
    for verb in VERBS:
        with pytest.raises(RefusedValue):
            verb(made, value)
    assert steps(sent) == []


VERBS = (
    Line.variable, lambda made, text: made.record(text, 1, 1), lambda made, text: made.play([text]),
    lambda made, text: made.play(["num-1"], text), lambda made, text: made.keys(text, 1),
    lambda made, text: made.tell(text, "x"), lambda made, text: made.tell("NETREPORT", text),
)  # fmt: skip
"""Every verb in every place into which a value can be put."""


def read_by_asterisk(line: str) -> list[str]:
    """How `res_agi` takes a line apart (`parse_args`): blanks part, quotes hold together, a
    backslash takes the next character as it is. It reads 2047 bytes at a time."""
    assert len(line.encode()) < 2048
    words, word, quoted, escaped, began = [], "", False, False, False
    for character in line.rstrip("\r\n"):
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted, began = not quoted, True
        elif character in " \t" and not quoted:
            if word or began:
                words.append(word)
            word, began = "", False
        else:
            word += character
    return [*words, word] if word or began else words


@given(st.text(max_size=60) | st.text(st.sampled_from(list('"\\\n\r\t ;#$()x,')), max_size=12))
def test_whatever_is_told_reaches_asterisk_as_one_value_or_not_at_all(text: str) -> None:
    made, sent = line("200 result=1")
    try:
        made.tell("NETREPORT", text)
    except RefusedValue:
        assert sent.getvalue() == ""
        return
    (only,) = sent.getvalue().splitlines(keepends=True)
    assert read_by_asterisk(only) == ["SET", "VARIABLE", "NETREPORT", text]


@given(st.text(max_size=60))
def test_whatever_is_put_in_any_place_makes_at_most_one_command(text: str) -> None:
    for verb in VERBS:
        made, sent = line("200 result=0")
        try:
            verb(made, text)
        except RefusedValue:
            assert steps(sent) == []
            continue
        except HungUp:
            continue  # a second prompt found no answer: that is after the first line
        assert len(steps(sent)) == 1 and "\r" not in sent.getvalue()


@pytest.mark.parametrize("text", ["x" * 1001, "汉" * 334])
def test_what_would_not_fit_into_a_line_is_refused(text: str) -> None:
    made, sent = line()
    with pytest.raises(RefusedValue, match="too long"):
        made.record(text, 1, 1)
    assert sent.getvalue() == ""


def test_each_step_arms_the_timer_for_as_long_as_it_may_take() -> None:
    made, sent = line("200 result=0", "200 result=12", "200 result=0", "200 result=35 (dtmf)")
    made.play(["num-1"])
    made.keys("num-1", 16, 6000)
    made.key(6000)
    made.record("/x", 180, 4)
    assert armed(sent) == [25, 127, 31, 205]


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
    assert steps(sent) == ['RECORD FILE "/spool dir/x" wav "#" 10000 s=3']


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
