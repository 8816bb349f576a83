"""Surveys: who looks at a loss, and what he does there.

`jobs` reads, `sending` asks surveyors, `escalating` goes on when nobody accepts, `answering` takes
yes and no, `acting` what is done at the scene, `pictures` keeps photos, `following` keeps a survey
in line with its claim, `showing` is what the surveyor's page shows.
"""

from __future__ import annotations

from claims_store.surveys.acting import ID, Acted, BadAct, act
from claims_store.surveys.answering import (
    Told,
    accept,
    answered_by_key,
    answered_by_text,
    decline,
    read_answer,
)
from claims_store.surveys.escalating import begin_photos, photos_do, step
from claims_store.surveys.following import begun, moved
from claims_store.surveys.jobs import (
    PHOTOS,
    VISIT,
    Act,
    Line,
    Offer,
    Photo,
    Survey,
    acts,
    all_of_claim,
    find,
    get,
    lines,
    listing,
    of_claim,
    offers,
    photo,
    photos,
    total,
)
from claims_store.surveys.pictures import PhotoProblem, customers_shots, photo_file, put_photo
from claims_store.surveys.sending import dispatch, give
from claims_store.surveys.showing import Screen, screen

__all__ = [
    "ID", "PHOTOS", "VISIT", "Act", "Acted", "BadAct", "Line", "Offer", "Photo", "PhotoProblem",
    "Screen", "Survey", "Told", "accept", "act", "acts", "all_of_claim", "answered_by_key",
    "answered_by_text", "begin_photos", "begun", "customers_shots", "decline", "dispatch", "find",
    "get", "give", "lines", "listing", "moved", "of_claim", "offers", "photo", "photo_file",
    "photos", "photos_do", "put_photo", "read_answer", "screen", "step", "total",
]  # fmt: skip
