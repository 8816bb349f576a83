"""What phones and carriers recognise us by when they speak TLS: made at the first start, or the
operator's own."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ari_app.settings import Settings, SettingsError, write_private

LIFE = timedelta(days=3650)
"""Desk phones are given this certificate by hand: it has to outlive them."""


def ready(settings: Settings, now: datetime) -> None:
    """Have a certificate and a key where the configuration names them. Raises SettingsError."""
    if not settings.uses_tls:
        return
    places = (settings.certificate, settings.certificate_key)
    if not settings.tls.certificate and not all(place.exists() for place in places):
        _make(settings.host, *places, now)
    for place in places:
        _check(place)


def expires(settings: Settings) -> datetime:
    """Until when the certificate holds."""
    return x509.load_pem_x509_certificate(settings.certificate.read_bytes()).not_valid_after_utc


def _check(place: Path) -> None:
    try:
        place.read_bytes()
    except OSError as fault:
        raise SettingsError(
            f"{place} cannot be read ({fault.strerror}): TLS needs it. Put certificate and key "
            "there, or take them out of [tls] to have them made"
        ) from None


def _make(host: str, certificate: Path, key: Path, now: datetime) -> None:
    """A certificate that names this host and is signed by its own key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone's clock may be late
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName([_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = secret.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(key, private.decode())
    write_private(certificate, made.public_bytes(pem).decode())


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
