"""What an operator may write about channels, and what he is told when he may not."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from ari_app.channel_settings import Notify
from ari_app.secrets_file import keep_channel, load_or_make
from ari_app.settings import Settings, SettingsError, load

pytestmark = pytest.mark.unit

GOOD = """
[notify]
order = ["sms", "mail"]
quiet = ["22:00", "07:30"]
[[channel]]
name = "mail"
kind = "smtp"
host = "mail.example.com"
from = "claims@example.com"
[[channel]]
name = "sms"
kind = "smpp"
host = "smsc.example.com"
user = "claims"
from = "Claims"
[[channel]]
name = "gate"
kind = "http"
url = "https://sms.example.com/send?to={to}"
headers = { Authorization = "Bearer {secret}" }
body = { content = "{text}", parts = ["{key}", 1] }
"""


def read(tmp_path: Path, text: str) -> Settings:
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    return load(tmp_path)


def test_channels_are_read_and_tried_in_the_order_that_is_wished(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    assert [each.name for each in settings.channels] == ["sms", "mail"]
    assert [each.reaches for each in settings.channels] == ["phone", "mail"]
    assert settings.notify.quiet == (time(22), time(7, 30))
    without = read(tmp_path, GOOD.replace('order = ["sms", "mail"]\n', ""))
    assert [each.name for each in without.channels] == ["mail", "sms", "gate"]


def test_without_any_messages_are_files(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert [(each.name, each.kind) for each in settings.channels] == [("file", "file")]
    assert Notify.model_validate({"quiet": []}).quiet is None
    assert Notify().quiet == (time(21), time(8))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('name = "sms"', 'name = "mail"'), "more than one channel has the name mail"),
        (('order = ["sms", "mail"]', 'order = ["fax"]'), "there is no channel fax"),
        (('kind = "smtp"', 'kind = "fax"'), "channel.0"),
        (('from = "claims@example.com"', 'from = "claims"'), "is no e-mail address"),
        (('from = "Claims"', 'from = "Claims department"'), "from"),
        (("{to}", "{number}"), "there is no {number}; there are to, text"),
        (("https://", "ftp://"), "write the whole address"),
        (("https://", "https://user:pass@"), "no password belongs here"),
        (("{text}", "hello"), "nothing carries the text"),
        (("Authorization", '"A\\nB"'), "is no header"),
        (('"Bearer {secret}"', '"a\\r\\nb"'), "is no header"),
        (('parts = ["{key}", 1] }', 'parts = 1 }\ncontent = "form"'), "a form has texts only"),
        (('"22:00"', '"25:00"'), "notify.quiet"),
        (("quiet", "silent"), "notify.silent"),
        (('host = "mail.example.com"', 'host = "mail.example.com"\nport = 99999'), "port"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(SettingsError) as fault:
        read(tmp_path, GOOD.replace(*change))
    assert told in str(fault.value) and "settings.toml" in str(fault.value)


def test_the_secret_of_a_channel_is_kept_apart(tmp_path: Path) -> None:
    keep_channel(tmp_path, "sms", "s3cret")
    keep_channel(tmp_path, "mail", "other")
    assert load_or_make(tmp_path, []).channels == {"sms": "s3cret", "mail": "other"}
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
