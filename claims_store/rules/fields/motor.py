"""Rows of motor insurance, in the order of asking."""

from __future__ import annotations

from claims_store.rules.fields.core import (
    CONTACT_PERSON,
    MORE,
    NARRATIVE,
    POLICE_CASE,
    REPORTER,
    SAFETY,
    SEEN_WHERE,
    WHEN_WHERE,
    WHO,
)
from claims_store.rules.fields.kinds import Field, choice, words
from claims_store.rules.fields.parties import (
    CIRCUMSTANCES,
    DRIVER,
    OTHER_PARTY,
    PLATE_ASK_EN,
    THEFT,
)
from claims_store.rules.fields.payment import PAYMENT

# The first six and the last are the keys of the line's menu, in this order.
MOTOR_KINDS = (
    choice(
        "collision", "与别的车相撞", "collision", "碰撞 相撞 撞上了 撞了", "collided|crashed into"
    ),
    choice(
        "single",
        "单方事故",
        "single-vehicle accident",
        "单方 撞墙 撞树 撞护栏 撞柱子",
        "no other car",
    ),
    choice("glass", "玻璃破碎", "broken glass", "玻璃 挡风", "windscreen|windshield|window"),
    choice("flood", "水淹", "flood", "泡水 进水 涉水", "flooded|water got in"),
    choice("fire", "火烧自燃", "fire", "着火 自燃 起火", "burned|burning|caught fire"),
    choice("theft", "盗抢", "theft", "被偷 被盗 偷了", "stolen|stole"),
    choice(
        "rear_end",
        "追尾",
        "rear-end collision",
        "",
        "rear ended|from behind|hit the back",
        "collision",
    ),
    choice("scrape", "刮擦", "scrape", "剐蹭 刮蹭 擦碰 蹭了", "scraped|sideswiped", "collision"),
    choice("scratch", "划痕", "scratch", "被划", "scratched|keyed"),
    choice("weather", "冰雹台风", "hail or storm", "冰雹 台风 暴雨", "hail|storm|typhoon"),
    choice("falling", "坠物", "falling object", "高空坠物 砸", "fell on"),
    choice("other", "其他", "something else"),
)

