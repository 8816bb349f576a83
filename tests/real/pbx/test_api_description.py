"""The verbs and the event classes against Asterisk's own API description."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ari_app.installed import find_asterisk
from ari_app.outside import wiring
from ari_app.pbx import events as generated
from ari_app.pbx import verbs
from ari_app.pbx.generate_events import generate
from ari_app.pbx.verbs import Verb

pytestmark = pytest.mark.real

ONE_OF_EACH: list[Verb[Any]] = [
    verbs.ping(),
    verbs.live_recording("r"),
    verbs.born(),
    verbs.claim("c", "a"),
    verbs.answer("c"),
    verbs.hang_up("c", "busy"),
    verbs.continue_("c", "talk", "201"),
    verbs.ring("c"),
    verbs.start_music("c", "default"),
    verbs.stop_music("c"),
    verbs.start_silence("c"),
    verbs.hold("c"),
    verbs.unhold("c"),
    verbs.send_keys("c", "1", between_ms=100, duration_ms=100),
    verbs.refer("c", "PJSIP/x"),
    verbs.play("c", ["sound:a", "sound:b"], playback="p", lang="zh", offset_ms=100),
    verbs.playback("p"),
    verbs.stop_playback("p"),
    verbs.record("c", "r", max_seconds=10, max_silence_seconds=2, terminate_on="any"),
    verbs.stop_recording("r"),
    verbs.subscribe("a", "c"),
    verbs.silence_events("a", ["ChannelVarset"]),
    verbs.application("a"),
    verbs.channels(),
    verbs.channel("c"),
    verbs.bridges(),
    verbs.variable("c", "v"),
    verbs.snoop("c", snoop="s", app="a", spy="in", whisper="out"),
    verbs.originate("c", "PJSIP/1@trunk", app="a", caller_id="<1>", variables={"a": "b"}),
    verbs.dial("c", "PJSIP/1@north", "outgoing", "try", timeout=30, variables={"a": "b"}),
    verbs.arm_timer("c", 10),
    verbs.reload_module("m.so"),
    wiring.external_media("v", "a", "127.0.0.1", 4000),
    wiring.create_bridge("b"),
    wiring.destroy_bridge("b"),
    wiring.add_channel("b", "c"),
]
BLOCKING = {("POST", "/channels/{channelId}/variable"), ("POST", "/bridges/{bridgeId}/addChannel")}


@pytest.fixture(scope="module")
def description() -> Path:
    return find_asterisk().data / "rest-api"


@pytest.fixture(scope="module")
def operations(description: Path) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for file in description.glob("*.json"):
        for api in json.loads(file.read_text()).get("apis", []):
            for operation in api.get("operations", []):
                found[operation["httpMethod"], api["path"]] = operation
    return found


def test_every_verb_is_one_of_asterisks(
    operations: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for verb in ONE_OF_EACH:
        operation = operations[verb.method, verb.template]
        given = {(name, "path") for name in verb.path} | {(name, "query") for name in verb.query}
        known = {(item["name"], item["paramType"]) for item in operation.get("parameters", [])}
        assert given <= known, verb
        required = {
            (item["name"], item["paramType"])
            for item in operation.get("parameters", [])
            if item.get("required") and item["paramType"] != "body"
        }
        assert required <= given, verb
        assert set(re.findall(r"{(\w+)}", verb.template)) == set(verb.path), verb


def test_all_verbs_are_tried_here() -> None:
    made = {(verb.method, verb.template) for verb in ONE_OF_EACH}
    source = Path(verbs.__file__).read_text()
    functions = re.findall(r"^def ([a-z]\w+)\(", source, re.MULTILINE)
    assert len(functions) == sum(1 for verb in ONE_OF_EACH[:-4])
    assert len(made) >= len(functions)


def test_no_verb_can_block_the_event_socket() -> None:
    for verb in ONE_OF_EACH:
        assert verb.http or (verb.method, verb.template) not in BLOCKING


def test_the_event_classes_are_made_from_this_description(description: Path) -> None:
    assert Path(generated.__file__).read_text() == generate(description)
