from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ari_app.speech import installing, models
from ari_app.speech.installing import InstallRefused, install
from ari_app.speech.models import Model, Models, UnknownModel, registry

pytestmark = pytest.mark.unit

VOSK = Model(
    "tiny", "vosk", ("en",), "Apache-2.0", 1, 16000, address="https://models.test/tiny.zip"
)
FILES = {"am/final.mdl": b"model", "conf/mfcc.conf": b"--x=y\n", "graph/Gr.fst": b"graph"}


def archive(path: Path, files: dict[str, bytes], top: str = "vosk-model-tiny/") -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(top + name, content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_every_row_of_the_registry_says_what_an_operator_must_know() -> None:
    known = registry()
    assert len({model.name for model in known}) == len(known)
    for model in known:
        assert model.licence and model.note and model.languages and model.size_mb > 0
        assert bool(model.address) != bool(model.package)
        assert model.engine in models.ESSENTIAL
        assert not model.package or model.files, "what comes by a package is pinned"
    for language in ("zh", "en"):
        assert next(m for m in known if language in m.languages).engine == "vosk"


def test_models_in_packages_are_found_in_place_and_are_what_they_should_be(tmp_path: Path) -> None:
    here = Models(tmp_path / "none")
    for name, language in (("whisper-tiny.en", "en"), ("vosk-small-ko-0.22", "ko")):
        found = here.hearing(language)
        assert found is not None and found.model.name == name
        assert here.verify(name) == []
    states = {row.model.name: row.state for row in here.listing()}
    assert states["whisper-tiny.en"] == "in a package"
    assert states["vosk-cn-0.22"] == "not installed"
    assert here.hearing("xx") is None
    assert here.verify("vosk-cn-0.22") == ["vosk-cn-0.22 is not installed"]


def test_given_an_archive_when_installed_then_it_is_found_checked_and_preferred(
    tmp_path: Path,
) -> None:
    zipped = archive(tmp_path / "m.zip", FILES)
    here = Models(tmp_path / "models", (VOSK, *registry()))
    folder = install(here, "tiny", zipped)
    assert here.find(VOSK) == folder
    assert (folder / "graph/Gr.fst").read_bytes() == b"graph"
    assert here.verify("tiny") == []
    found = here.hearing("en")
    assert found is not None and found.model is VOSK
    assert install(here, "tiny", zipped) == folder
    assert names(here.folder) == [folder.name]


def test_given_a_newer_archive_when_installed_then_the_older_goes(tmp_path: Path) -> None:
    here = Models(tmp_path / "models", (VOSK,))
    old = install(here, "tiny", archive(tmp_path / "1.zip", FILES))
    new = install(here, "tiny", archive(tmp_path / "2.zip", FILES | {"README": b"2"}))
    assert old != new and names(here.folder) == [new.name]


def test_given_a_changed_file_when_verified_then_it_is_named(tmp_path: Path) -> None:
    here = Models(tmp_path / "models", (VOSK,))
    folder = install(here, "tiny", archive(tmp_path / "m.zip", FILES))
    (folder / "graph/Gr.fst").write_bytes(b"other")
    (folder / "conf/mfcc.conf").unlink()
    wrong = here.verify("tiny")
    assert wrong == [
        "graph/Gr.fst of tiny is not the file it should be; install it again",
        "tiny lacks conf/mfcc.conf",
    ]


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out"])
def test_given_a_name_that_leads_outside_when_installed_then_refused(
    tmp_path: Path, name: str
) -> None:
    zipped = archive(tmp_path / "m.zip", FILES | {name: b"x"}, top="")
    here = Models(tmp_path / "models", (VOSK,))
    with pytest.raises(InstallRefused, match="outside"):
        install(here, "tiny", zipped)
    assert names(here.folder) == []


def test_given_a_link_in_the_archive_when_installed_then_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as file:
        row = zipfile.ZipInfo("conf/link")
        row.external_attr = 0o120777 << 16
        file.writestr(row, "/etc/passwd")
    with pytest.raises(InstallRefused, match="outside"):
        install(Models(tmp_path / "models", (VOSK,)), "tiny", tmp_path / "m.zip")


@pytest.mark.parametrize("lost", list(FILES)[:2])
def test_given_an_archive_without_its_heart_when_installed_then_refused(
    tmp_path: Path, lost: str
) -> None:
    files = {name: content for name, content in FILES.items() if name != lost}
    here = Models(tmp_path / "models", (VOSK,))
    with pytest.raises(InstallRefused, match=f"tiny lacks {lost}"):
        install(here, "tiny", archive(tmp_path / "m.zip", files))
    assert names(here.folder) == []


def test_given_a_known_hash_when_the_archive_is_another_then_refused(tmp_path: Path) -> None:
    zipped = archive(tmp_path / "m.zip", FILES)
    good = hashlib.sha256(zipped.read_bytes()).hexdigest()
    install(Models(tmp_path / "a", (replace(VOSK, sha256=good),)), "tiny", zipped)
    with pytest.raises(InstallRefused, match="SHA-256"):
        install(Models(tmp_path / "b", (replace(VOSK, sha256="0" * 64),)), "tiny", zipped)


def test_a_folder_can_be_installed_and_a_text_file_cannot(tmp_path: Path) -> None:
    for name, content in FILES.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    here = Models(tmp_path / "models", (VOSK,))
    assert install(here, "tiny", tmp_path / "unpacked").is_dir()
    with pytest.raises(InstallRefused, match="neither"):
        install(here, "tiny", __file__)


def test_an_unknown_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="claimline models list"):
        install(Models(tmp_path, ()), "nothing")