THIRD_PARTY = Field(
    "third_party",
    "yes_no_unknown",
    words("涉及第三方", "Others involved"),
    words("有别的车、别的人或财物受损吗？", "Was any other car, person or property involved?"),
    "procedure",
    need="R",
    unknown_allowed=True,
    asks={
        "zh": ("(别|其他)的?(车|人|财物|东西)", "第三方", "三者", "对方.{0,3}车吗"),
        "en": (
            r"\b(any ?one|any ?body) else\b",
            r"\b(any|another) (other )?(car|vehicle|person|party|driver)\b",
            r"\bother (cars?|vehicles?|people|parties) (involved|damaged)\b",
            r"\bthird part(y|ies)\b",
        ),
    },
    says={
        "yes": (
            "有.{0,6}(对方|一辆|别的车)",
            "对方",
            "两辆车",
            r"\b(another|other|one) (car|van|driver)\b",
        ),
        "no": ("没有别", "就我(自己|一个|一辆)", r"\b(only|just) (me|us|my car|mine|my own)\b"),
    },
)
POLICE_INFORMED = Field(
    "police_informed",
    "yes_no_unknown",
    words("是否报警", "Police informed"),
    words("报警了吗？", "Have the police been told?"),
    "procedure",
    need="C",
    when=(
        ("third_party", "yes"),
        ("third_party", "unknown"),
        ("any_injury", "yes"),
        ("any_injury", "unknown"),
        ("drivable", "no"),
        ("loss_kind", "theft"),
        ("loss_kind", "fire"),
    ),
    unknown_allowed=True,
    asks={"zh": ("报警", "交警", "报.{0,2}122"), "en": (r"\bpolice\b",)},
    says={
        "yes": (
            "报了",
            "报过",
            "已经?报",
            "交警(来|到)",
            r"\b(called|told|informed|rang) (them|the police)\b",
        ),
        "no": ("没报", "没有报", "还没", r"\b(haven't|have not|didn't|did not|not yet)\b"),
    },
)
DRIVABLE = Field(
    "drivable",
    "yes_no_unknown",
    words("能否行驶", "Can be driven"),
    words("车还能开吗？", "Can the car still be driven?"),
    "practice",
    need="R",
    unknown_allowed=True,
    asks={
        "zh": ("能开", "能动", "能行驶", "开得"),
        "en": (
            r"\bdrivable\b",
            r"\b(can|does) (the car|your car|it|you) (still )?(be driven|drive|move|run)\b",
        ),
    },
    says={
        "yes": (
            "能开",
            "可以开",
            "能动",
            r"\b(still )?(drives|runs)\b",
            r"\bi can drive\b",
            r"\bit can\b",
        ),
        "no": (
            "不能开",
            "开不了",
            "不能动",
            "动不了",
            r"\b(won't|doesn't|does not|will not) (start|drive|move|run)\b",
            r"\b(can't|cannot|can not) (be driven|be moved|drive|move)\b",
            r"\btow(ed)?\b",
        ),
    },
)
AT_SCENE = Field(
    "at_scene",
    "yes_no_unknown",
    words("是否在现场", "Still at the scene"),
    words("您还在现场吗？", "Are you still at the scene?"),
    "practice",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("现场",), "en": (r"\b(at|on) the (scene|spot|place)\b", r"\bstill there\b")},
    says={
        "yes": ("(还|就)?在现场", "还在", r"\bstill (here|there|at)\b"),
        "no": (
            "不在现场",
            "离开",
            "回家",
            "走了",
            r"\b(i|we)('ve| have)? (left|went home|gone)\b",
            r"\b(at home|no longer|went home)\b",
        ),
    },
)
PLATE = Field(
    "plate",
    "plate",
    words("车牌", "Plate"),
    words("车牌号是多少？请一个一个说。", "What is the plate? One character at a time, please."),
    "intake",
    need="R",
    checks=("plate_impossible", "plate_not_on_policy"),
    known="policy",
    asks={"zh": ("您?的?车牌", "牌照"), "en": PLATE_ASK_EN},
)
LOSS_KIND = Field(
    "loss_kind",
    "choice",
    words("出险原因", "Kind of loss"),
    words(
        "是相撞、单方、玻璃、水淹、起火、被盗，还是其他？",
        "A collision, single, glass, flood, fire or theft?",
    ),
    "intake",
    need="R",
    level="payable",
    choices=MOTOR_KINDS,
    asks={
        "zh": ("怎么撞", "什么(原因|事故)", "经过", "是.{2,30}还是"),
        "en": (r"\bwhat (kind|happened)\b", r"\ba collision,"),
    },
)
REPORTER_DROVE = Field(
    "reporter_drove",
    "yes_no_unknown",
    words("报案人驾驶", "Reporter was driving"),
    words("当时是您本人开车吗？", "Were you driving yourself?"),
    "practice",
    need="R",
    instead=("driver_name",),
    unless=THEFT,
    asks={"zh": ("(本人|您|谁).{0,3}开",), "en": (r"\bwere you driving\b", r"\bwho was driving\b")},
    says={
        "yes": ("我开的", "我在开", r"\bi was driving\b"),
        "no": ("不是我开", r"\bi was not driving\b"),
    },
)


FIELDS = (
    *SAFETY,
    *WHO,
    PLATE,
    *WHEN_WHERE,
    LOSS_KIND,
    NARRATIVE,
    THIRD_PARTY,
    *OTHER_PARTY,
    POLICE_INFORMED,
    POLICE_CASE,
    DRIVABLE,
    AT_SCENE,
    SEEN_WHERE,
    CONTACT_PERSON,
    *REPORTER,
    REPORTER_DROVE,
    *DRIVER,
    *CIRCUMSTANCES,
    *MORE,
    *PAYMENT,
)
