"""What the doctor looks at: an installation, running or not. Reading it changes nothing."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ari_app.doctor.verdicts import CannotTell, fail, unknown
from ari_app.installed import Asterisk, installed_asterisk
from ari_app.render import MONITOR_USER
from ari_app.secrets_file import Secrets
from ari_app.settings import Ports, Settings, SettingsError, cache_home, load_ports
from claims_store.errors import SchemaBehind, StoreError, VaultDamaged
from claims_store.store import Store

ASK_LIMIT = 3.0
STORE_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """One installation at one moment; `endpoints` only while it runs."""

    settings: Settings
    now: datetime
    asterisk: Asterisk | None
    ports: Ports | None
    endpoints: Mapping[str, Any] | None
    models: Path

    @staticmethod
    def of(settings: Settings, now: datetime) -> Place:
        return Place(
            settings=settings, now=now, asterisk=installed_asterisk(), ports=_ports(settings),
            endpoints=_endpoints(settings), models=cache_home() / "models",
        )  # fmt: skip

    @property
    def running(self) -> bool:
        return self.endpoints is not None

    @property
    def processes(self) -> Mapping[str, int]:
        """Name -> id of what `claimline up` keeps running; empty when it does not run."""
        return self.endpoints["processes"] if self.endpoints else {}

    def secrets(self) -> Secrets:
        file = self.settings.state / "secrets.json"
        try:
            return Secrets.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise CannotTell(fail("secrets.missing", file=file.name)) from None
        except ValidationError:
            raise CannotTell(fail("secrets.unreadable", file=file.name)) from None

    def ari(self, path: str) -> Any:
        """What Asterisk answers its read-only user."""
        if self.ports is None or not self.running:
            raise CannotTell(unknown("system.stopped"))
        proof = base64.b64encode(f"{MONITOR_USER}:{self.secrets().monitor}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports.ari}/ari/{path}",
            headers={"Authorization": f"Basic {proof}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=ASK_LIMIT) as answer:
                return json.load(answer)
        except (OSError, ValueError) as fault:
            raise CannotTell(fail("asterisk.silent", reason=str(fault))) from None

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, if it is there and can be opened; nothing is made."""
        settings = self.settings
        if not settings.database and not (settings.state / "claimline.db").exists():
            raise CannotTell(fail("database.missing"))
        for name in ("keys.db", "keys.master"):
            if not (settings.keys / name).exists():
                raise CannotTell(fail("keys.missing", name=name))
        with _told():
            store = Store.open_now(
                settings.database_url, settings.keys / "keys.db", settings.zone, STORE_PATIENCE
            )
        try:
            with _told():
                yield store
        finally:
            store.close_now()


@contextmanager
def _told() -> Iterator[None]:
    """A store's refusals as verdicts."""
    try:
        yield
    except SchemaBehind as fault:
        raise CannotTell(fail("database.behind", reason=str(fault))) from None
    except VaultDamaged:
        raise CannotTell(fail("keys.broken")) from None
    except (StoreError, sqlite3.Error, OSError) as fault:
        raise CannotTell(fail("database.away", reason=str(fault))) from None


def _ports(settings: Settings) -> Ports | None:
    try:
        return load_ports(settings.state)
    except (SettingsError, ValidationError):
        return None


def _endpoints(settings: Settings) -> Mapping[str, Any] | None:
    """What a running system says of itself; None when its supervisor is gone."""
    try:
        found: Mapping[str, Any] = json.loads(settings.endpoints.read_text("utf-8"))
        return found if is_alive(int(found["processes"]["supervisor"])) else None
    except (OSError, ValueError, KeyError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not fetched yet does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except PermissionError:
        return True
    except OSError:
        return False
    return state != "Z"
