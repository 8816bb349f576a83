"""Rows of motor insurance about the driver, the other side, and special circumstances."""

from __future__ import annotations

from claims_store.rules.fields.kinds import Field, words

OTHERS = (("third_party", "yes"),)
INJURED = (("any_injury", "yes"),)
THEFT = (("loss_kind", "theft"),)
FLOOD = (("loss_kind", "flood"),)
NOT_HIMSELF = (("reporter_drove", "no"), ("reporter_drove", "unknown"))
PLATE_ASK_EN = (
    r"\b(licence|license|number|your|the) plate\b",
    r"\bplate number\b",
    r"\bregistration\b",
)

DRIVER = (
    Field(
        "driver_name",
        "name",
        words("驾驶人", "Driver"),
        words("驾驶人叫什么名字？", "What is the driver's name?"),
        "intake",
        need="C",
        when=NOT_HIMSELF,
        unless=THEFT,
        known="reporter",
        unknown_allowed=True,
        asks={
            "zh": ("驾驶(人|员)", "司机", "谁.{0,3}开"),
            "en": (r"\bdriver's name\b", r"\bwho was driving\b"),
        },
    ),
    Field(
        "driver_phone",
        "phone",
        words("驾驶人电话", "Driver's number"),
        words("驾驶人的电话是多少？", "What is the driver's number?"),
        "intake",
        need="C",
        when=NOT_HIMSELF,
        unless=THEFT,
        checks=("phone_impossible",),
        known="reporter",
        unknown_allowed=True,
        asks={"zh": ("(驾驶人|司机).{0,4}电话",), "en": (r"\bdriver's (phone )?number\b",)},
    ),
)

OTHER_PARTY = (
    Field(
        "other_plate",
        "plate",
        words("对方车牌", "Other plate"),
        words("对方的车牌是多少？", "What is the other car's plate?"),
        "procedure",
        need="C",
        level="payable",
        when=OTHERS,
        checks=("plate_impossible",),
        on_line=False,
        unknown_allowed=True,
        asks={
            "zh": ("对方.{0,3}车牌",),
            "en": (
                r"\b(their|other).{0,16}(plate|registration)\b",
                r"\b((the|licence|license|number) )*(plate|registration).{0,16}\b(other|their)\b",
            ),
        },
    ),
    Field(
        "other_name",
        "name",
        words("对方姓名或单位", "Other party"),
        words("对方叫什么名字，或者是什么单位？", "What is the other party's name or firm?"),
        "intake",
        need="C",
        level="payable",
        when=OTHERS,
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("对方.{0,6}(名字|姓名|单位)",), "en": (r"\b(their|other).{0,16}name\b",)},
    ),
    Field(
        "other_phone",
        "phone",
        words("对方电话", "Other party's number"),
        words("对方的电话是多少？", "What is the other party's number?"),
        "intake",
        need="C",
        level="payable",
        when=OTHERS,
        checks=("phone_impossible",),
        on_line=False,
        unknown_allowed=True,
        asks={
            "zh": ("对方.{0,3}(电话|号码)",),
            "en": (
                r"\b(their|other).{0,16}(phone|number)\b",
                r"\b(phone|telephone|mobile|contact )*number.{0,10}\b(other|their)\b",
            ),
        },
    ),
)

CIRCUMSTANCES = (
    Field(
        "injured",
        "text",
        words("伤者", "Injured"),
        words("受伤的人叫什么、在哪家医院？", "Who is hurt, and in which hospital?"),
        "acord",
        need="C",
        level="payable",
        when=INJURED,
        on_line=False,
        asks={"zh": ("哪家医院", "伤者"), "en": (r"\b(which|what) hospital\b", r"\bwho is hurt\b")},
    ),
    Field(
        "last_seen",
        "datetime",
        words("最后看到车的时间", "Last seen"),
        words("最后一次看到车是什么时候？", "When did you last see the car?"),
        "practice",
        need="C",
        level="payable",
        when=THEFT,
        checks=("time_in_future",),
        on_line=False,
        asks={"zh": ("最后.{0,4}看到",), "en": (r"\blast (see|seen|saw)\b",)},
    ),
    Field(
        "keys_held",
        "yes_no_unknown",
        words("钥匙都在", "All keys held"),
        words("车钥匙都在您手里吗？", "Do you hold all the keys?"),
        "practice",
        need="C",
        level="payable",
        when=THEFT,
        on_line=False,
        asks={"zh": ("钥匙",), "en": (r"\bkeys\b",)},
    ),
    Field(
        "engine_restarted",
        "yes_no_unknown",
        words("水淹后启动过", "Engine restarted in water"),
        words("进水以后启动过发动机吗？", "Was the engine started after the water came in?"),
        "practice",
        need="C",
        level="payable",
        when=FLOOD,
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("启动|打火",), "en": (r"\bengine\b", r"\brestart")},
    ),
    Field(
        "damaged_parts",
        "text",
        words("受损部位", "Damaged parts"),
        words("哪里坏了？", "Which parts are damaged?"),
        "acord",
        level="payable",
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("哪里坏", "部位", "损坏"), "en": (r"\bdamaged?\b",)},
    ),
    Field(
        "vin",
        "text",
        words("车架号", "VIN"),
        words("车架号是多少？", "What is the vehicle identification number?"),
        "intake",
        level="payable",
        checks=("vin_doubtful",),
        on_line=False,
        unknown_allowed=True,
        asks={"zh": ("车架号",), "en": (r"\bidentification number\b", r"\bvin\b")},
    ),
)
