"""The words: both languages whole, none of them mixed on a page, none that helps nobody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from ari_app.desk import form, words
from ari_app.desk.bar import REASONS
from ari_app.desk.looks import LOOKS
from ari_app.desk.permissions import ROLES
from ari_app.desk.problems import Problem, told
from ari_app.desk.routes import ROUTES
from claims_store.rules.fields import FIELDS, LINES
from claims_store.rules.stages import SIX
from routing.stages import AGENT, CALL
from tests.ari_app.desk.conftest import Client, enter
from tests.ari_app.desk.house import CALL as CALL_ID
from tests.ari_app.desk.house import House, fill, finish_call, ladder, ring

pytestmark = pytest.mark.unit

BANNED = {
    "en": r"\b(invalid|illegal|failed|error|oops|please|sorry|try again later)\b",
    "zh": "非法|无效|失败|异常|系统繁忙|请稍后再试|亲爱|亲，",
}
# Words of the other language that stay as they are.
LATIN = {"F2", "F3", "F8", "Enter", "Ctrl", "J", "L", "Shift", "JSON", "application", "json"}
LATIN |= {"claimline", "users", "add", "trunks", "secret", "BA", "CL", "name", "example", "com"}
LATIN |= {"Authorization", "Bearer", "tokens", "errors", "Idempotency", "Key"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DESK = Path(words.__file__).parent


class Text(HTMLParser):
    """What a person reads on a page, without what is somebody's own words or data."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._hidden and tag not in VOID:
            self._hidden.append(tag)
        elif given.get("translate") == "no" or tag in {"script", "textarea"}:
            self._hidden.append(tag)
        names = ("aria-label", "placeholder", "title")
        if not self._hidden:
            self.said += [value for name in names if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in VOID:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.said.append(data.strip())


VOID = {"input", "img", "meta", "link", "br", "path", "use", "rect", "circle"}


def read(page: str) -> list[str]:
    reader = Text()
    reader.feed(page)
    return reader.said


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_word_blames_or_helps_nobody(language: str) -> None:
    found = {
        name: texts[language]
        for name, texts in words.table().items()
        if re.search(BANNED[language], texts[language], re.IGNORECASE)
    }
    assert not found


def test_both_languages_say_everything_with_the_same_values() -> None:
    for name, texts in words.table().items():
        assert set(texts) == {"zh", "en"}, name
        values = [{part[1] for part in Formatter().parse(texts[each]) if part[1]} for each in texts]
        assert values[0] == values[1], name


def test_chinese_has_no_stray_latin_and_english_no_chinese() -> None:
    for name, texts in words.table().items():
        plain = re.sub(r"\{\w+\}", "", texts["zh"])
        assert set(re.findall(r"[A-Za-z]+\d?", plain)) <= LATIN | {"A", "B"}, name
        assert not CHINESE.search(texts["en"].replace("沪A", "").replace("沪B", "")), name


def test_every_problem_tells_what_is_safe_and_what_to_do() -> None:
    codes = {name.split(".")[1] for name in words.table() if name.startswith("problem.")} - {"home"}
    raised = re.compile(r'(?:Problem|Refused)\(\s*"(\w+)"')
    for file in DESK.glob("*.py"):
        codes |= set(raised.findall(file.read_text("utf-8")))
    for code in codes:
        for part in ("what", "safe", "do"):
            assert words.known(f"problem.{code}.{part}"), f"{code}.{part}"
    for kind in {row.kind for rows in FIELDS.values() for row in rows} - {"text", "name"}:
        assert words.known(f"problem.unread_{kind}.what"), kind
    assert told(Problem("never heard of"), "en")["what"] == "This was not done."


def test_every_word_a_template_asks_for_is_there() -> None:
    asked = re.compile(r"""\bt\(["']([a-z_.0-9]+)["'](?=[,)])""")
    for file in (DESK / "templates").glob("*.html"):
        for name in asked.findall(file.read_text("utf-8")):
            assert words.known(name), f"{file.name}: {name}"
    for file in DESK.glob("*.py"):
        for name in re.findall(r'\.say\(\s*"([a-z_.]+)"', file.read_text("utf-8")):
            assert words.known(name), f"{file.name}: {name}"
    for file in (DESK / "static" / "js").glob("*.js"):
        for name in re.findall(r'\bsay\(\s*"(\w+)"', file.read_text("utf-8")):
            assert words.known(f"js.{name}"), f"{file.name}: {name}"


def test_every_state_stage_role_and_section_has_its_word() -> None:
    kinds = {row.kind for rows in FIELDS.values() for row in rows}
    families = {
        "state": AGENT,
        "call_stage": CALL,
        "role": ROLES,
        "reason": REASONS,
        "line": LINES,
        "section": form.sections(),
        "six": SIX,
        "help.kind": kinds,
        "finding": ("confirmed", "check", "heard_otherwise", "not_heard", "not_asked"),
        "why": ("chosen", "later", "busy", "skill", "away"),
    }
    for family, names in families.items():
        for name in names:
            assert words.known(f"{family}.{name}"), f"{family}.{name}"


@pytest.mark.parametrize("language", words.LANGUAGES)
async def test_no_page_mixes_the_languages(house: House, client: Client, language: str) -> None:
    speak = {"Accept-Language": language, "Cookie": ""}
    pages = {path: await (await client.get(path, headers=speak)).text() for path in ("/sign-in",)}
    await client.post("/language", data={"language": language, "to": "/sign-in"})
    number = house.store.run_now(ring, language=language)
    await enter(client, house, "agent1")
    floor = house.floor

    async def look(name: str, path: str) -> None:
        answer = await client.get(path)
        assert answer.status == 200, path
        pages[name] = await answer.text()

    await look("ready", "/desk")
    floor.offer("agent1", CALL_ID, why=ladder(floor))
    await look("offer", "/desk")
    floor.answer("agent1")
    await look("talk", "/desk")
    house.store.run_now(fill, number)
    floor.hang_up("agent1")
    finish_call(house, number)
    await look("wrap-up", "/desk")
    for path in ("/calls", f"/calls/{CALL_ID}", "/claims", "/me"):
        await look(path, path)
    await enter(client, house, "handler1")
    await look("claim", f"/claims/{number.replace('BA', 'CL')}")
    await enter(client, house, "admin")
    await look("users", "/security/users")
    for name, page in pages.items():
        for said in read(page):
            assert not _foreign(said, language), f"{name}: {said}"


def _foreign(said: str, language: str) -> bool:
    if language == "en":
        return bool(CHINESE.search(re.sub("沪[AB]", "", said)))
    # Names of queues and rules, agents' logins and versions of the plan are data.
    plain = re.sub("[「“][^」”]*[」”]", "", said)
    return not set(re.findall(r"[A-Za-z]{2,}", plain)) <= LATIN | {"motor"}


def test_no_page_carries_style_or_script_of_its_own() -> None:
    for file in (DESK / "templates").glob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|js:", text), file.name
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), file.name


def test_our_classes_do_not_meet_others() -> None:
    for file in (DESK / "static" / "css").glob("*.css"):
        classes = set(
            re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"url\([^)]*\)", "", file.read_text()))
        )
        assert all(each.startswith("cl-") for each in classes if not each[0].isdigit()), file.name


def test_the_application_has_one_table_of_routes() -> None:
    assert len({(each.method, each.path) for each in ROUTES}) == len(ROUTES) and LOOKS
