"""Rows of home insurance, in the order of asking."""

from __future__ import annotations

from dataclasses import replace

from claims_store.rules.fields.core import (
    CONTACT_PERSON,
    LOSS_PLACE,
    LOSS_REGION,
    LOSS_TIME,
    MORE,
    NARRATIVE,
    POLICE_CASE,
    REPORTER,
    SAFETY,
    WHO,
)
from claims_store.rules.fields.kinds import Field, choice, words
from claims_store.rules.fields.payment import PAYMENT

HOME_KINDS = (
    choice("pipe", "水管爆裂", "burst pipe", "爆管 漏水 水管", "leak|water pipe|pipe burst"),
    choice("flood", "暴雨洪水", "flood", "暴雨 洪水 进水", "flooded|heavy rain"),
    choice("fire", "火灾", "fire", "着火 起火", "burned|burning"),
    choice("theft", "盗抢", "burglary", "被偷 被盗 小偷", "theft|stolen|broken into"),
    choice("storm", "台风冰雹", "storm or hail", "台风 冰雹 大风", "typhoon|hail|wind"),
    choice("neighbour", "殃及邻居", "damage to a neighbour", "楼下 邻居", "downstairs|neighbor"),
    choice("other", "其他", "something else"),
)
THEFT = (("loss_kind", "theft"),)

HABITABLE = Field(
    "habitable",
    "yes_no_unknown",
    words("能否居住", "Can be lived in"),
    words("家里还能住吗？", "Can you still live in your home?"),
    "home-papers",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("能住", "住得"), "en": (r"\blive in\b", r"\bhabitable\b", r"\bstay (there|in)\b")},
    says={"yes": ("能住", "可以住"), "no": ("不能住", "住不了", r"\b(can't|cannot) (live|stay)\b")},
)
SOURCE_STOPPED = Field(
    "source_stopped",
    "yes_no_unknown",
    words("水火已停", "Source stopped"),
    words("水或火已经停了吗？", "Has the water or the fire stopped?"),
    "home-papers",
    need="R",
    unknown_allowed=True,
    asks={
        "zh": ("停了吗", "关(了|上|掉)"),
        "en": (r"\bstopped\b", r"\b(turned|shut|switched) off\b"),
    },
    says={
        "yes": ("停了", "关了", "灭了", r"\b(it's|it is|has) (stopped|off|out)\b"),
        "no": ("没停", "还在(漏|烧|流)", r"\bstill (leaking|burning|running)\b"),
    },
)
LOSS_KIND = Field(
    "loss_kind",
    "choice",
    words("出险原因", "Kind of loss"),
    words(
        "是漏水、暴雨、火灾、盗窃、台风，还是殃及邻居？",
        "Water, flood, fire, theft, storm or a neighbour?",
    ),
    "home-papers",
    need="R",
    choices=HOME_KINDS,
    asks={
        "zh": ("什么原因", "怎么回事", "是.{2,30}还是"),
        "en": (r"\bwhat (kind|happened)\b", r"\bcause\b", r"\bwater, flood\b"),
    },
)
CIRCUMSTANCES = (
    Field(
        "entry",
        "text",
        words("怎么进来的", "How they got in"),
        words("小偷是从哪里进来的？", "How did they get in?"),
        "home-papers",
        need="C",
        level="payable",
        when=THEFT,
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("哪里进",), "en": (r"\bget in\b", r"\bbreak in\b")},
    ),
    Field(
        "police_informed",
        "yes_no_unknown",
        words("是否报警", "Police informed"),
        words("报警了吗？火灾请报 119。", "Have the police or the fire brigade been told?"),
        "home-papers",
        need="C",
        when=(("loss_kind", "theft"), ("loss_kind", "fire"), ("any_injury", "yes")),
        unknown_allowed=True,
        asks={"zh": ("报警", "119"), "en": (r"\bpolice\b", r"\bfire brigade\b")},
        says={
            "yes": ("报了", "已经?报", r"\b(called|told|informed)\b"),
            "no": ("没报", "还没", r"\bnot yet\b"),
        },
    ),
    Field(
        "neighbour",
        "text",
        words("邻居", "Neighbour"),
        words("邻居的姓名和电话？", "What are the neighbour's name and number?"),
        "home-papers",
        need="C",
        level="payable",
        when=(("loss_kind", "neighbour"),),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("邻居", "楼下"), "en": (r"\bneighbou?r",)},
    ),
    Field(
        "temporary_repair",
        "text",
        words("应急维修", "Temporary repairs"),
        words("做过应急维修吗？票据请留好。", "Any temporary repair? Please keep the receipts."),
        "home-papers",
        level="payable",
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("应急", "维修"), "en": (r"\brepair",)},
    ),
)
ADDRESS = replace(
    LOSS_PLACE,
    title=words("房屋地址", "Address"),
    question=words("出险房屋的地址是？", "What is the address of the home?"),
    source="home-papers",
    asks={
        "zh": (*LOSS_PLACE.asks["zh"], "地址"),
        "en": (*LOSS_PLACE.asks["en"], r"\baddress\b"),
    },
)

FIELDS = (
    *SAFETY,
    SOURCE_STOPPED,
    *WHO,
    LOSS_TIME,
    LOSS_REGION,
    ADDRESS,
    LOSS_KIND,
    NARRATIVE,
    HABITABLE,
    *CIRCUMSTANCES,
    POLICE_CASE,
    CONTACT_PERSON,
    *REPORTER,
    *MORE,
    *PAYMENT,
)
