"""Rows of liability insurance, in the order of asking."""

from __future__ import annotations

from claims_store.rules.fields.core import (
    CONTACT_PERSON,
    MORE,
    NARRATIVE,
    POLICE_CASE,
    REPORTER,
    SAFETY,
    WHEN_WHERE,
    WHO,
)
from claims_store.rules.fields.kinds import Field, choice, words
from claims_store.rules.fields.payment import PAYMENT

LIABILITY_KINDS = (
    choice("bodily", "人身", "injury to a person", "人受伤 受伤", "hurt|injured"),
    choice("property", "财产", "damage to property", "东西坏了 财物", "broke|property damage"),
    choice("employee", "雇员工伤", "injury at work", "工伤 员工", "employee|worker"),
    choice("other", "其他", "something else"),
)

LOSS_KIND = Field(
    "loss_kind",
    "choice",
    words("类型", "Kind of claim"),
    words("是人受伤、财物受损，还是工伤？", "Is it injury, damage to property, or injury at work?"),
    "insurance-law",
    need="R",
    choices=LIABILITY_KINDS,
    asks={
        "zh": ("什么(情况|类型)", "是.{2,30}还是"),
        "en": (r"\bwhat (kind|happened)\b", r"\bat work\b"),
    },
)
UNIT = Field(
    "unit",
    "name",
    words("被保险单位", "Insured unit"),
    words("被保险的是哪家单位？", "Which firm or unit is insured?"),
    "insurance-law",
    need="R",
    known="policy",
    asks={"zh": ("哪家单位", "哪个公司"), "en": (r"\b(which|what) (firm|company|unit)\b",)},
)
VICTIM_NAME = Field(
    "victim_name",
    "name",
    words("受害方", "Injured party"),
    words("受害的一方叫什么？", "What is the name of the injured party?"),
    "insurance-law",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("受害", "伤者"), "en": (r"\binjured party\b", r"\bvictim\b")},
)
VICTIM_PHONE = Field(
    "victim_phone",
    "phone",
    words("受害方电话", "Injured party's number"),
    words("受害一方的电话是多少？", "What is their number?"),
    "insurance-law",
    need="R",
    checks=("phone_impossible",),
    unknown_allowed=True,
    asks={"zh": ("(受害|对方).{0,4}电话",), "en": (r"\btheir (phone )?number\b",)},
)
CIRCUMSTANCES = (
    Field(
        "court_date",
        "date",
        words("开庭日期", "Court date"),
        words("收到法院传票了吗？哪天开庭？", "Have you had court papers? For which day?"),
        "insurance-law",
        level="payable",
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("法院", "开庭"), "en": (r"\bcourt\b",)},
    ),
    Field(
        "work_report",
        "yes_no_unknown",
        words("工伤已申报", "Work injury reported"),
        words("工伤申报了吗？", "Has the injury at work been reported?"),
        "insurance-law",
        need="C",
        level="payable",
        when=(("loss_kind", "employee"),),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("工伤",), "en": (r"\bat work\b",)},
    ),
)

FIELDS = (
    *SAFETY,
    *WHO,
    UNIT,
    *WHEN_WHERE,
    LOSS_KIND,
    NARRATIVE,
    VICTIM_NAME,
    VICTIM_PHONE,
    *CIRCUMSTANCES,
    POLICE_CASE,
    CONTACT_PERSON,
    *REPORTER,
    *MORE,
    *PAYMENT,
)
