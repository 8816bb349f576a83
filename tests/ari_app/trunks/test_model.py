"""What an operator may write of trunks and phones, and what he is told when it cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ari_app.secrets_file import Secrets
from ari_app.settings import Settings, SettingsError, choose_ports, load
from ari_app.trunks import certificate, states
from ari_app.trunks.given import trunk_values
from ari_app.trunks.model import RTP, Out, Phones, PhoneWay, Sip, Tls, Trunk
from ari_app.trunks.states import TrunkNow, TrunkState

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEER = '[[trunk]]\nname = "north"\nkind = "peer"\n'


def told(folder: Path, text: str) -> str:
    (folder / "settings.toml").write_text(text)
    with pytest.raises(SettingsError) as fault:
        load(folder)
    return str(fault.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('kind = "registration"', "a registration needs host and user"),
        ('kind = "address"', "a trunk known by address needs addresses"),
        ('kind = "address"\naddresses = ["127.0.0.1"]', "is this machine itself"),
        ('kind = "address"\naddresses = ["127.1.2.0/24"]', "is this machine itself"),
        ('kind = "address"\naddresses = ["::1"]', "is this machine itself"),
        ('kind = "address"\naddresses = ["0.0.0.0/0"]', "is this machine itself"),
        ('kind = "address"\naddresses = ["64.0.0.0/3"]', "too wide"),
        ('kind = "address"\naddresses = ["carrier.example"]', "is no address"),
        ('kind = "peer"\naddresses = ["192.0.2.1"]', "leave addresses out"),
        ('kind = "peer"\n[trunk.out]\nallowed = ["+86"]', "outgoing calls need host"),
        ('kind = "peer"\nhost = "a"\n[trunk.out]\nallowed = []', "allowed"),
        ('kind = "peer"\nhost = "a"\n[trunk.out]\nallowed = ["86"]', "allowed"),
        ('kind = "peer"\nsrtp = true', 'srtp needs transport = "tls"'),
        ('kind = "peer"\nhost = "a;b"', "host"),
        ('kind = "peer"\npassword = "x"', "password"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in told(tmp_path, f'[[trunk]]\nname = "north"\n{text}\n')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('external = "home.example"', "write it as 203.0.113.10"),
        ('external = "203.0.113.10;x"', "is no address"),
        ('local = ["here"]', "write it as 192.168.0.0/16"),
        ("rtp = [20000, 20050]", "at least 100 of them"),
        ("rtp = [21000, 20000]", "at least 100 of them"),
        ("rtp = [80, 2000]", "1024"),
    ],
)
def test_where_others_find_us_is_checked(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in told(tmp_path, f"[sip]\n{text}\n")


def test_sound_has_ports_that_a_firewall_can_know_unless_nobody_comes_from_elsewhere(
    tmp_path: Path,
) -> None:
    assert Settings(state=tmp_path).rtp is None
    assert Settings(state=tmp_path, host="192.0.2.1").rtp == RTP
    chosen = Settings(state=tmp_path, sip=Sip(rtp=(30000, 30999)))
    assert chosen.rtp == (30000, 30999)
    ports = choose_ports(rtp=chosen.rtp)
    assert (ports.rtp_first, ports.rtp_last) == (30000, 30999)


@pytest.mark.parametrize("name", ["base", "transport-udp", "registration-x"])
def test_names_of_the_configuration_are_taken(tmp_path: Path, name: str) -> None:
    assert "choose another" in told(tmp_path, f'[[trunk]]\nname = "{name}"\nkind = "peer"\n')


def test_two_trunks_cannot_be_told_apart_by_one_name(tmp_path: Path) -> None:
    assert "more than one trunk has the name north" in told(tmp_path, PEER * 2)
    twin = '[[trunk]]\nname = "south"\nkind = "peer"\nuser = "north"\n'
    assert "more than one trunk has the username north" in told(tmp_path, PEER + twin)


def test_without_any_there_is_one_that_signs_in(tmp_path: Path) -> None:
    (only,) = load(tmp_path).trunks
    assert (only.name, only.kind, only.limits) == ("trunk", "peer", None)


def test_where_a_carrier_is_and_as_whom_we_come() -> None:
    trunk = Trunk(name="n", kind="registration", host="c.example", user="400", transport="tls")
    assert (trunk.at, trunk.client_uri) == ("c.example:5061", "sip:400@c.example:5061")
    other = Trunk(name="n", kind="registration", host="1.2.3.4", port=5080, user="a@b.example")
    assert (other.at, other.client_uri) == ("1.2.3.4:5080", "sip:a@b.example")
    out = Trunk(name="n", kind="peer", host="c", out=Out(allowed=("+86",), longest=2))
    assert out.limits is not None and out.limits.longest == 120


def test_a_trunk_without_its_password_is_not_put_to_work() -> None:
    secrets = Secrets(ari="a", ami="b", trunk="c", trunks={"known": "d"})
    far = Trunk(name="far", kind="registration", host="c", user="400")
    with pytest.raises(SettingsError, match="claimline trunks secret far"):
        trunk_values(far, secrets)
    assert trunk_values(far.model_copy(update={"name": "known"}), secrets)["password"] == "d"
    assert trunk_values(Trunk(name="trunk", kind="peer"), secrets)["password"] == "c"


def test_a_phone_goes_its_own_way_or_that_of_all() -> None:
    own = PhoneWay(transport="tls", srtp=True)
    phones = Phones(transport="tcp", own={"201": own})
    assert phones.way("201") is own and phones.way("202").transport == "tcp"


def test_a_certificate_is_made_once_and_names_the_host(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, host="192.0.2.7", phones=Phones(transport="tls"))
    certificate.ready(settings, NOW)
    first = settings.certificate.read_bytes()
    certificate.ready(settings, NOW + timedelta(days=1))
    assert settings.certificate.read_bytes() == first
    made = x509.load_pem_x509_certificate(first)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]
    assert certificate.expires(settings) - NOW > timedelta(days=3000)
    assert settings.certificate_key.stat().st_mode & 0o777 == 0o600


def test_without_tls_no_certificate_is_made(tmp_path: Path) -> None:
    certificate.ready(Settings(state=tmp_path), NOW)
    assert not (tmp_path / "tls").exists()


def test_a_named_host_stands_in_the_certificate(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, host="pbx.example", phones=Phones(transport="tls"))
    certificate.ready(settings, NOW)
    made = x509.load_pem_x509_certificate(settings.certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["pbx.example"]


def test_the_operators_own_certificate_has_to_be_there(tmp_path: Path) -> None:
    tls = Tls(certificate="/nowhere/a.pem", key="/nowhere/b.pem")
    settings = Settings(state=tmp_path, tls=tls, phones=Phones(transport="tls"))
    with pytest.raises(SettingsError, match="/nowhere/a.pem cannot be read"):
        certificate.ready(settings, NOW)
    with pytest.raises(ValueError, match="come together"):
        Tls(certificate="/a.pem")


def test_states_are_read_by_others_only_while_the_system_runs(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    rows = [TrunkNow("north", TrunkState.REJECTED, NOW)]
    states.save(settings.trunk_states, rows)
    assert states.read(settings) == ()
    settings.endpoints.write_text(json.dumps({}))
    assert states.read(settings) == tuple(rows)
    assert "claimline trunks secret north" in rows[0].sentence
