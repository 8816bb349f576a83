"""What the story is made of: a machine that is ahead, far ends for messages, a timeline."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiosmtplib
import pytest

from ari_app import tasks
from ari_app.channel_settings import SmppChannel
from ari_app.clock import SteadyClock
from ari_app.demo.told import run
from ari_app.demo.told.ahead import Ahead
from ari_app.demo.told.house import plain
from ari_app.demo.told.posts import OURS, Posts, Text, posts
from ari_app.demo.told.timeline import Timeline
from ari_app.notify.channel import Notice
from ari_app.notify.smpp import Smpp
from ari_app.notify.smpp_delivered import Said
from ari_app.settings import choose_ports, load

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[4]
DAY = 86_400.0
TO = "+8613800138000"


def test_a_program_goes_by_a_machine_that_is_ahead_and_others_do_not(tmp_path: Path) -> None:
    program = tmp_path / "says.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom ari_app import clock, supervise\n"
        "state = Path(sys.argv[sys.argv.index('--state') + 1])\n"
        "print(clock.SystemClock().now().isoformat())\n"
        "print(clock.SteadyClock(state).now().isoformat())\n"
        "print(supervise.LAUNCHER[-1])\n"
    )
    Ahead(tmp_path).set(DAY)
    command = [sys.executable, "-m", "ari_app.demo.told.ahead", "says", "--state", str(tmp_path)]
    said = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )  # fmt: skip
    system, steady, launcher = said.stdout.split()
    for told in (system, steady):
        ahead = datetime.fromisoformat(told) - datetime.now(UTC)
        assert abs(ahead - timedelta(days=1)) < timedelta(minutes=5)
    assert launcher == "ari_app.demo.told.ahead", "what it starts goes by that machine too"
    (tmp_path / "clock.json").unlink()
    assert SteadyClock(tmp_path).now() - datetime.now(UTC) < timedelta(minutes=5)


def test_a_clock_that_is_set_forward_is_the_machines(tmp_path: Path) -> None:
    ahead = Ahead(tmp_path)
    ahead.set(0)
    clock = SteadyClock(tmp_path, ahead.machine())
    ahead.set(3 * 3600)
    assert round(clock.stepped) == 3 * 3600
    clock.follow()
    assert abs(clock.now() - ahead.now()) < timedelta(seconds=1)


def test_a_timeline_is_told_and_kept() -> None:
    told: list[str] = []
    at = datetime(2026, 11, 30, 0, 40, tzinfo=UTC)
    tell = Timeline(told.append, lambda: at, ZoneInfo("Asia/Shanghai"))
    tell("customer", "dials")
    assert told == ["Mon 08:40:00  customer     dials"]
    assert tell.plain() == [
        {"at": "2026-11-30T08:40:00+08:00", "who": "customer", "what": "dials"}
    ]  # fmt: skip
    assert run._hours(tell) == "0.0 hours"


@pytest.mark.parametrize("day", range(24, 31))
def test_it_begins_on_the_next_monday(day: int) -> None:
    found = run._monday(datetime(2026, 11, day, 13, 7, tzinfo=run.ZONE))
    assert found.weekday() == 0 and (found.hour, found.minute) == (8, 40)
    assert timedelta() < found - datetime(2026, 11, day, 13, 7, tzinfo=run.ZONE) <= timedelta(7)


async def test_messages_arrive_whole_and_are_told_once(tmp_path: Path) -> None:
    told: list[Text] = []
    async with posts(tmp_path) as made:
        following = tasks.start(made.follow(told.append), name="posts")
        said: asyncio.Queue[Said] = asyncio.Queue()
        settings = load_channel(made, tmp_path)
        channel = Smpp(settings, "", wrote=said.put)
        long = "进度和资料: http://127.0.0.1:1/c/abc234 " * 4
        notice = Notice("m1", TO, "zh", "stage", long, "")
        for part in range(channel.parts(notice)):
            await channel.send(notice, part)
        came = await made.until(TO, "进度")
        assert (came.way, came.body, came.link) == ("sms", long, "/c/abc234")
        await made.write(TO, "CL-1 8000")
        async with asyncio.timeout(5):
            heard = await said.get()
        assert heard.octets.decode("utf-16-be") == "CL-1 8000"
        port = int(made.channels.rpartition("port = ")[2].split()[0])
        await aiosmtplib.send(
            "From: a@example.com\nTo: b@example.com\nSubject: S\n\nassessed", hostname="127.0.0.1",
            port=port, sender="a@example.com", recipients=["b@example.com"],
        )  # fmt: skip
        assert (await made.until("b@example.com", "assessed")).body == "S: assessed"
        following.cancel()
        await asyncio.wait({following})
        await channel.close()
    assert [each.way for each in told] == ["sms", "mail"]


def load_channel(made: Posts, state: Path) -> SmppChannel:
    """Its channel, by the settings that the story writes."""
    run._write_settings(state, choose_ports(), choose_ports(), made)
    (sms, mail) = load(state).channels
    assert isinstance(sms, SmppChannel) and sms.sender == OURS and mail.reaches == "mail"
    return sms


async def test_without_a_message_centre_files_are_written_and_read(tmp_path: Path) -> None:
    made = Posts(tmp_path)
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({"to": TO, "body": "one"}), "utf-8")
    following = tasks.start(made.follow(lambda _: None), name="posts")
    assert (await made.until(TO, "one")).way == "file"
    await made.write(TO, "where does it stand?")
    following.cancel()
    await asyncio.wait({following})
    (file,) = (folder / "incoming").glob("*.json")
    assert json.loads(file.read_text("utf-8")) == {"from": TO, "text": "where does it stand?"}
    with pytest.raises(TimeoutError):
        await made.until(TO, "two", 0.01)


def test_the_words_of_a_page_are_told_without_its_marks() -> None:
    page = "<head><title>x</title></head><main><h1>A</h1> <p>b\n<b>c</b></p></main><nav>no</nav>"
    assert plain(page) == "A b c"


def test_what_cannot_be_sent_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell = Timeline(run._say, lambda: datetime(2026, 11, 30, tzinfo=UTC), ZoneInfo("UTC"))
    run._tell_ways(Posts(tmp_path), tell)
    said = capsys.readouterr().err
    assert "smpp34 is not installed" in said and "aiosmtpd is not installed" in said
