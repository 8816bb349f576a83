"""What the doctor says of the ways to write to people."""

from __future__ import annotations

import pytest

from ari_app.doctor.check import Finding, examine
from ari_app.doctor.checks import messages
from claims_store import outbox
from tests.ari_app.doctor.conftest import NOW, Broken
from tests.ari_app.notify.ports import free_port

pytestmark = pytest.mark.unit


def found(broken: Broken) -> dict[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for each in examine(messages.CHECKS, broken.place, "en"):
        told.setdefault(each.check, []).append(each)
    return told


def test_a_new_installation_writes_files(broken: Broken) -> None:
    told = found(broken)
    assert [each.state for each in told["messages.channels"]] == ["ok"]
    assert "sent over: file" in told["messages.channels"][0].sentence
    assert [each.state for each in told["messages.texts"] + told["outbox.aside"]] == ["ok", "ok"]


def test_each_channel_that_does_not_work_is_told_with_its_reason(broken: Broken) -> None:
    closed = free_port()
    (broken.state / "settings.toml").write_text(
        f'[[channel]]\nname = "sms"\nkind = "smpp"\nhost = "127.0.0.1"\nport = {closed}\n'
        'user = "u"\nfrom = "Claims"\ntimeout = 1\n'
        f'[[channel]]\nname = "gate"\nkind = "http"\nurl = "http://127.0.0.1:{closed}/"\n'
        'body = {{ t = "{{text}}" }}\n'.replace("{{", "{").replace("}}", "}")
        + '[[channel]]\nname = "file"\nkind = "file"\n',
        "utf-8",
    )
    sms, gate, file = found(broken)["messages.channels"]
    assert (sms.state, gate.state, file.state) == ("fail", "fail", "ok")
    assert "sms does not work: nobody answers" in sms.sentence
    assert "claimline notify try gate" in gate.mend


def test_broken_wordings_and_what_was_set_aside_are_told(broken: Broken) -> None:
    (broken.state / "texts.toml").write_text('[trial]\nzh = "{oops}"\n', "utf-8")
    store = broken.store()
    store.run_now(outbox.put, "message", "m", {"to": "x"}, NOW)
    (row,) = [each for each in store.run_now(outbox.due, NOW) if each.key == "m"]
    store.run_now(outbox.set_aside, row.id, "OSError")
    store.close_now()
    told = found(broken)
    assert "{oops} in zh is not in needs" in told["messages.texts"][0].sentence
    assert (told["outbox.aside"][0].state, "1 message" in told["outbox.aside"][0].sentence) == (
        "warn",
        True,
    )
