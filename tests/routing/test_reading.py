"""Text to plan: all problems at once, each with its place, a sentence and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ari_app.demo
from routing.plan import Plan
from routing.problems import Problem
from routing.reading import check, read

pytestmark = pytest.mark.unit

DEMO = (Path(ari_app.demo.__file__).parent / "plan.toml").read_text("utf-8")

PLAN = """\
[line]
name      = { zh = "专线", en = "line" }
numbers   = { 5550100 = "zh", 5550101 = "en" }
hours     = "always"
handlers  = "office"
menu      = "main"
emergency = "urgent"

[hours.always]
weekly = { mon-sun = ["00:00-24:00"] }

[hours.office]
weekly = { mon-fri = ["09:00-17:30"], sat = ["10:00-12:00"] }
holidays = "CN"
make_up = [2026-12-05]

[menu.main]
say  = "menu-main"
keys = { 1 = "report", 2 = "menu.more", 0 = "person", "*" = "again" }

[menu.more]
say  = "menu-more"
keys = { 1 = "queue.motor", "*" = "back" }

[queue.motor]
title = { zh = "车险", en = "Motor" }
patience = 300

[[queue.motor.step]]
need = { line = 5, language = 5 }
for  = 10

[[queue.motor.step]] # wider
need = { line = 3 }
for  = 20

[[queue.motor.step]]
need = "any"

[queue.urgent]
title = { zh = "紧急", en = "Urgent" }
step = [{ need = "any" }]

[[rule]]
name   = "Injury"
when   = { urgent = true }
queue  = "urgent"
reason = { zh = "伤", en = "hurt" }

[[rule]]
name   = "Shanghai"
when   = { line = ["motor", "home"], region = "310000" }
queue  = "motor"
reason = { zh = "沪", en = "Shanghai" }

