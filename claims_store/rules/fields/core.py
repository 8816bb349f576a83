"""Rows every line of business asks: people and safety, who, which policy, when, where, what."""

from __future__ import annotations

from claims_store.rules.fields.kinds import Field, choice, words

RELATIONS = (
    choice(
        "insured",
        "被保险人本人",
        "the insured",
        "本人 我自己 就是我",
        "myself|it is me|that is me|that's me",
    ),
    choice(
        "family",
        "家人",
        "family",
        "爱人 妻子 丈夫 儿子 女儿 父亲 母亲",
        "wife|husband|son|daughter",
    ),
    choice("driver", "驾驶人", "the driver", "司机 开车的", "i was driving"),
    choice("agent", "代理人", "an agent", "业务员", "broker|insurance agent"),
    choice("garage", "修理厂", "a garage", "汽修厂 4S店", "workshop|repair shop"),
    choice("third_party", "对方", "the other party", "对方 三者", "other driver"),
    choice("police", "交警", "the police", "警察", "police officer"),
    choice("other", "其他人", "someone else", "朋友 同事", "friend|colleague"),
)

ANY_INJURY = Field(
    "any_injury",
    "yes_no_unknown",
    words("人员伤亡", "Anyone hurt"),
    words("有人受伤吗？", "Is anyone hurt?"),
    "procedure",
    need="R",
    unknown_allowed=True,
    checks=("ask_again",),
    asks={
        "zh": ("受伤", "伤亡", "人.{0,4}伤", "人.{0,3}没事"),
        "en": (r"\bhurt\b", r"\binjur", r"\bwounded\b"),
    },
    says={
        "yes": (
            "有人?受伤",
            "受了伤",
            "流血",
            r"\bbleeding\b",
            r"\b(is|am|are|was|were) (hurt|injured)\b",
        ),
        "no": (
            "没有?人?受?伤",
            "都没事",
            "人没事",
            r"\b(nobody|no one|not|no|isn't|aren't)\b.{0,12}\b(hurt|injur)",
            r"\b(all|everyone|everybody|we|i).{0,8}(are|is|am|'s|'re|'m) (ok|okay|fine|all right)",
        ),
    },
)
SAFE_PLACE = Field(
    "safe_place",
    "yes_no_unknown",
    words("是否安全", "Safe place"),
    words("您现在在安全的地方吗？", "Are you in a safe place now?"),
    "procedure",
    need="R",
    unknown_allowed=True,
    asks={"zh": ("安全",), "en": (r"\bsafe\b", r"\bsafety\b")},
    says={
        "yes": ("安全的", "在路边", "护栏外", r"\b(i'm|i am|we're|we are) safe\b"),
        "no": ("不安全", r"\bnot safe\b", r"\bunsafe\b"),
    },
)
CALLBACK_PHONE = Field(
    "callback_phone",
    "phone",
    words("回拨电话", "Call-back number"),
    words("打哪个号码能找到您？", "Which number can we call you on?"),
    "practice",
    need="R",
    checks=("phone_impossible",),
    known="caller_id",
    asks={
        "zh": ("您?的?(电话|手机|号码)(号码)?", "回(拨|电)", "联系(电话|方式)"),
        "en": (
            r"\b(your|phone|telephone|mobile|contact|call.?back) number\b",
            r"\bcall you (back )?on\b",
            r"\breach you\b",
        ),
    },
)
POLICY_NUMBER = Field(
    "policy_number",
    "digits",
    words("保单号", "Policy number"),
    words("保单号是多少？", "What is the policy number?"),
    "system",
    need="R",
    instead=("plate", "insured_id"),
    checks=("policy_unverified",),
    known="policy",
    unknown_allowed=True,
    asks={"zh": ("保单", "保险单"), "en": (r"\bpolicy\b(?!.?holder)",)},
)
INSURED_ID = Field(
    "insured_id",
    "digits",
    words("被保险人证件号", "Insured's identity number"),
    words("被保险人的证件号码是多少？", "What is the identity number of the insured?"),
    "system",
    checks=("identity_impossible",),
    on_line=False,
    asks={"zh": ("身份证", "证件"), "en": (r"\bidentity\b", r"\bid number\b")},
)
LOSS_TIME = Field(
    "loss_time",
    "datetime",
    words("出险时间", "Time of loss"),
    words("什么时候发生的？", "When did it happen?"),
    "system",
    need="R",
    checks=("time_incomplete", "time_in_future", "outside_cover", "time_long_ago"),
    asks={
        "zh": ("什么时(候|间)", "几点", "哪天", "何时", "出险时间"),
        "en": (
            r"\bwhen did\b",
            r"\bwhen was\b",
            r"\b(what|which) (time|day|date)\b",
            r"\btime of (the )?(loss|accident)",
        ),
    },
)
LOSS_REGION = Field(
    "loss_region",
    "place",
    words("出险地区", "Region of loss"),
    words("在哪个城市、哪个区？", "In which city and district?"),
    "system",
    need="R",
    checks=("region_unknown",),
    asks={
        "zh": ("哪个?(城市|市|区|省)", "在哪里?", "什么地方", "什么位置", "地点"),
        "en": (r"\bwhere\b", r"\bwhich (city|district|town|place)\b", r"\bwhat (city|town)\b"),
    },
)
LOSS_PLACE = Field(
    "loss_place",
    "text",
    words("出险地点", "Place of loss"),
    words("在哪条路、靠近哪里？", "On which road, near what?"),
    "system",
    need="R",
    asks={
        "zh": ("在哪里?", "什么地方", "什么位置", "哪条路", "地点", "路口"),
        "en": (r"\bwhere\b", r"\bwhich (road|street|place)\b", r"\bwhat (road|street)\b"),
    },
)
NARRATIVE = Field(
    "narrative",
    "text",
    words("经过", "What happened"),
    words("请用一两句话说说经过。", "What happened, in a sentence or two?"),
    "acord",
    need="R",
    asks={
        "zh": ("怎么(撞|回事|发生)", "经过", "什么情况", "发生了什么"),
        "en": (r"\bwhat happened\b", r"\bhow did (it|this|that|the)\b", r"\btell me (what|how)\b"),
    },
)
REPORTER_RELATION = Field(
    "reporter_relation",
    "choice",
    words("与被保险人关系", "Relation to the insured"),
    words(
        "您是被保险人本人吗？不是的话，是什么关系？",
        "Are you the insured? If not, who are you to them?",
    ),
    "intake",
    need="R",
    choices=RELATIONS,
    known="reporter",
    asks={
        "zh": ("什么关系", "(是|您)?.{0,4}本人吗", "被保险人"),
        "en": (r"\bare you the (insured|policy)", r"\brelation", r"\bpolicy.?holder\b"),
    },
    says={"yes": (), "no": ()},
)
REPORTER_NAME = Field(
    "reporter_name",
    "name",
    words("报案人", "Reported by"),
    words("怎么称呼您？", "May I have your name?"),
    "acord",
    need="R",
    known="policy",
    asks={
        "zh": ("怎么称呼", "贵姓", "(您的|您叫什么)名?字", "姓名"),
        "en": (r"\byour (full )?name\b", r"\bwho am i (speaking|talking)"),
    },
)
SEEN_WHERE = Field(
    "seen_where",
    "text",
    words("查勘地点和时间", "Where and when to look at it"),
    words("我们到哪里、什么时候看比较方便？", "Where and when can we look at it?"),
    "acord",
    need="C",
    level="payable",
    when=(("at_scene", "no"),),
    on_line=False,
    asks={"zh": ("查勘", "到哪里.{0,9}看"), "en": (r"\blook at (it|the)\b", r"\binspect")},
)
CONTACT_PERSON = Field(
    "contact_person",
    "name",
    words("联系人", "Contact person"),
    words("到时候联系谁？", "Whom should we contact there?"),
    "acord",
    level="payable",
    on_line=False,
    known="reporter",
    asks={"zh": ("联系人", "联系谁"), "en": (r"\bcontact person\b", r"\bwhom? (should|do|can) we")},
)
POLICE_CASE = Field(
    "police_case",
    "text",
    words("受案号", "Police case number"),
    words(
        "警方给的受案号是多少？没有也没关系。",
        "What is the police case number? It is fine without.",
    ),
    "acord",
    level="payable",
    on_line=False,
    unknown_allowed=True,
    asks={"zh": ("受案", "回执"), "en": (r"\bcase number\b", r"\bpolice (report|reference)\b")},
)
ESTIMATE = Field(
    "estimate",
    "amount",
    words("估计损失", "Estimated loss"),
    words("您估计损失大概多少？", "Roughly how large is the loss?"),
    "acord",
    level="payable",
    on_line=False,
    unknown_allowed=True,
    checks=("amount_impossible",),
    asks={
        "zh": ("损失.{0,4}多少", "大概多少钱"),
        "en": (r"\bhow (much|large|big)\b", r"\bestimate\b"),
    },
)
WITNESSES = Field(
    "witnesses",
    "text",
    words("证人和影像", "Witnesses and pictures"),
    words("有证人、照片或行车记录仪吗？", "Any witness, photo or dashcam?"),
    "acord",
    level="payable",
    on_line=False,
    unknown_allowed=True,
    asks={"zh": ("证人", "记录仪", "照片"), "en": (r"\bwitness", r"\bdash.?cam", r"\bphotos?\b")},
)

SAFETY = (ANY_INJURY, SAFE_PLACE)
WHO = (CALLBACK_PHONE, POLICY_NUMBER, INSURED_ID)
WHEN_WHERE = (LOSS_TIME, LOSS_REGION, LOSS_PLACE)
REPORTER = (REPORTER_RELATION, REPORTER_NAME)
MORE = (ESTIMATE, WITNESSES)
