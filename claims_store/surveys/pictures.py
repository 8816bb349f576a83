"""Photos of a survey: sealed under the report's key under the id that the phone gave them, once.

The sealed file comes first, then its row; a file without a row is written again by the phone's
next try, because the phone keeps its photo until it has our digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from claims_store import claim_journal, facts
from claims_store.errors import StoreError
from claims_store.rules.shots import Shot, checklist
from claims_store.surveys.acting import ID
from claims_store.surveys.escalating import assess_photos
from claims_store.surveys.jobs import PHOTOS, Photo, next_seq, open_of_claim, photo, photos, row_of
from claims_store.tables import ClaimRow, SurveyPhotoRow, SurveyRow

LARGEST = 12 * 1024 * 1024
MOST = 60
"""Photos of one survey."""
CUSTOMER = "customer"
_KINDS = (
    (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"), (4, b"ftypheic", "image/heic"), (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
)  # fmt: skip


class PhotoProblem(StoreError):
    """The picture was not taken; `code`: id, shot, kind, size, many or over."""

    def __init__(self, code: str) -> None:
        super().__init__(f"this photo cannot be taken: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a photo is to be sealed and with whose key; `there`: it was received before."""

    file: str
    owner: str
    type: str
    there: Photo | None


def kind_of(head: bytes) -> str:
    """What a file is by its first bytes, whatever it is called. Raises `PhotoProblem`."""
    for offset, magic, kind in _KINDS:
        if head[offset:].startswith(magic):
            return kind
    raise PhotoProblem("kind")


def photo_file(s: Session, survey_id: str, id: str, shot: str, head: bytes, by: str) -> Taken:
    """Whether a photo may come, and where it goes. Raises `PhotoProblem`, `NotFound`."""
    row = row_of(s, survey_id)
    if not ID.fullmatch(id):
        raise PhotoProblem("id")
    claim = s.get_one(ClaimRow, row.claim_number)
    there = photo(s, survey_id, id)
    if there is None:
        _may(s, row, claim, shot, by)
    kind = there.type if there else kind_of(head)
    return Taken(f"{row.id}/{id}.sealed", claim_journal.owner(claim), kind, there)


def _may(s: Session, row: SurveyRow, claim: ClaimRow, shot: str, by: str) -> None:
    said = facts.values(s, claim)
    names = {each.name for each in checklist(claim.line, said, own=by == CUSTOMER)}
    if shot not in names | {"more"}:
        raise PhotoProblem("shot")
    if row.state == "over" and row.outcome != "done":
        raise PhotoProblem("over")
    mine = row.surveyor == by if by != CUSTOMER else row.kind == PHOTOS and row.surveyor is None
    if not mine:
        raise PhotoProblem("over")
    if len(photos(s, row.id)) >= MOST:
        raise PhotoProblem("many")


def put_photo(
    s: Session, survey_id: str, id: str, shot: str, taken: Taken, size: int, sha256: str,
    at: datetime, now: datetime, by: str,
) -> Photo:  # fmt: skip
    """Write a sealed photo down; one with this id stays what it was. When the customer has sent all
    of his, somebody is asked to assess them."""
    row = row_of(s, survey_id, lock=True)
    there = photo(s, survey_id, id)
    if there is not None:
        return there
    s.add(
        SurveyPhotoRow(
            survey_id=row.id, id=id, seq=next_seq(s, SurveyPhotoRow, row.id), shot=shot, by=by,
            type=taken.type, size=size, sha256=sha256, file=taken.file, at=min(at, now),
            received=now,
        )
    )  # fmt: skip
    s.flush()
    if by == CUSTOMER and row.kind == PHOTOS and not _missing(s, row):
        assess_photos(s, row, now)
    found = photo(s, survey_id, id)
    assert found is not None
    return found


def customers_shots(s: Session, claim: str) -> tuple[SurveyRow, Sequence[tuple[Shot, bool]]] | None:
    """The customer's own survey while it is open: the photos wanted, and which are there."""
    row = _open_photos(s, claim)
    if row is None:
        return None
    there = {each.shot for each in photos(s, row.id)}
    return row, [(shot, shot.name in there) for shot in _wanted(s, row)]


def _open_photos(s: Session, claim: str) -> SurveyRow | None:
    row = open_of_claim(s, claim)
    return row if row is not None and row.kind == PHOTOS and row.surveyor is None else None


def _wanted(s: Session, row: SurveyRow) -> Sequence[Shot]:
    claim = s.get_one(ClaimRow, row.claim_number)
    return checklist(claim.line, facts.values(s, claim), own=True)


def _missing(s: Session, row: SurveyRow) -> list[str]:
    there = {each.shot for each in photos(s, row.id)}
    return [each.name for each in _wanted(s, row) if each.name not in there]


def path_of(folder: Path, file: str) -> Path | None:
    """Where a photo lies; None when a row led out of the folder."""
    root = folder.resolve()
    found = (root / file).resolve()
    return found if found.is_relative_to(root) else None
