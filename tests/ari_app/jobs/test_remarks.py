"""A spoken remark is written down from its sealed file, in the language of the call."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from ari_app.jobs.carrying import NotYet
from ari_app.jobs.effects import Hands
from ari_app.jobs.mailing import Postbox
from ari_app.jobs.sealing import ENDING, Folders
from ari_app.speech.audio import Sound, write_wav
from ari_app.speech.recogniser import Segment
from ari_app.speech.transcripts import Transcriber
from claims_store import feedback
from claims_store.consequences.effects import Listen
from claims_store.store import Store
from tests.ari_app.jobs.conftest import NOW
from tests.fakes.speech import scripted

pytestmark = pytest.mark.store

CLIP = "n1-1.1-remark"
ASKED = Listen("follow_up:CL-1:9", CLIP, "zh")
SAID = Segment(0.5, 2.0, "查勘员很好", ())


def sealed(store: Store, folders: Folders, tmp_path: Path, level: int = 9000) -> None:
    plain = tmp_path / "plain.wav"
    write_wav(plain, Sound(np.full(16_000, level, np.int16), 8000))
    folders.make()
    key = store.vault.new_key("call:n1-1.1")
    store.vault.seal_file(plain, folders.kept / f"{CLIP}{ENDING}", key)


def given(store: Store) -> None:
    store.run_now(
        feedback.give, "n1-1.1", "call", {"speed": 5}, None, NOW,
        call_id="n1-1.1", key=ASKED.key, clip=CLIP,
    )  # fmt: skip


def remark(store: Store) -> str:
    (found,) = store.run_now(feedback.listing)
    return found.remark


def hands(store: Store, folders: Folders, transcriber: Transcriber) -> Hands:
    return Hands(store, folders, transcriber, cast(Postbox, None))


def test_given_a_sealed_remark_when_heard_then_it_is_kept_and_nothing_plain_is_left(
    store: Store, folders: Folders, tmp_path: Path
) -> None:
    given(store)
    with Transcriber(scripted(tmp_path / "speech", {"anything": [SAID]})) as transcriber:
        does = hands(store, folders, transcriber)
        with pytest.raises(NotYet, match="not sealed"):
            does.do(ASKED, NOW)
        sealed(store, folders, tmp_path)
        does.do(ASKED, NOW)
        does.do(ASKED, NOW)
    assert remark(store) == SAID.text
    assert list(folders.work.iterdir()) == []


def test_given_silence_or_an_erased_key_then_nothing_is_kept(
    store: Store, folders: Folders, tmp_path: Path
) -> None:
    given(store)
    with Transcriber(scripted(tmp_path / "speech", {"anything": [SAID]})) as transcriber:
        sealed(store, folders, tmp_path, level=0)
        hands(store, folders, transcriber).do(ASKED, NOW)
        store.vault.erase("call:n1-1.1")
        hands(store, folders, transcriber).do(ASKED, NOW)
    assert remark(store) == ""


def test_given_no_model_then_it_waits(store: Store, folders: Folders, tmp_path: Path) -> None:
    given(store)
    sealed(store, folders, tmp_path)
    with Transcriber(scripted(tmp_path / "speech", {}, ("en",))) as transcriber:
        with pytest.raises(NotYet, match="waiting_for_model"):
            hands(store, folders, transcriber).do(ASKED, NOW)