[[rule]]
name   = "Else"
queue  = "motor"
reason = { zh = "其他", en = "else" }
"""


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def told(problems: list[Problem]) -> list[str]:
    return [f"{p.line}:{p.column}: {p.sentence.en} | {p.hint.en}" for p in problems]


def test_the_plan_of_the_demo_has_no_problem_at_all() -> None:
    assert check(DEMO) == []
    plan = read(DEMO)
    assert isinstance(plan, Plan)
    assert plan.line.numbers == {"5550100": "zh", "5550101": "en"}
    for queue in plan.queue.values():
        assert queue.step[-1].need == {} and queue.wrap_up == 5 and queue.ring == 20
        assert sum(step.for_ or 0 for step in queue.step) <= 30


def test_a_sound_plan_is_read() -> None:
    assert check(PLAN) == []
    plan = read(PLAN)
    assert isinstance(plan, Plan)
    assert plan.queue["motor"].step[1].need == {"line": 3}


# What is written instead of what: the place (as text at that place), the sentence, the hint.
BROKEN = [
    # names
    ('menu      = "main"', 'menu      = "mian"', '"mian"', "no menu is called “mian”", "main"),
    ('hours     = "always"', 'hours     = "allways"', '"allways"', "no hours is called", "always"),
    ('handlers  = "office"', 'handlers  = "ofice"', '"ofice"', "no hours is called", "office"),
    ('emergency = "urgent"', 'emergency = "urgnt"', '"urgnt"', "no queue is called", "urgent"),
    ('queue  = "motor"', 'queue  = "moter"', '"moter"', "no queue is called “moter”", "motor"),
    ('1 = "report"', '1 = "reprot"', '"reprot"', "no step, menu or queue is called", "report"),
    ('"queue.motor"', '"queue.moter"', '"queue.moter"', "is called “queue.moter”", "queue.motor"),
    ('"*" = "back"', '"*" = "menu.min"', '"menu.min"', "is called “menu.min”", "menu.main"),
    ("{ line = 3 }", "{ lien = 3 }", "lien", "no skill is called “lien”", "line"),
    ("{ line = 3 }", '{ "line.moter" = 3 }', '"line.moter"', "no skill is called", "line.motor"),
    ("{ line = 3 }", '{ "region.31" = 3 }', "3", "“31” is not the code of a region", "310000"),
    (
        'region = "310000"',
        'region = "Shanghai"',
        '"Shanghai"',
        "“Shanghai” is not the code",
        "310000",
    ),
    ('["motor", "home"]', '["motor", "hom"]', '["motor"', "no line of business is called", "home"),
    ("urgent = true", 'dialled = "5550102"', '"5550102"', "no number of the line is", "555010"),
    ("urgent = true", 'open = "offce"', '"offce"', "no hours is called “offce”", "office"),
    ("patience", "patiance", "patiance", "there is no “patiance” here", "patience"),
    ("urgent = true", "urgnt = true", "urgnt", "there is no “urgnt” here", "urgent"),
    ("[menu.more]", "[menus.more]", "menus.more", "there is no “menus” here", "menu"),
    # values
    ("patience = 300", 'patience = "300"', '"300"', "patience must be a whole number", ""),
    ("patience = 300", "patience = true", "true", "patience must be a whole number", ""),
    ("patience = 300", "patience = -1", "-1", "patience must be at least 0", ""),
    ("patience = 300", "patience = 100000", "100000", "patience must be at most 86400", ""),
    ("patience = 300", "ring = 3", "3", "ring must be at least 5", ""),
    ("patience = 300", 'pick = "best"', '"best"', "pick cannot be “best”", "'idle' or 'level'"),
    ("patience = 300", "record_waiting = 1", "1", "record_waiting must be true or false", ""),
    ("patience = 300", "target = { share = 2 }", "2", "share must be at most 1", ""),
    ("patience = 300", "target = 3", "3", "target must be a table", ""),
    ("line = 5, lang", "line = 11, lang", "11", "line must be at most 10", ""),
    ("line = 5, lang", "line = 0, lang", "0", "line must be at least 1", ""),
    ('{ zh = "车险", en = "Motor" }', '"Motor"', '"Motor"', "given in both languages", "zh"),
    ('zh = "车险", en', "en", "{ en", "zh is missing", ""),
    ('zh = "车险", en', 'zh = "车险", fr = "x", en', "fr", "there is no “fr” here", "zh"),
    ('5550101 = "en"', '5550101 = "de"', '"de"', "5550101 cannot be “de”", "'zh' or 'en'"),
    ("5550101", '"555-0101"', '"555-0101"', "“555-0101” is not written", "Digits only"),
    ("mon-fri", "monday", "monday", "“monday” is not a day of the week", "mon-fri"),
    ("09:00-17:30", "9.00-17.30", '"9.00', "is not a span of a day", "09:00-17:30"),
    ('holidays = "CN"', 'holidays = "XX"', '"XX"', "there are no holidays for “XX”", "CN"),
    ("[2026-12-05]", '["soon"]', '"soon"', "must be a date", "2026-10-01"),
    ("[queue.urgent]", "[queue.Urgent]", "queue.Urgent", "“Urgent” is not written", "small letter"),
    (
        "hours     =",
        'zone = "Shanghai"\nhours     =',
        '"Shanghai"',
        "no time zone",
        "Asia/Shanghai",
    ),
    # meaning
    ('0 = "person", ', "", "{ 1 =", "no key of the menu “main” leads to a person", "person"),
    ("for  = 10\n", "", "queue.motor.step", "without for, the next step never begins", "for"),
    ("{ line = 3 }", "{ line = 6 }", "line = 6", "narrower than the one before: line = 6", "widen"),
    ("{ line = 3 }", "{ issue = 1 }", "issue", "narrower than the one before: issue", "widen"),
    ('"any"\n\n[q', "{ line = 1 }\n\n[q", "{ line = 1", "the last step still needs skills", "any"),
    ('"any"\n\n[q', '"any"\nfor = 5\n\n[q', "for = 5", "the last step has no end", "Delete"),
    ("patience = 300", "callback_after = 900", "900", "after the wait is over", "less"),
    ('sat = ["10:00', 'fri = ["10:00', '["10:00', "fri: 09:00-17:30 (mon-fri) and 10:00", "Join"),
    ('"09:00-17:30"]', '"22:00-06:00", "05:00-07:00"]', '["22', "22:00-06:00 (mon-fri) and", ""),
    (
        "[2026-12-05]",
        "[2026-12-05, 2026-12-05]",
        "2026-12-05]",
        "2026-12-05 is given twice",
        "once",
    ),
    ('"Shanghai"\nwhen', '"Else"\nwhen', '"Else"\nqueue', "two rules are called “Else”", "another"),
    (
        'name   = "Else"\n',
        'name   = "Else"\nwhen = { line = "motor" }\n',
        '{ line = "motor" }',
        "the last rule must take every call",
        "without when",
    ),
    (
        "when   = { urgent = true }\n",
        'when   = { region = "310000" }\n',
        'rule]]\nname   = "Shanghai"',
        "“Shanghai” never has its turn: rule 1 “Injury” takes its calls",
        "before",
    ),
    ('2 = "menu.more", ', "", "menu.more", "nothing leads to the menu “more”", "Delete"),
    (
        'say  = "menu-main"',
        'say = "m"\nlost = "again"',
        '"again"',
        "never leaves the menus",
        "person",
    ),
    ('"*" = "back"', '"*" = "back" }\nlost = "menu.more"\n#', '"menu.more"\n#', "never leaves", ""),
    ('1 = "queue.motor", ', "", '{ "*" = "back"', "no key leads out of the menu “more”", "person"),
    (
        'weekly = { mon-fri = ["09:00-17:30"], sat = ["10:00-12:00"] }',
        "weekly = {}",
        "hours.office",
        "never open",
        "",
    ),
    # not TOML
    ("[menu.main]", "[menu.main", "", "this is not TOML: expected ']'", ""),
    ("patience = 300", "patience = ", "", "this is not TOML: invalid value", ""),
    ("patience = 300", "patience 300", "", "this is not TOML: expected '='", ""),
    ("patience = 300", 'music = "x', "", "this is not TOML: ", ""),
    ("[menu.more]", "[menu.main]", "", "this is not TOML: cannot declare menu.main twice", ""),
    (
        "patience = 300",
        "patience = 300\npatience = 3",
        "",
        "this is not TOML: cannot overwrite",
        "",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence", "hint"), [row for row in BROKEN if row[0] != row[1]]
)
def test_broken(old: str, new: str, place: str, sentence: str, hint: str) -> None:
    assert old in PLAN
    text = PLAN.replace(old, new, 1)
    problems = check(text)
    found = [p for p in problems if sentence in p.sentence.en]
    assert found, told(problems)
    problem = found[0]
    assert hint in problem.hint.en, told(problems)
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.sentence.zh)
    if place:
        rest = "\n".join(text.split("\n")[problem.line - 1 :])[problem.column - 1 :]
        assert rest.startswith(place), told(problems)
    if any(p.stops for p in problems):
        assert read(text) == problems
    else:
        assert isinstance(read(text), Plan)


def test_all_problems_are_told_at_once_in_order_of_place() -> None:
    text = PLAN
    for old, new in (
        ('menu      = "main"', 'menu      = "mian"'),
        ("patience = 300", "patiance = 300"),
        ("{ line = 3 }", "{ lien = 3 }"),
        ('queue  = "urgent"', 'queue  = "urgnt"'),
        ('"Shanghai" }', '"Shanghai" }\nbonus = 9999'),
    ):
        text = text.replace(old, new, 1)
    problems = [p for p in check(text) if p.stops]
    assert [p.line for p in problems] == sorted(p.line for p in problems)
    lines = {line_of(text, each) for each in ("mian", "patiance", "lien", "urgnt", "9999")}
    assert lines <= {p.line for p in problems}, told(problems)


def test_several_faults_of_syntax_are_told_at_once() -> None:
    text = PLAN.replace("patience = 300", "patience = ").replace("for  = 20", "for  = = 20")
    assert {line_of(text, "patience ="), line_of(text, "for  = =")} <= {p.line for p in check(text)}


def test_columns_count_characters_not_bytes() -> None:
    text = PLAN.replace('"车险", en = "Motor" }', '"车险", en = "Motor", fr = 1 }')
    (problem,) = check(text)
    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith("fr")


def test_prompts_are_checked_in_each_language_of_the_line() -> None:
    prompts = {"zh": frozenset({"menu-main", "menu-more"}), "en": frozenset({"menu-main"})}
    (problem,) = check(PLAN, prompts=prompts)
    assert problem.sentence.en == "there is no English prompt “menu-more”" and problem.stops
    assert problem.hint.en == "Did you mean menu-main?"
    assert problem.line == line_of(PLAN, 'menu-more"')


def test_a_step_nobody_on_the_roster_fits_is_told_but_does_not_stop() -> None:
    agents = {"ann": {"line.motor": 4, "language.zh": 9, "language.en": 9}}
    problems = check(PLAN, agents=agents)
    assert told(problems)[0].startswith("30:8: no agent fits calls of the rule “Shanghai”")
    assert not any(p.stops for p in problems)
    assert isinstance(read(PLAN, agents=agents), Plan)
    strong = {"bob": {f"line.{line}": 9 for line in ("motor", "home")}}
    strong["bob"] |= {"language.zh": 9, "language.en": 9}
    assert check(PLAN, agents=strong) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "\x00",
        "[",
        "line = 3",
        "queue = []\nrule = 3",
        "rule = [1, 2]",
        "[[queue]]\nx = 1",
        "[queue]\nmotor = [1]",
        "a = " + "[" * 5000,
        "a" * 2_000_000,
        "[hours.x]\nweekly = { mon = [1] }\n[[hours.x.exception]]\non = 2026-10-10T10:00:00",
        "[menu.x]\nkeys = { 1 = 2 }",
        '[[rule]]\nwhen = "always"',
        "\ud800",
    ],
)
def test_whatever_is_no_plan_is_told_and_never_a_traceback(text: str) -> None:
    found = read(text)
    assert isinstance(found, list) and found and all(p.line >= 1 and p.column >= 1 for p in found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_plan_with_anything_cut_out_is_read_or_told(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(PLAN) - 1))
    end = data.draw(st.integers(start, min(len(PLAN), start + 60)))
    found = read(PLAN[:start] + PLAN[end:])
    assert isinstance(found, Plan) or found


def test_lines_may_end_as_on_windows() -> None:
    assert check(PLAN.replace("\n", "\r\n")) == []


AFTERWARDS = """
[feedback]
after_talk = ["motor"]
stages = ["assessed"]

