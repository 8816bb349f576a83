"""Rows of accident and health insurance, in the order of asking."""

from __future__ import annotations

from claims_store.rules.fields.core import (
    ANY_INJURY,
    LOSS_REGION,
    LOSS_TIME,
    MORE,
    NARRATIVE,
    POLICE_CASE,
    REPORTER,
    WHO,
)
from claims_store.rules.fields.kinds import Field, choice, words
from claims_store.rules.fields.payment import PAYMENT

HEALTH_KINDS = (
    choice("accident", "意外", "accident", "摔了 摔倒 撞伤", "fell|accidental"),
    choice("outpatient", "门诊", "outpatient treatment", "看门诊", "saw a doctor"),
    choice("inpatient", "住院", "hospital stay", "住院了", "in hospital|hospitalised|admitted"),
    choice("illness", "重疾", "serious illness", "癌症 大病", "cancer|stroke"),
    choice("disability", "伤残", "disability", "残疾"),
    choice("death", "身故", "death", "去世 过世", "passed away|died"),
    choice("other", "其他", "something else"),
)
INPATIENT = (("loss_kind", "inpatient"), ("in_hospital", "yes"))

LOSS_KIND = Field(
    "loss_kind",
    "choice",
    words("类型", "Kind of claim"),
    words(
        "是意外、门诊、住院、重疾、伤残，还是身故？",
        "Accident, outpatient, hospital, illness or death?",
    ),
    "health-papers",
    need="R",
    choices=HEALTH_KINDS,
    asks={
        "zh": ("什么(情况|类型)", "是.{2,30}还是"),
        "en": (r"\bwhat (kind|happened)\b", r"\boutpatient,"),
    },
)
PERSON = Field(
    "person",
    "name",
    words("出险人", "Person concerned"),
    words("是哪位出险？", "Who is it about?"),
    "health-papers",
    need="R",
    known="policy",
    asks={"zh": ("哪位", "是谁"), "en": (r"\bwho is (it|the patient)\b", r"\bpatient's name\b")},
)
IN_HOSPITAL = Field(
    "in_hospital",
    "yes_no_unknown",
    words("是否住院", "In hospital now"),
    words("现在住院吗？", "Is the patient in hospital now?"),
    "health-papers",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("住院",), "en": (r"\bin (a |the )?hospital\b",)},
    says={"yes": ("在住院", "住着院"), "no": ("出院", "没住院", r"\b(discharged|went home)\b")},
)
HOSPITAL = Field(
    "hospital",
    "text",
    words("医院", "Hospital"),
    words("在哪家医院？", "Which hospital?"),
    "health-papers",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("哪家医院", "哪个医院"), "en": (r"\b(which|what) hospital\b",)},
)
CIRCUMSTANCES = (
    Field(
        "admitted",
        "date",
        words("入院日期", "Admitted on"),
        words("哪天入院的？", "On which day was the admission?"),
        "health-papers",
        need="C",
        level="payable",
        when=INPATIENT,
        checks=("time_in_future",),
        on_line=False,
        asks={"zh": ("入院",), "en": (r"\badmi(tted|ssion)\b",)},
    ),
    Field(
        "cause_proof",
        "text",
        words("事故证明", "Proof of the accident"),
        words("有交警、单位或派出所的证明吗？", "Is there a paper from police or employer?"),
        "health-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "accident"), ("loss_kind", "disability")),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("证明",), "en": (r"\bproof\b", r"\b(paper|letter) from\b")},
    ),
    Field(
        "death_place",
        "text",
        words("身故地点", "Place of death"),
        words("在哪里去世的？", "Where did it happen?"),
        "health-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "death"),),
        on_line=False,
        asks={"zh": ("去世",), "en": (r"\bpass(ed)? away\b", r"\bwhere did\b")},
    ),
    Field(
        "beneficiary",
        "name",
        words("受益人", "Beneficiary"),
        words("受益人是哪位？", "Who is the beneficiary?"),
        "health-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "death"),),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("受益人",), "en": (r"\bbeneficiary\b",)},
    ),
    Field(
        "social_insurance",
        "yes_no_unknown",
        words("医保已结算", "Settled by social insurance"),
        words("医保结算过了吗？", "Has social insurance settled its part?"),
        "health-papers",
        level="payable",
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("医保", "社保"), "en": (r"\bsocial insurance\b",)},
    ),
)

FIELDS = (
    ANY_INJURY,
    *WHO,
    PERSON,
    LOSS_KIND,
    LOSS_TIME,
    LOSS_REGION,
    NARRATIVE,
    IN_HOSPITAL,
    HOSPITAL,
    *CIRCUMSTANCES,
    POLICE_CASE,
    *REPORTER,
    *MORE,
    *PAYMENT,
)
