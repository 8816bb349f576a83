"""Installations that are broken in one place each: the doctor finds it, says so, and says what to
do; what is safe it mends."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app.doctor.audit import RULES
from ari_app.doctor.check import Finding, examine, mend
from ari_app.doctor.table import CHECKS
from ari_app.settings import load
from ari_app.trunks import certificate
from claims_store import calls, passwords, people, plans
from claims_store.calls import CallOpened
from claims_store.journal import Journal
from claims_store.vault import Vault
from tests.ari_app.doctor.conftest import NOW, Broken

pytestmark = pytest.mark.unit

Break = Callable[[Broken], None]
BY_NAME = {check.name: check for check in (*CHECKS, *RULES)}


def found(broken: Broken, name: str) -> list[Finding]:
    return examine([BY_NAME[name]], broken.place, "en")


def others_read_the_secrets(broken: Broken) -> None:
    (broken.state / "secrets.json").chmod(0o644)


def a_folder_is_gone(broken: Broken) -> None:
    shutil.rmtree(broken.state / "recordings")


def a_killed_system_left_its_endpoints(broken: Broken) -> None:
    (broken.state / "endpoints.json").write_text('{"processes": {"supervisor": 4194305}}')


def a_secret_is_weak(broken: Broken) -> None:
    file = broken.state / "secrets.json"
    secret = broken.place.secrets().ami
    file.write_text(file.read_text("utf-8").replace(secret, "letmein"), "utf-8")


def the_certificate_is_over(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text('[phones]\ntransport = "tls"\n')
    certificate.ready(broken.settings, NOW - timedelta(days=9000))


def the_key_is_of_another_certificate(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text('[phones]\ntransport = "tls"\n')
    settings = broken.settings
    certificate.ready(settings, NOW)
    key = settings.certificate_key.read_bytes()
    settings.certificate.unlink()
    settings.certificate_key.unlink()
    certificate.ready(settings, NOW)
    settings.certificate_key.write_bytes(key)


def http_is_open_to_all(broken: Broken) -> None:
    broken.edit("http.conf", "bindaddr = 127.0.0.1", "bindaddr = 0.0.0.0")


def ami_lets_everybody_in(broken: Broken) -> None:
    broken.edit("manager.conf", "permit = 127.0.0.1/255.255.255.255\n", "")


def dangerous_functions_are_on(broken: Broken) -> None:
    broken.edit("asterisk.conf", "live_dangerously = no", "live_dangerously = yes")


def a_foreign_module_is_loaded(broken: Broken) -> None:
    broken.edit("modules.conf", "[modules]\n", "[modules]\nload = app_system.so\n")


def every_module_is_loaded(broken: Broken) -> None:
    broken.edit("modules.conf", "autoload = no", "autoload = yes")


def media_are_fetched(broken: Broken) -> None:
    broken.edit("modules.conf", "[modules]\n", "[modules]\nload = res_http_media_cache.so\n")


def ari_has_a_third_user(broken: Broken) -> None:
    broken.edit("ari.conf", "[monitor]", "[guest]\ntype = user\npassword = guest\n\n[monitor]")


def phones_may_register_anywhere(broken: Broken) -> None:
    broken.edit("pjsip.conf", "max_contacts = 1", "max_contacts = 100")


def dead_calls_stay(broken: Broken) -> None:
    broken.edit("pjsip.conf", "rtp_timeout = 60", "rtp_timeout = 0")


def the_dialplan_dials_out(broken: Broken) -> None:
    broken.edit("extensions.conf", "[bye]", "[bye]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@trunk)\n")


def the_dialplan_says_whom_to_connect(broken: Broken) -> None:
    number = "[bye]\nexten => _X.,1,Set(NUMBER=${EXTEN})\n"
    broken.edit("extensions.conf", "[bye]", number)


def a_trunk_may_call_everywhere(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text(
        '[[trunk]]\nname = "far"\nkind = "address"\naddresses = ["203.0.113.1"]\n'
        'host = "203.0.113.1"\n[trunk.out]\nallowed = ["+8"]\n'
    )


def asterisk_is_old(broken: Broken) -> None:
    broken.asterisk = replace(broken.asterisk, version="22.9.0")


def asterisk_is_not_installed(broken: Broken) -> None:
    broken.asterisk = replace(broken.asterisk, command=broken.state / "none")


def a_prompt_is_missing(broken: Broken) -> None:
    live = broken.settings.live_prompts / "en"
    shipped = live.resolve()
    live.unlink()  # a link to what is shipped, which no test may touch
    live.mkdir()
    for file in shipped.iterdir():
        if file.name != "answer-yes.ulaw":
            (live / file.name).symlink_to(file)


def the_database_is_behind(broken: Broken) -> None:
    with sqlite3.connect(broken.state / "claimline.db") as base:
        base.execute("UPDATE alembic_version SET version_num = '0001'")
    base.close()


def the_database_is_gone(broken: Broken) -> None:
    (broken.state / "claimline.db").unlink()


def the_keys_are_of_another_installation(broken: Broken) -> None:
    a_call(broken)
    shutil.rmtree(broken.state / "keys")
    Vault.at(broken.state / "keys" / "keys.db").close()


def the_master_key_is_gone(broken: Broken) -> None:
    (broken.state / "keys" / "keys.master").unlink()


def a_call(broken: Broken, ahead: timedelta = timedelta()) -> None:
    store = broken.store()
    opened = CallOpened("n1-1.1", "n1", "sip", "+8613800138001", "5550100", NOW + ahead, 1)
    store.run_now(calls.open_call, opened)
    store.close_now()


def the_clock_has_gone_back(broken: Broken) -> None:
    a_call(broken, timedelta(hours=3))


def the_plan_cannot_be_read(broken: Broken) -> None:
    store = broken.store()
    store.run_now(plans.publish, "[line]\nnumbers = 5\n", "x", "by hand", NOW)
    store.close_now()


def the_corrected_days_cannot_be_read(broken: Broken) -> None:
    (broken.state / "holidays.toml").write_text("[[day]]\non = 2027-02-30\n", "utf-8")


def the_journal_was_left(broken: Broken) -> None:
    store = broken.store()
    Journal(broken.settings.journal, store.vault).append([])
    store.close_now()


def old(path: Path, age: timedelta) -> None:
    path.write_bytes(b"x")
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))


def a_voice_report_was_left(broken: Broken) -> None:
    old(broken.settings.report_spool / "n1-1.1.report.json", timedelta(hours=2))


def a_voice_report_cannot_be_read(broken: Broken) -> None:
    old(broken.settings.report_spool / "n1-1.1.unreadable", timedelta(0))


def sound_was_left_unsealed(broken: Broken) -> None:
    old(broken.settings.incoming_recordings / "n1-1.1-line-customer.wav", timedelta(days=1))


def recordings_cannot_be_written(broken: Broken) -> None:
    folder = broken.settings.incoming_recordings
    folder.rmdir()
    folder.write_text("a file where a folder should be")


def a_recording_is_a_link(broken: Broken) -> None:
    (broken.settings.recordings / "evil").symlink_to("/etc/passwd")


def there_is_no_such_zone(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text('zone = "Asia/Nowhere"\n')


def a_trunk_has_no_password(broken: Broken) -> None:
    (broken.state / "settings.toml").write_text(
        '[[trunk]]\nname = "far"\nkind = "registration"\nhost = "sip.example.org"\nuser = "u"\n'
    )


def nobody_can_sign_in(broken: Broken) -> None:
    store = broken.store()
    admin = store.run_now(people.by_login, "admin")
    assert admin is not None
    store.run_now(people.change_user, replace(admin, active=False))
    store.close_now()


def an_account_is_guessed(broken: Broken) -> None:
    store = broken.store()
    store.run_now(people.set_password, "admin", passwords.hashed("admin"))
    store.close_now()


def a_secret_stands_in_a_log(broken: Broken) -> None:
    (broken.state / "log" / "serve.log").write_text(f"login {broken.place.secrets().ami}\n")


INSTALLATIONS: list[tuple[Break, str, str]] = [
    (others_read_the_secrets, "files.rights", "secrets.json"),
    (others_read_the_secrets, "H23", "secrets.json"),
    (a_folder_is_gone, "files.directories", "recordings"),
    (a_killed_system_left_its_endpoints, "files.leftovers", "endpoints.json"),
    (a_secret_is_weak, "secrets.strength", "ami"),
    (the_certificate_is_over, "tls.certificate", "ended on"),
    (the_key_is_of_another_certificate, "tls.certificate", "do not belong together"),
    (http_is_open_to_all, "H1", "0.0.0.0"),
    (http_is_open_to_all, "asterisk.files", "http.conf"),
    (ami_lets_everybody_in, "H1", "manager.conf"),
    (dangerous_functions_are_on, "H5", "live_dangerously"),
    (a_foreign_module_is_loaded, "asterisk.modules", "app_system"),
    (a_foreign_module_is_loaded, "H5", "app_system"),
    (every_module_is_loaded, "asterisk.modules", "every module"),
    (media_are_fetched, "H20", "res_http_media_cache"),
    (ari_has_a_third_user, "H3", "guest"),
    (phones_may_register_anywhere, "H6", "max_contacts = 100"),
    (dead_calls_stay, "H9", "rtp_timeout = 0"),
    (the_dialplan_dials_out, "H8", "${EXTEN}@trunk"),
    (the_dialplan_says_whom_to_connect, "H8", "Set(NUMBER="),
    (a_trunk_may_call_everywhere, "H8", "+8"),
    (asterisk_is_old, "asterisk.version", "22.9.0"),
    (asterisk_is_old, "H5", "22.9.0"),
    (asterisk_is_not_installed, "asterisk.version", "not installed"),
    (a_prompt_is_missing, "prompts.en", "answer-yes"),
    (the_database_is_behind, "database.revision", "0001"),
    (the_database_is_gone, "database.revision", "no database"),
    (the_keys_are_of_another_installation, "database.keys", "do not open"),
    (the_master_key_is_gone, "database.keys", "keys.master"),
    (the_clock_has_gone_back, "clock.order", "in the future"),
    (the_plan_cannot_be_read, "plan.published", "cannot be used"),
    (the_corrected_days_cannot_be_read, "calendar.swaps", "cannot be used"),
    (the_journal_was_left, "journal.empty", "not in the database"),
    (a_voice_report_was_left, "spool.empty", "n1-1.1"),
    (a_voice_report_cannot_be_read, "spool.empty", "n1-1.1"),
    (sound_was_left_unsealed, "recordings.sealed", "n1-1.1"),
    (recordings_cannot_be_written, "recordings.writable", "monitor"),
    (a_recording_is_a_link, "H19", "evil"),
    (there_is_no_such_zone, "clock.zone", "Asia/Nowhere"),
    (a_trunk_has_no_password, "trunks.state", "far"),
    (nobody_can_sign_in, "users.admin", "No admin"),
    (an_account_is_guessed, "H12", "admin"),
    (a_secret_stands_in_a_log, "H23", "serve.log"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hurt", "check", "says"), INSTALLATIONS, ids=[f"{b.__name__}-{c}" for b, c, _ in INSTALLATIONS]
)
def test_a_broken_installation_is_found_and_told_how_to_mend(
    broken: Broken, hurt: Break, check: str, says: str
) -> None:
    hurt(broken)
    bad = [each for each in found(broken, check) if each.state in ("fail", "warn")]
    assert any(says in each.sentence for each in bad), found(broken, check)
    assert all(each.mend for each in bad)


@pytest.fixture
def squatter(broken: Broken) -> Iterator[int]:
    """Another program has the SIP port."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", broken.ports.sip))
        yield broken.ports.sip


