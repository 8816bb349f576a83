"""What is installed beside the program: Asterisk, its modules, and our folder `asterisk/`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ari_app.settings import Settings, cache_home

SRTP = "res_srtp"


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An installed Asterisk, as `asterisk/install.sh` describes it."""

    version: str
    command: Path
    modules: Path
    data: Path
    source: str
    packages: dict[str, str]


def assets() -> Path:
    """The folder `asterisk/`: beside the checkout, else where the installed package laid it."""
    beside = Path(__file__).parents[1] / "asterisk"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "claimline" / "asterisk"


def find_asterisk() -> Asterisk:
    """Asterisk as installed; installs it when missing, with progress on standard error."""
    done = subprocess.run(
        [str(assets() / "install.sh")], stdout=subprocess.PIPE, text=True, check=True
    )
    return _described(Path(done.stdout.strip()))


def installed_asterisk() -> Asterisk | None:
    """As `find_asterisk`, but nothing is installed."""
    file = cache_home() / "asterisk" / "install.json"
    return _described(file) if file.is_file() else None


def _described(file: Path) -> Asterisk:
    found = json.loads(file.read_text("utf-8"))
    return Asterisk(
        version=found["version"],
        command=Path(found["command"]),
        modules=Path(found["modules"]),
        data=Path(found["data"]),
        source=found["source"],
        packages=found["packages"],
    )


def module_list(*, srtp: bool = False) -> list[str]:
    """The modules to load; encrypted sound only where somebody uses it."""
    lines = (assets() / "modules.txt").read_text("utf-8").splitlines()
    names = [line.split("#")[0].strip() for line in lines]
    return [name for name in names if name and (srtp or name != SRTP)]


def wanted_modules(settings: Settings) -> list[str]:
    """What this installation loads."""
    return module_list(srtp=settings.uses_srtp)
