"""What is said about a value that wants attention: what it is, and what to do; never blame."""

from __future__ import annotations

from claims_store.rules.fields.kinds import Words, words

SENTENCES: dict[str, Words] = {
    "not_an_answer": words(
        "这一项请在给出的答案里选一个。",
        "Please choose one of the answers offered here.",
    ),
    "ask_again": words(
        "有没有人受伤还不清楚，请过一会儿再问一次。",
        "It is not known yet whether anyone is hurt. Please ask again in a while.",
    ),
    "phone_impossible": words(
        "这个号码打不通：位数或开头对不上。请再念一遍核对。",
        "This number cannot be called: its length or beginning does not fit. Please read it back.",
    ),
    "policy_unverified": words(
        "没有查到这个保单号。报案照样受理，保单由理赔员核对。",
        "We have not found this policy. The report is taken all the same; a handler looks it up.",
    ),
    "identity_impossible": words(
        "证件号有一位对不上，请对着证件再念一遍。",
        "One digit of the identity number does not fit. Please read it from the card again.",
    ),
    "time_unreadable": words(
        "没看懂这个时间。请写成“昨天 20:30”或“11 月 24 日 8 点半”。",
        "The time could not be read. Write it like “yesterday 20:30” or “24 November 8:30”.",
    ),
    "time_incomplete": words(
        "只有日期。请再问一下大概几点。",
        "Only the day is known. Please ask at about what time.",
    ),
    "time_in_future": words(
        "出险时间在将来。是不是昨天？请再问一下日期和时间。",
        "The time is in the future. Was it yesterday? Please ask for the day and time again.",
    ),
    "before_cover": words(
        "出险时间早于保险期间，仍可受理；由理赔员核对后再派查勘。",
        "The loss is before the cover began. The report is taken; a handler looks before survey.",
    ),
    "after_cover": words(
        "出险时间晚于保险期间，仍可受理；由理赔员核对后再派查勘。",
        "The loss is after the cover ended. The report is taken; a handler looks before survey.",
    ),
    "time_long_ago": words(
        "已经过去两年以上。照样受理，请问清为什么现在报案。",
        "This is more than two years ago. The report is taken; please ask what happened since.",
    ),
    "region_unknown": words(
        "没有这个地区代码。请说城市和区。",
        "There is no such region. Please ask for the city and the district.",
    ),
    "region_coarse": words(
        "只知道省份。请再问在哪个市。",
        "Only the province is known. Please ask for the city.",
    ),
    "plate_impossible": words(
        "没有这样的车牌：请一个字一个字再核对一遍。新车可写“新车无牌”。",
        "There is no such plate. Please go through it character by character.",
    ),
    "plate_not_on_policy": words(
        "这块车牌不在保单上。按客户说的记下，请确认是哪辆车。",
        "This plate is not on the policy. Keep what the caller says and ask which car it is.",
    ),
    "amount_impossible": words(
        "没看懂金额。请写成数字，单位是元。",
        "The amount could not be read. Write it in figures, in yuan.",
    ),
    "account_doubtful": words(
        "卡号可能有一位读错，请四位一组再核对。对公账号可以不管。",
        "One digit may be off. Please read it in groups of four. Accounts of firms may differ.",
    ),
    "vin_doubtful": words(
        "车架号对不上校验位。请对着行驶证再看一遍；欧洲车可以不管。",
        "The check digit does not fit. Look at the licence again; European cars may differ.",
    ),
    "number_impossible": words(
        "这里要一个数字，比如 3。",
        "A number is needed here, for example 3.",
    ),
}
