"""What is there before processes start: made at the first start, found at the second."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app import installing
from ari_app.desk.settings import FIRST_RUN, FirstRun
from ari_app.installing import Installation, prepare
from ari_app.settings import Ports, Settings, load
from claims_store import people, plans
from claims_store.store import Store

pytestmark = pytest.mark.unit

PORTS = Ports(sip=5070, ari=8088, ami=5038, http=8080, rtp_first=20000, rtp_last=22000)


async def test_the_first_start_makes_a_token_for_the_first_admin(tmp_path: Path) -> None:
    made = await prepare(Settings(state=tmp_path), None)
    known = FirstRun.read(made.environment[FIRST_RUN])
    assert known is not None and made.token
    assert known.digest == hashlib.sha256(made.token.encode()).hexdigest()
    left = known.until - datetime.now(UTC)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert made.token not in made.environment[FIRST_RUN], "only its digest is handed on"
    assert (made.agents, made.logins) == ({}, [])
    assert made.sounds == tmp_path / "prompts-live"
    assert (made.sounds / "en" / "greeting.ulaw").exists()


async def test_a_second_start_keeps_plan_and_secrets_and_makes_another_token(
    tmp_path: Path,
) -> None:
    settings = Settings(state=tmp_path)
    one, two = await prepare(settings, None), await prepare(settings, None)
    assert (one.secrets, one.given) == (two.secrets, two.given)
    assert one.token != two.token
    store = Store.open_now(settings.database_url, settings.keys / "keys.db", settings.zone)
    assert [each.revision for each in store.run_now(plans.listing)] == [1]
    store.run_now(people.add_user, people.User("admin", "admin", {}, None, "zh"), "x", now())
    store.close_now()
    three = await prepare(settings, None)
    assert (three.token, three.environment) == ("", {}), "somebody can sign in already"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Installation]:
    """A first start with the demo's insurer."""
    settings = Settings(state=tmp_path_factory.mktemp("demo"))
    return settings, asyncio.run(prepare(settings, "demo"))


async def test_the_demo_is_made_once_and_its_passwords_are_kept_beside_it(
    demo: tuple[Settings, Installation],
) -> None:
    settings, one = demo
    two = await prepare(settings, "demo")
    assert one.logins and one.logins == two.logins and one.token == ""
    assert one.agents == {f"20{n}": f"agent{n}" for n in range(1, 9)}
    assert (settings.state / "demo-users.json").stat().st_mode & 0o777 == 0o600
    assert load(settings.state).ready_when_registered


def test_the_demo_says_where_everything_is_and_how_to_sign_in(
    demo: tuple[Settings, Installation],
) -> None:
    settings, one = demo
    told = one.endpoints(settings, PORTS)
    assert set(told) == {"sip", "hotline", "trunk", "phones", "web", "users"}
    assert told["sip"] == {"host": "127.0.0.1", "port": 5070, "transport": "udp"}
    assert told["hotline"] == "5550100" and told["web"] == "http://127.0.0.1:8080"
    assert set(told["phones"][0]) == {"number", "username", "agent", "password"}
    assert {user["role"] for user in told["users"]} >= {"agent", "handler", "admin"}


async def test_a_real_installation_hands_out_no_phones_password(
    demo: tuple[Settings, Installation],
) -> None:
    settings, _ = demo
    told = (await prepare(settings, None)).endpoints(settings, PORTS)
    assert told["phones"] and not [phone for phone in told["phones"] if "password" in phone]
    assert told["users"] == []


async def test_an_operators_settings_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "seed", lambda store, now: [])
    (tmp_path / "settings.toml").write_text('tones = "us"\n')
    await prepare(Settings(state=tmp_path), "demo")
    assert (tmp_path / "settings.toml").read_text() == 'tones = "us"\n'


async def test_an_own_prompt_that_cannot_be_played_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "prompts" / "en"
    own.mkdir(parents=True)
    (own / "greeting.wav").write_bytes(b"no sound")
    await prepare(Settings(state=tmp_path), None)
    assert "an own prompt is not played" in caplog.text


def test_the_fallbacks_script_bears_a_path_with_any_letters(tmp_path: Path) -> None:
    state = tmp_path / "it's $HOME `x`"
    state.mkdir()
    settings = Settings(state=state)
    made = asyncio.run(prepare(settings, None))
    made.write_agi(state, settings)
    script = state / "voice-report"
    assert script.stat().st_mode & 0o777 == 0o700 and settings.report_spool.is_dir()
    shown = script.read_text().replace(
        f"exec '{sys.executable}' -m agi_scripts.voice_report", "env"
    )
    found = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, check=True)
    assert f"CLAIMLINE_SPOOL={settings.report_spool}\n" in found.stdout


def test_without_a_token_nobody_is_first() -> None:
    assert FirstRun.read("") is None