def test_a_port_that_another_program_has_is_found(broken: Broken, squatter: int) -> None:
    taken = [each for each in found(broken, "system.ports") if each.state == "fail"]
    assert len(taken) == 1 and str(squatter) in taken[0].sentence


def test_a_whole_installation_that_does_not_run_is_well(broken: Broken) -> None:
    everything = examine([*CHECKS, *RULES], broken.place, "en")
    bad = [each for each in everything if each.state in ("fail", "warn")]
    november = {"calendar.swaps"}  # nobody knows the make-up days of the next year yet
    without = {"speech.zh", "speech.en", "disk.room", "links.reached"}
    assert {each.check for each in bad} <= without | november
    silent = {each.check for each in everything if each.state == "unknown"}
    assert silent == {
        "system.processes", "system.loop", "system.alarms", "phones.registered", "audio.loop", "H21"
    }  # fmt: skip


def test_nothing_is_changed_by_looking(broken: Broken) -> None:
    def all_of_it() -> dict[str, tuple[int, int]]:
        files = [each for each in broken.state.rglob("*") if "keys" not in str(each)]
        return {
            str(f): (f.lstat().st_mode, f.lstat().st_size) for f in files if ".db" not in f.name
        }

    before = all_of_it()
    examine([*CHECKS, *RULES], broken.place, "zh")
    assert all_of_it() == before