class Answer(io.BytesIO):
    def __init__(self, content: bytes, length: int) -> None:
        super().__init__(content)
        self.headers = {"Content-Length": str(length)}


def test_given_an_address_when_installed_then_fetched_with_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive(tmp_path / "m.zip", FILES).read_bytes()
    asked: list[str] = []

    def fetch(address: str, **_: Any) -> Answer:
        asked.append(address)
        return Answer(content, len(content))

    monkeypatch.setattr(installing.urllib.request, "urlopen", fetch)
    seen: list[tuple[int, int]] = []
    here = Models(tmp_path / "models", (VOSK,))
    install(here, "tiny", progress=lambda done, whole: seen.append((done, whole)))
    assert asked == [VOSK.address] and seen[-1] == (len(content), len(content))


def test_given_a_download_that_breaks_off_when_installed_then_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Models(tmp_path / "models", (VOSK,))
    monkeypatch.setattr(installing.urllib.request, "urlopen", lambda *a, **k: Answer(b"PK", 100))
    with pytest.raises(InstallRefused, match="broke off after 2 of 100"):
        install(here, "tiny")

    def away(*_: Any, **__: Any) -> Answer:
        raise OSError("no route")

    monkeypatch.setattr(installing.urllib.request, "urlopen", away)
    with pytest.raises(InstallRefused, match="--from"):
        install(here, "tiny")
    assert names(here.folder) == []


def test_given_a_model_in_two_packages_when_installed_then_its_file_is_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, content in (("half_one_cl", b"first "), ("half_two_cl", b"second")):
        data = tmp_path / "site" / package / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"model.bin.{package[5:8]}").write_bytes(content)
    (tmp_path / "site/half_one_cl/data/config.json").write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    parts = ("half_one_cl/data/model.bin.one", "half_two_cl/data/model.bin.two")
    whole = Model(
        "base", "whisper", ("zh",), "MIT", 1, 16000,
        package="half_one_cl", path="data", joined={"model.bin": parts},
        files={"model.bin": hashlib.sha256(b"first second").hexdigest()},
    )  # fmt: skip
    here = Models(tmp_path / "models", (whole,))
    assert here.hearing("zh") is None
    assert here.listing()[0].state == "available"
    folder = install(here, "base")
    assert (folder / "model.bin").read_bytes() == b"first second"
    assert not list(folder.glob("model.bin.*"))
    found = here.hearing("zh")
    assert found is not None and found.folder == folder

    lame = replace(whole, joined={"model.bin": (*parts, "half_three_cl/data/x")})
    with pytest.raises(InstallRefused, match="half_three_cl"):
        install(Models(tmp_path / "other", (lame,)), "base")
    gone = replace(whole, package="half_none_cl")
    with pytest.raises(InstallRefused, match="half_none_cl"):
        install(Models(tmp_path / "other", (gone,)), "base")
