"""What the invented people of `conversations` say, in both languages."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from benchmarks.spelling import spell_en, spell_zh, time_en, time_zh

Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Phrases:
    """Questions and answers of one language; `spell` and `time` put values into words."""

    hello: str
    bye: str
    order: list[str]
    questions: Texts
    answers: dict[str, Texts]
    free: dict[str, dict[str, str]]
    regions: Texts
    names: list[str]
    people: list[str]
    frames: list[str]
    fillers: list[str]
    fine: list[str]
    mumbled: list[str]
    spell: Callable[[str, random.Random], str]
    time: Callable[[datetime, datetime, random.Random], str]


ORDER = [
    "any_injury",
    "callback_phone",
    "policy_number",
    "plate",
    "loss_time",
    "loss_region",
    "loss_place",
    "loss_kind",
    "narrative",
    "third_party",
    "other_plate",
    "other_phone",
    "police_informed",
    "drivable",
    "at_scene",
    "reporter_relation",
    "driver_name",
]

EN = Phrases(
    hello="Hello, this is the claims team.",
    bye="Thank you, that is all. A handler will call you.",
    order=ORDER,
    questions={
        "any_injury": ["Is anyone hurt?", "Was anybody injured?"],
        "callback_phone": ["Which number can we call you on?", "And your phone number?"],
        "policy_number": ["What is the policy number?", "Do you have your policy number?"],
        "plate": ["What is your number plate?", "Your plate number, please?"],
        "loss_time": ["When did it happen?", "What time was the accident?"],
        "loss_region": ["In which city was that?", "Which city are you in?"],
        "loss_place": ["On which road was it?", "Which street was that on?"],
        "loss_kind": ["What kind of accident was it?", "What happened to the car?"],
        "narrative": ["Tell me what happened, please.", "How did it happen?"],
        "third_party": ["Was any other car involved?", "Was anyone else involved?"],
        "other_plate": ["And the plate of the other car?", "What was their plate?"],
        "other_phone": ["Do you have their phone number?", "What is the other driver's number?"],
        "police_informed": ["Have the police been told?", "Did you call the police?"],
        "drivable": ["Can the car still be driven?", "Is the car drivable?"],
        "at_scene": ["Are you still at the scene?", "Are you still there?"],
        "reporter_relation": ["Are you the policy holder?", "Are you the insured?"],
        "driver_name": ["What is the driver's name?", "Who was driving?"],
    },
    answers={
        "any_injury": {
            "no": ["No, nobody is hurt.", "No.", "No, we are all fine."],
            "yes": ["Yes, my wife is hurt.", "Yes, one person.", "Yes, the other driver."],
        },
        "third_party": {
            "yes": ["Yes, a van.", "Yes, one other car.", "Yes."],
            "no": ["No, just me.", "No, only my car.", "No."],
        },
        "police_informed": {
            "yes": ["Yes, I called them.", "Yes.", "Yes, they are on their way."],
            "no": ["No, not yet.", "No.", "I haven't called them."],
        },
        "drivable": {
            "yes": ["Yes, it is.", "Yes it still drives.", "I think so, yes."],
            "no": ["No, it won't start.", "No.", "No, it was towed."],
        },
        "at_scene": {
            "yes": ["Yes, I'm still here.", "Yes.", "Yes I am."],
            "no": ["No, I went home.", "No.", "No, I left an hour ago."],
        },
        "reporter_relation": {
            "insured": ["Yes, I am.", "Yes, that's me.", "Yes."],
            "family": ["No, I am his wife.", "No, my husband is."],
            "garage": ["No, I'm calling from the repair shop.", "No, this is the garage."],
        },
        "loss_kind": {
            "rear_end": ["It was a rear-end collision.", "I was rear ended."],
            "scrape": ["A scrape along the door.", "I scraped a wall."],
            "glass": ["The windscreen is broken.", "Broken glass."],
            "theft": ["It was stolen.", "A theft."],
            "flood": ["It was flooded.", "Flood damage, the water got in."],
        },
    },
    free={
        "narrative": {
            "waiting at the red light when a lorry ran into the back": (
                "I was waiting at the red light and then a lorry ran into the back of my car."
            ),
            "turned left and touched a parked taxi": (
                "Well I turned left out of the yard and I touched a taxi that was parked there."
            ),
            "box came off a truck and went under the car": (
                "There was a box that came off a truck and it went right under my car."
            ),
            "skidded on wet leaves into the barrier": (
                "I braked and skidded on the wet leaves and went straight into the barrier."
            ),
        },
        "loss_place": {
            "Huaihai Road near the library": "It was on Huaihai Road, quite near the library.",
            "Renmin Avenue, corner of the market": "On Renmin Avenue at the corner of the market.",
            "ring road, exit nine": "On the ring road just before exit nine.",
            "car park of the airport": "In the car park of the airport.",
        },
    },
    regions={
        "310000": ["In Shanghai.", "Shanghai."],
        "330100": ["In Hangzhou.", "That was in Hangzhou, Zhejiang."],
        "440300": ["In Shenzhen.", "Shenzhen, in Guangdong."],
        "320100": ["Nanjing.", "In Nanjing."],
        "110000": ["In Beijing.", "Beijing."],
    },
    names=["It is {}.", "{}.", "It was {} who was driving."],
    people=["Ryan Green", "Laura Hill", "Peter Marsh", "Nina Adams", "Oscar Reid"],
    frames=["{}", "It's {}.", "Yes, it is {}.", "Sure, {}, thanks."],
    fillers=["uh, ", "well, ", "um "],
    fine=["Okay.", "Thank you.", "Right, I see."],
    mumbled=["mm hmm", "and the the other thing", "so"],
    spell=spell_en,
    time=time_en,
)

ZH = Phrases(
    hello="您好，这里是理赔专线。",
    bye="好的，理赔员会联系您，再见。",
    order=ORDER,
    questions={
        "any_injury": ["有人受伤吗？", "请问人有没有受伤？"],
        "callback_phone": ["您的电话是多少？", "我们打哪个电话联系您，您的号码是？"],
        "policy_number": ["保单号是多少？", "请报一下保单号。"],
        "plate": ["您的车牌号是多少？", "请说一下您的车牌。"],
        "loss_time": ["什么时候发生的？", "大概几点出的事？"],
        "loss_region": ["在哪个城市？", "是在哪个市？"],
        "loss_place": ["在哪条路上？", "具体是什么位置，哪条路？"],
        "loss_kind": ["是什么事故？", "是什么原因？"],
        "narrative": ["请说说经过。", "是怎么发生的？"],
        "third_party": ["有别的车受损吗？", "有没有别的车或者东西？"],
        "other_plate": ["对方的车牌是多少？", "对方车牌号呢？"],
        "other_phone": ["对方的电话有吗？", "对方电话是多少？"],
        "police_informed": ["报警了吗？", "您有没有报警？"],
        "drivable": ["车还能开吗？", "现在车能不能开？"],
        "at_scene": ["您还在现场吗？", "您现在在不在现场？"],
        "reporter_relation": ["您是被保险人本人吗？", "请问您是本人吗？"],
        "driver_name": ["驾驶人叫什么？", "当时是谁开的车？"],
    },
    answers={
        "any_injury": {
            "no": ["没有，人都没事。", "没有。", "没有人受伤。"],
            "yes": ["有，我爱人受伤了。", "有一个人受伤。", "有。"],
        },
        "third_party": {
            "yes": ["有，一辆面包车。", "有的。", "有，对方是个出租车。"],
            "no": ["没有，就我自己。", "没有。", "没有别的车。"],
        },
        "police_informed": {
            "yes": ["报了。", "已经报警了。", "报过了，交警在路上。"],
            "no": ["还没有。", "没报。", "没有。"],
        },
        "drivable": {
            "yes": ["能开。", "可以开。", "能，没问题。"],
            "no": ["不能开了。", "开不了。", "不能，动不了。"],
        },
        "at_scene": {
            "yes": ["在，还在现场。", "还在。", "在的。"],
            "no": ["不在了，回家了。", "已经离开了。", "不在。"],
        },
        "reporter_relation": {
            "insured": ["是的。", "对，是我本人。", "嗯，是。"],
            "family": ["不是，我是他爱人。", "不是，他是我父亲。"],
            "garage": ["不是，我是修理厂的。", "不是，我这边是汽修厂。"],
        },
        "loss_kind": {
            "rear_end": ["追尾。", "被追尾了。"],
            "scrape": ["刮擦。", "跟墙蹭了一下。"],
            "glass": ["玻璃破了。", "前挡风玻璃裂了。"],
            "theft": ["车被偷了。", "被盗了。"],
            "flood": ["车泡水了。", "发动机进水了。"],
        },
    },
    free={
        "narrative": {
            "等红灯时被后面的货车撞了": "我停在那里等红灯，后面一辆货车就撞上来了。",
            "左转碰到停着的出租车": "我出小区左转，碰到了一辆停在路边的出租车。",
            "前车掉下箱子压过去了": "高速上前面的车掉下来一个箱子，我压过去了。",
            "雨天打滑撞护栏": "下雨天路滑，刹车的时候打滑，撞到护栏上了。",
        },
        "loss_place": {
            "淮海路图书馆附近": "就在淮海路，图书馆附近。",
            "人民大道菜市场路口": "人民大道和菜市场那个路口。",
            "外环高速九号出口": "外环高速上，快到九号出口。",
            "机场停车场": "在机场的停车场里面。",
        },
    },
    regions={
        "310000": ["在上海。", "上海市。"],
        "330100": ["在杭州。", "浙江杭州。"],
        "440300": ["在深圳。", "广东深圳。"],
        "320100": ["南京。", "在南京市。"],
        "110000": ["在北京。", "北京市。"],
    },
    names=["叫{}。", "{}。", "是{}开的。"],
    people=["李红霞", "王建国", "陈晓明", "赵敏", "孙丽华"],
    frames=["{}", "是{}。", "我说一下，{}。", "{}，对。"],
    fillers=["呃，", "嗯，", "那个，"],
    fine=["好的。", "嗯嗯。", "我记下了。"],
    mumbled=["嗯嗯好", "那这个呢", "那么"],
    spell=spell_zh,
    time=time_zh,
)