MENDED = [
    others_read_the_secrets, a_folder_is_gone, a_killed_system_left_its_endpoints,
    http_is_open_to_all, a_foreign_module_is_loaded, a_prompt_is_missing, dead_calls_stay,
]  # fmt: skip


def test_what_is_safe_is_mended(broken: Broken) -> None:
    for hurt in MENDED:
        hurt(broken)
    said = mend(CHECKS, broken.place, "en")
    assert {each.check for each in said} == {
        "files.rights", "files.directories", "files.leftovers", "asterisk.files", "prompts.en"
    }  # fmt: skip
    left = examine([*CHECKS, *RULES], broken.place, "en")
    assert not [each for each in left if each.state == "fail"]
    assert not mend(CHECKS, broken.place, "en") or load(broken.state)


def test_one_cause_is_told_once(broken: Broken) -> None:
    the_database_is_gone(broken)
    everything = examine(CHECKS, broken.place, "en")
    told = [each for each in everything if "no database" in each.sentence]
    assert len(told) == 1
    assert sum("asterisk.files" in each.sentence for each in everything) >= 4


def test_a_check_that_breaks_is_not_taken_for_well(broken: Broken) -> None:
    (broken.state / "trunks.json").write_text("[{]")
    (broken.state / "endpoints.json").write_text("{}")
    assert [each.state for each in found(broken, "trunks.state")] == ["unknown"]
