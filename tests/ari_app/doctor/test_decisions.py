"""What is decided on facts that no test machine has: full disks, old programs, deaf calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.doctor import audit, audit_desk, audit_pbx, conf, words
from ari_app.doctor.checks import asterisk, files, leftovers, machine, speaking, store, telephony
from ari_app.doctor.table import CHECKS
from ari_app.doctor.verdicts import Verdict
from ari_app.trunks.states import TrunkState
from claims_store.journal import Waiting

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PORT = machine.Port("ARI", "tcp", 8088, ("127.0.0.1",), ours=True, outside=False, inner=True)
MODULES = asterisk.Modules(*[frozenset({"res_ari"})] * 4)
LOOP = {"longest_ms": 12.5, "over": 0, "last": ""}


def codes(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    return [(each.state, each.code) for each in verdicts]


DECISIONS: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    (store.decide_swaps, store.Swaps("CN", ()), [("ok", "calendar.known")]),
    (store.decide_swaps, store.Swaps("CN", (2026, 2027)),
     [("warn", "calendar.swaps_unknown")] * 2),
    (machine.decide_disk, machine.Disk(50 * 10**9, 10**11), [("ok", "disk.room")]),
    (machine.decide_disk, machine.Disk(14 * 10**9, 10**11), [("warn", "disk.low")]),
    (machine.decide_disk, machine.Disk(4 * 10**9, 10**11), [("fail", "disk.full")]),
    (machine.decide_disk, machine.Disk(10**8, 2 * 10**8), [("fail", "disk.full")]),
    (machine.decide_disk, machine.Disk(0, 0), [("fail", "disk.full")]),
    (machine.decide_ports, (True, [PORT]), [("ok", "port.ours")]),
    (machine.decide_ports, (True, [replace(PORT, addresses=())]), [("fail", "port.silent")]),
    (machine.decide_ports, (True, [replace(PORT, ours=False)]), [("fail", "port.taken")]),
    (machine.decide_ports, (True, [replace(PORT, outside=True)]), [("fail", "port.open")]),
    (machine.decide_ports, (True, [replace(PORT, outside=True, inner=False)]),
     [("ok", "port.ours")]),
    (machine.decide_ports, (False, [PORT]), [("fail", "port.taken")]),
    (machine.decide_ports, (False, [replace(PORT, addresses=())]), [("ok", "port.free")]),
    (machine.decide_processes, {"app": True, "worker": False}, [("fail", "process.gone")]),
    (machine.decide_processes, {"app": True}, [("ok", "process.all")]),
    (machine.decide_loop, {"loop": LOOP}, [("ok", "loop.free")]),
    (machine.decide_loop, {"loop": LOOP | {"over": 3}}, [("warn", "loop.held")]),
    (machine.decide_loop, {}, [("unknown", "process.says_nothing")]),
    (machine.decide_alarms, {"alarms": [{"code": "disk_low"}]}, [("fail", "alarm.up")]),
    (machine.decide_alarms, {"alarms": []}, [("ok", "alarm.none")]),
    (asterisk.decide_version, asterisk.Version("22.10.1", "22.10.1~dfsg", "x"),
     [("ok", "asterisk.version")]),
    (asterisk.decide_version, asterisk.Version("22.11.0", "22.10.1", "x"),
     [("warn", "asterisk.other_version")]),
    (asterisk.decide_version, asterisk.Version("22.10.1", "22.10.0", "x"),
     [("fail", "asterisk.old")]),
    (asterisk.decide_modules, MODULES, [("ok", "asterisk.modules")]),
    (asterisk.decide_modules, replace(MODULES, loaded=frozenset()),
     [("fail", "asterisk.lacking_module")]),
    (asterisk.decide_modules, replace(MODULES, loaded=frozenset({"res_ari", "res_stasis_test"})),
     [("fail", "asterisk.locking_module")]),
    (asterisk.decide_modules, replace(MODULES, present=frozenset()),
     [("fail", "asterisk.absent_module")]),
    (asterisk.decide_configuration, asterisk.Files(("rtp.conf",), ()),
     [("fail", "asterisk.file_missing")]),
    (store.decide_schema, store.Schema("0005", "0006"), [("fail", "database.behind")]),
    (store.decide_schema, store.Schema(None, "0006"), [("fail", "database.behind")]),
    (store.decide_schema, store.Schema("0006", "0006", ("x",)),
     [("fail", "database.other_tables")]),
    (store.decide_write, 3.2, [("warn", "database.slow")]),
    (store.decide_newest, (NOW + timedelta(hours=1), NOW), [("fail", "clock.behind")]),
    (store.decide_newest, (NOW + timedelta(seconds=20), NOW), [("ok", "clock.forward")]),
    (store.decide_newest, (None, NOW), [("ok", "clock.forward")]),
    (leftovers.decide_journal, Waiting(3, 2),
     [("fail", "journal.set_aside"), ("fail", "journal.waiting")]),
    (leftovers.decide_writable, "", [("ok", "recordings.writable")]),
    (speaking.decide_prompts, speaking.Said("en", 5, (), ("a",)), [("warn", "prompts.other")]),
    (speaking.decide_model, speaking.Hears("en"), [("warn", "speech.none")]),
    (speaking.decide_model, speaking.Hears("en", "tiny", ("lacks",)), [("fail", "speech.broken")]),
    (speaking.decide_model, speaking.Hears("en", "tiny"), [("ok", "speech.model")]),
    (telephony.decide_loop, telephony.Loop(200, 0.03, -12.0), [("ok", "audio.heard")]),
    (telephony.decide_loop, telephony.Loop(200, 2.5, -12.0), [("warn", "audio.heard")]),
    (telephony.decide_loop, telephony.Loop(200, 0.03, -80.0), [("fail", "audio.silent")]),
    (telephony.decide_loop, telephony.Loop(401, 0.03, -120.0), [("fail", "audio.refused")]),
    (telephony.decide_loop, telephony.Loop(0, 0.0, -120.0), [("fail", "audio.no_answer")]),
    (telephony.decide_phones, telephony.Phones({"201": True, "202": False}, frozenset({"201"})),
     [("ok", "phones.registered")]),
    (telephony.decide_phones, telephony.Phones({"201": False}, frozenset({"201"})),
     [("warn", "phones.lost")]),
    (telephony.decide_trunks, telephony.Trunks(("far",), frozenset(), {}),
     [("unknown", "trunk.not_known")]),
    (telephony.decide_trunks, telephony.Trunks(("far",), frozenset(), None),
     [("ok", "trunk.set_up")]),
    (files.decide_certificate, (None, NOW), [("ok", "certificate.unused")]),
    (files.decide_certificate, (files.Certificate(NOW + timedelta(days=9), True), NOW),
     [("warn", "certificate.ends_soon")]),
    (files.decide_certificate, (files.Certificate(NOW + timedelta(days=99), True), NOW),
     [("ok", "certificate.valid")]),
    (files.decide_rights, (0, [files.Rights("keys", 0o750, 7)]),
     [("fail", "files.open"), ("fail", "files.foreign")]),
]  # fmt: skip


@pytest.mark.parametrize(("decide", "fact", "wanted"), DECISIONS)
def test_what_is_decided_on_a_fact(decide: Any, fact: Any, wanted: list[tuple[str, str]]) -> None:
    verdicts = decide(fact)
    assert codes(verdicts) == wanted
    for verdict in verdicts:
        for language in words.LANGUAGES:
            assert words.sentence(verdict.code, language, verdict.values)
            told = words.mend(verdict.code, language, verdict.values)
            assert bool(told) or verdict.state in ("ok", "warn", "unknown")


@pytest.mark.parametrize("state", list(TrunkState))
def test_every_state_of_a_trunk_has_its_words(state: TrunkState) -> None:
    (verdict,) = telephony.decide_trunks(telephony.Trunks(("far",), frozenset(), {"far": state}))
    assert (verdict.state == "fail") == state.lost
    assert "far" in words.sentence(verdict.code, "zh", verdict.values)


def test_both_languages_say_the_same_with_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return {part[1] for part in Formatter().parse(text) if part[1]}

    for code, told in words.table().items():
        assert set(told) in ({"zh", "en"}, {"zh", "en", "mend_zh", "mend_en"}), code
        for name in ("", "mend_"):
            if f"{name}zh" in told:
                assert values(told[f"{name}zh"]) == values(told[f"{name}en"]), code


def test_what_can_fail_in_the_audit_has_its_words() -> None:
    for rule in audit.RULES:
        code = f"audit.{rule.name.lower()}"
        assert {code, f"{code}_not"} <= words.table().keys()
        assert words.mend(f"{code}_not", "en", {"points": ()})
    for language in words.LANGUAGES:
        points = audit.open_points(language)
        assert points and all(each.what and each.why for each in points)


def test_a_long_list_is_cut() -> None:
    said = words.sentence("files.open", "en", {"names": [f"f{n}" for n in range(9)]})
    assert said.endswith("f0, f1, f2, f3 … (9)")


def test_names_of_checks_are_told_apart() -> None:
    names = [each.name for each in (*CHECKS, *audit.RULES)]
    assert len(names) == len(set(names))


def test_a_configuration_is_read_as_asterisk_reads_it() -> None:
    base, phone = conf.parse(
        "[base](!)\ntype = endpoint\nallow = ulaw ; the usual\n; x = y\n\n"
        "[201](base)\nallow => alaw\nmax_contacts = many\n"
    )
    assert base.one("allow") == "ulaw" and base.one("x", "-") == "-"
    assert phone.values["allow"] == ["ulaw", "alaw"] and phone.one("type") == "endpoint"
    assert phone.number("max_contacts") == -1


@given(st.text(max_size=200))
def test_no_configuration_breaks_the_reader(text: str) -> None:
    conf.parse(text)


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("session.get(url, ssl=False)", True),
        ("session.get(url, ssl=context)", False),
        ("requests.get(url, verify=False)", True),
        ("context.verify_mode = ssl.CERT_NONE", True),
        ("context.check_hostname = False", True),
        ("ssl._create_unverified_context()", True),
        ("store.verify(name)", False),
    ],
)
def test_a_certificate_that_is_not_checked_is_seen(tmp_path: Path, code: str, bad: bool) -> None:
    file = tmp_path / "x.py"
    file.write_text(code)
    assert bool(audit_desk.unproved(file)) == bad


@pytest.mark.parametrize(
    ("prefix", "inside"),
    [("+86", True), ("+8610", True), ("+1", True), ("+8", False), ("+3", False)],
)
def test_a_prefix_stays_within_a_country(prefix: str, inside: bool) -> None:
    assert audit_pbx._country(prefix) == inside


def test_a_desk_that_takes_too_much_is_seen() -> None:
    desk = audit_desk.Desk(
        64 * 1024, 8190, 10, "HTTP/1.1 400 Bad", "HTTP/1.1 404\r\nX-Request-Id: a"
    )
    assert not audit_desk.h17(desk) and not audit_desk.h21(desk)
    wide = audit_desk.Desk(2**20, 2**16, 3600, "HTTP/1.1 200 OK", "HTTP/1.1 500\r\n\r\nTraceback")
    assert len(audit_desk.h17(wide)) == 4
    assert audit_desk.h21(wide) == ["X-Request-Id", "traceback"]
