"""Rows of travel insurance, in the order of asking."""

from __future__ import annotations

from dataclasses import replace

from claims_store.rules.fields.core import (
    ANY_INJURY,
    LOSS_PLACE,
    LOSS_TIME,
    MORE,
    NARRATIVE,
    POLICE_CASE,
    REPORTER,
    WHO,
)
from claims_store.rules.fields.kinds import Field, choice, words
from claims_store.rules.fields.payment import PAYMENT

TRAVEL_KINDS = (
    choice("delay", "延误", "delay", "晚点", "delayed|late"),
    choice("baggage", "行李", "baggage", "行李丢了 箱子", "luggage|suitcase"),
    choice("cancelled", "取消", "cancellation", "航班取消", "cancelled|canceled"),
    choice("medical", "境外医疗", "medical care abroad", "看病 生病", "ill|sick|doctor"),
    choice("papers", "证件丢失", "lost papers", "护照 证件", "passport|lost documents"),
    choice("other", "其他", "something else"),
)

LOSS_KIND = Field(
    "loss_kind",
    "choice",
    words("类型", "Kind of claim"),
    words(
        "是延误、行李、取消、看病，还是证件？", "A delay, baggage, cancellation, illness or papers?"
    ),
    "travel-papers",
    need="R",
    choices=TRAVEL_KINDS,
    asks={
        "zh": ("什么(情况|类型)", "是.{2,30}还是"),
        "en": (r"\bwhat (kind|happened)\b", r"\ba delay,"),
    },
)
TRIP = Field(
    "trip",
    "text",
    words("行程或航班", "Trip or flight"),
    words("航班号或行程是？", "What is the flight or the trip?"),
    "travel-papers",
    need="R",
    asks={"zh": ("航班", "行程"), "en": (r"\bflight\b", r"\btrip\b")},
)
ABROAD = Field(
    "abroad",
    "yes_no_unknown",
    words("在境外", "Abroad now"),
    words("您现在在境外吗？", "Are you abroad now?"),
    "travel-papers",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("境外", "国外"), "en": (r"\babroad\b",)},
    says={"yes": ("在国外", "在境外"), "no": ("在国内", "回国", r"\b(home|back) (now|already)\b")},
)
PLACE_NOW = replace(
    LOSS_PLACE,
    title=words("现在所在地", "Place now"),
    question=words("您现在在哪里？", "Where are you now?"),
    source="travel-papers",
)
CIRCUMSTANCES = (
    Field(
        "hours_late",
        "number",
        words("延误小时", "Hours late"),
        words("一共晚了几个小时？", "How many hours late was it?"),
        "travel-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "delay"),),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("几个?小时", "晚了多久"), "en": (r"\bhow (many hours|late|long)\b",)},
    ),
    Field(
        "carrier_letter",
        "yes_no_unknown",
        words("承运人证明", "Carrier's letter"),
        words("航空公司开证明了吗？", "Did the carrier give you a letter?"),
        "travel-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "delay"), ("loss_kind", "baggage"), ("loss_kind", "cancelled")),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("证明",), "en": (r"\bletter\b", r"\bcertificate\b")},
    ),
    Field(
        "assistance",
        "yes_no_unknown",
        words("救援公司已联系", "Assistance called"),
        words("联系过救援公司吗？", "Have you called the assistance company?"),
        "travel-papers",
        need="C",
        level="payable",
        when=(("abroad", "yes"),),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("救援",), "en": (r"\bassistance\b",)},
    ),
)

FIELDS = (
    ANY_INJURY,
    *WHO,
    LOSS_KIND,
    TRIP,
    LOSS_TIME,
    ABROAD,
    PLACE_NOW,
    NARRATIVE,
    *CIRCUMSTANCES,
    POLICE_CASE,
    *REPORTER,
    *MORE,
    *PAYMENT,
)