[follow_up]
way = "task"
after = { small = 1, normal = 3, complex = 5 }
questions = ["speed", "remark"]

[complaints]
law = "UK"
"""


def test_what_is_asked_afterwards_is_read() -> None:
    plan = read(PLAN + AFTERWARDS)
    assert isinstance(plan, Plan) and plan.follow_up is not None
    assert (plan.feedback.after_talk, plan.complaints.law) == (("motor",), "UK")
    assert (plan.follow_up.way, plan.follow_up.after.complex) == ("task", 5)
    bare = read(PLAN)
    assert isinstance(bare, Plan) and bare.follow_up is None and not bare.feedback.after_talk


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('["motor"]', '["motr"]', "motr"),
        ('["assessed"]', '["asessed"]', "asessed"),
        ('"task"', '"fax"', "fax"),
        ("complex = 5", "complex = 16", "15"),
        ("complex = 5", "complex = 2", "later"),
        ('["speed", "remark"]', "[]", "nothing to ask"),
        ('["speed", "remark"]', '["weather"]', "weather"),
        ('way = "task"', "small = 60000", "not larger"),
        ('way = "task"', "share = 1.5", "at most 1"),
        ('"UK"', '"FR"', "FR"),
    ],
)
def test_what_is_wrong_with_it_is_said(before: str, after: str, says: str) -> None:
    found = check(PLAN + AFTERWARDS.replace(before, after))
    assert any(says in each.sentence.en or says in each.hint.en for each in found), found
