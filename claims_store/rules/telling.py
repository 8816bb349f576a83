"""What customers are told about a claim, in plain words: one row for each stage, next step, event
and paper. Page, text message and interface take their words from here; the line has the same as
prompts. Nothing here says what was said about the loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from claims_store.rules.fields import Words, field

STAGES: Mapping[str, Words] = {
    "reported": {"zh": "已受理", "en": "reported"},
    "filed": {"zh": "已立案", "en": "being worked on"},
    "reopened": {"zh": "重新办理中", "en": "opened again"},
    "dispatched": {"zh": "查勘中，已派查勘员", "en": "being surveyed, a surveyor is chosen"},
    "accepted": {"zh": "查勘中，查勘员已接单", "en": "being surveyed, the surveyor has accepted"},
    "on_way": {"zh": "查勘员在路上", "en": "the surveyor is on the way"},
    "arrived": {"zh": "查勘员已到现场", "en": "the surveyor is at the scene"},
    "surveyed": {"zh": "已查勘，定损中", "en": "surveyed, being assessed"},
    "assessed": {"zh": "已定损", "en": "assessed"},
    "loss_reviewed": {"zh": "已定损并核过", "en": "assessed and reviewed"},
    "queried": {"zh": "等您的资料", "en": "waiting for papers from you"},
    "partly": {"zh": "等您的其余资料", "en": "waiting for the rest of your papers"},
    "calculated": {"zh": "审核中", "en": "under review"},
    "approved": {"zh": "审核已通过", "en": "approved"},
    "agreed": {"zh": "金额已确认，准备付款", "en": "agreed, payment comes next"},
    "paying": {"zh": "付款中", "en": "being paid"},
    "pay_failed": {"zh": "付款被银行退回", "en": "the bank sent the payment back"},
    "paid": {"zh": "已付款", "en": "paid"},
    "closed": {"zh": "已结案", "en": "closed"},
    "rejected": {"zh": "已有决定，由理赔员向您说明", "en": "decided; your handler explains it"},
    "cancelled": {"zh": "已注销", "en": "cancelled"},
    "withdrawn": {"zh": "已按您的意思撤案", "en": "withdrawn as you asked"},
    "merged": {"zh": "已并入另一个案件", "en": "joined with another claim"},
}
NEXT: Mapping[str, Words] = {
    "call": {"zh": "理赔员给您打电话", "en": "A claims handler calls you"},
    "file": {"zh": "理赔员核对报案", "en": "A claims handler checks your report"},
    "survey": {"zh": "查勘员看损失", "en": "A surveyor looks at the damage"},
    "assess": {"zh": "算出损失多少", "en": "The damage is assessed"},
    "documents": {"zh": "请把资料交给我们", "en": "Send us the papers"},
    "calculate": {"zh": "计算赔款", "en": "The sum is calculated"},
    "review": {"zh": "审核赔款", "en": "The sum is reviewed"},
    "agree": {"zh": "请您确认金额", "en": "Agree to the sum"},
    "pay": {"zh": "付款给您", "en": "You are paid"},
    "person": {"zh": "理赔员告诉您下一步", "en": "Your handler tells you what comes next"},
    "none": {"zh": "都办完了", "en": "Everything is done"},
}
HIS = frozenset({"documents", "agree"})
"""Next steps that are the customer's own."""
SIX: Mapping[str, Words] = {
    "reported": {"zh": "报案", "en": "Reported"},
    "surveyed": {"zh": "查勘", "en": "Surveyed"},
    "assessed": {"zh": "定损", "en": "Assessed"},
    "review": {"zh": "审核", "en": "Review"},
    "payout": {"zh": "赔付", "en": "Payout"},
    "closed": {"zh": "结案", "en": "Closed"},
}
EVENTS: Mapping[str, Words] = {
    "claim_reported": {"zh": "已受理您的报案", "en": "Your report was taken"},
    "claim_filed": {"zh": "已立案", "en": "The claim was opened for work"},
    "claim_cancelled": {"zh": "案件已注销", "en": "The claim was cancelled"},
    "claim_merged": {"zh": "已并入另一个案件", "en": "Joined with another claim"},
    "claim_calculated": {"zh": "赔款已算出", "en": "The sum was calculated"},
    "claim_approved": {"zh": "审核通过", "en": "Approved"},
    "claim_rejected": {"zh": "已有决定", "en": "Decided"},
    "rejection_appealed": {"zh": "您的申诉已收到", "en": "Your appeal was taken up"},
    "rejection_notice_sent": {"zh": "书面通知已发出", "en": "The written notice was sent"},
    "sum_agreed": {"zh": "您已确认金额", "en": "You agreed to the sum"},
    "payment_started": {"zh": "已开始付款", "en": "The payment was started"},
    "payment_failed": {"zh": "付款被银行退回", "en": "The bank sent the payment back"},
    "claim_paid": {"zh": "赔款已付", "en": "Paid"},
    "claim_withdrawn": {"zh": "已按您的意思撤案", "en": "Withdrawn as you asked"},
    "claim_closed": {"zh": "已结案", "en": "Closed"},
    "zero_closed": {"zh": "已结案", "en": "Closed"},
    "claim_reopened": {"zh": "重新办理", "en": "Opened again"},
    "survey_dispatched": {"zh": "已派查勘员", "en": "A surveyor was sent"},
    "survey_accepted": {"zh": "查勘员已接单", "en": "The surveyor accepted"},
    "surveyor_left": {"zh": "查勘员已出发", "en": "The surveyor set out"},
    "surveyor_arrived": {"zh": "查勘员已到达", "en": "The surveyor arrived"},
    "survey_called_off": {"zh": "查勘已取消", "en": "The survey was called off"},
    "loss_surveyed": {"zh": "查勘完成", "en": "The damage was surveyed"},
    "loss_assessed": {"zh": "定损完成", "en": "The damage was assessed"},
    "loss_assessed_at_once": {"zh": "定损完成", "en": "The damage was assessed"},
    "survey_returned": {"zh": "需要再看一次损失", "en": "The damage is looked at once more"},
    "documents_requested": {"zh": "请您补充资料", "en": "We asked you for papers"},
    "documents_received": {"zh": "收到您的资料", "en": "Papers came in"},
    "documents_completed": {"zh": "资料已收齐", "en": "Your papers are complete"},
    "handler_assigned": {"zh": "已分给理赔员", "en": "A claims handler has your claim"},
    "call_promised": {"zh": "答应给您回电", "en": "We promised you a call"},
    "promise_kept": {"zh": "已按约联系您", "en": "We kept what we promised"},
    "promise_moved": {"zh": "约定时间改了", "en": "The promised time was changed"},
    "promise_broken": {"zh": "没有按约定时间办到", "en": "We missed the promised time"},
    "customer_called": {"zh": "给您打过电话", "en": "We called you"},
    "follow_up_called": {"zh": "回访过您", "en": "We asked how it went"},
    "advance_paid": {"zh": "预付了一部分赔款", "en": "Part of the sum was paid in advance"},
}
"""Moves that a customer is told of; what is not here is work inside the house."""
PAPERS: Mapping[str, Words] = {
    "claim_form": {"zh": "索赔申请书", "en": "the claim form"},
    "identity": {"zh": "身份证正反面", "en": "your identity card, both sides"},
    "vehicle_licence": {"zh": "行驶证正副页", "en": "the vehicle licence, both pages"},
    "driving_licence": {"zh": "驾驶证正副页", "en": "the driving licence, both pages"},
    "account": {"zh": "收款账户", "en": "the account to be paid"},
    "police_letter": {"zh": "交警事故认定书", "en": "the letter of the police"},
    "agreement": {"zh": "事故协议书", "en": "the agreement of both sides"},
    "assessment": {"zh": "定损单", "en": "the assessment"},
    "repair_list": {"zh": "维修清单", "en": "the list of repairs"},
    "invoice": {"zh": "发票", "en": "the invoice"},
    "tow_receipt": {"zh": "拖车费收据", "en": "the receipt for the tow"},
    "loss_list": {"zh": "损失清单", "en": "the list of what was lost"},
    "medical_record": {"zh": "病历和诊断书", "en": "the medical record"},
    "medical_receipts": {"zh": "医疗费收据和清单", "en": "the medical receipts"},
    "discharge": {"zh": "出院小结", "en": "the discharge summary"},
    "photos": {"zh": "现场照片", "en": "photos of the scene"},
    "authority": {"zh": "授权书", "en": "the letter of authority"},
}
OTHER_PAPER: Words = {"zh": "另外的资料", "en": "another paper"}
_HEADS: Mapping[str, Words] = {
    "papers": {"zh": "等您的资料（{n} 项）", "en": "We need {n} from you"},
    "agree": {"zh": "请您确认赔款金额", "en": "Agree to the sum"},
    "over": {"zh": "这个案件办完了", "en": "This claim is finished"},
    "nothing": {"zh": "现在不用您做什么", "en": "Nothing for you to do now"},
}
_THINGS: Mapping[str, Words] = {
    "one": {"zh": "1", "en": "one thing"},
    "several": {"zh": "{n}", "en": "{n} things"},
}
_COMMA: Words = {"zh": "；", "en": "; "}


def stage(told: Sequence[str], missing: int, language: str) -> str:
    """Where it stands, the track that waits for him first; how many papers are awaited."""
    words = [STAGES[each][language] for each in told if each in STAGES]
    if told and told[0] in ("queried", "partly") and missing:
        counted = {"zh": f"（{missing} 项）", "en": f" ({missing})"}
        words[0] += counted[language]
    return _COMMA[language].join(words) or STAGES["filed"][language]


def head(next_step: str, missing: int, closed: bool, language: str) -> str:
    """What is needed now, as a headline."""
    if closed:
        return _HEADS["over"][language]
    if missing:
        things = _THINGS["one" if missing == 1 else "several"][language].format(n=missing)
        return _HEADS["papers"][language].format(n=things)
    return _HEADS["agree" if next_step == "agree" else "nothing"][language]


def next_words(next_step: str, language: str) -> str:
    """What comes next."""
    return NEXT.get(next_step, NEXT["person"])[language]


def paper(line: str, name: str, language: str) -> str:
    """One thing that is awaited from him: a paper, or an answer that his report lacks."""
    known = PAPERS.get(name.replace("-", "_").removeprefix("doc_"))
    row = None if known else field(line, name)
    return (known or (row.title if row else OTHER_PAPER))[language]


PROMISED: Mapping[str, Words] = {
    "handler_calls": {"zh": "理赔员给您打电话", "en": "A claims handler calls you"},
    "survey_arranged": {
        "zh": "告诉您怎么看损失",
        "en": "You hear how the damage is looked at",
    },
    "surveyor_comes": {"zh": "查勘员到达", "en": "The surveyor arrives"},
    "SV4": {"zh": "查勘员到达", "en": "The surveyor arrives"},
    "SV5": {"zh": "定损完成", "en": "The damage is assessed"},
    "SV6": {"zh": "审核完成", "en": "The review is done"},
    "SV7": {"zh": "付款给您", "en": "You are paid"},
    "CN5": {"zh": "付款给您", "en": "You are paid"},
}
"""What is done by a time that the customer may count on: by the rule of the deadline or promise."""
_PROMISE: Words = {"zh": "办到答应您的事", "en": "We do what we promised you"}


def promised(rule: str, language: str) -> str:
    """What a customer was promised, or what the law gives him."""
    return PROMISED.get(rule, _PROMISE)[language]


_MESSAGE: Mapping[str, Words] = {
    "stage": {"zh": "{stage}。", "en": "{stage}. "},
    "needs": {"zh": "还需要:{papers}。", "en": "We need from you: {papers}. "},
    "next": {"zh": "下一步:{next}。", "en": "Next: {next}. "},
    "until": {"zh": "{what}最晚{when}。", "en": "{what} by {when}. "},
}


def message(
    stage: str, papers: Sequence[str], next_: str, until: tuple[str, str] | None, language: str
) -> str:
    """A claim in the sentences of a text message; `until` is what is done by when."""
    said = [_MESSAGE["stage"][language].format(stage=stage)]
    if papers:
        joined = ("、" if language == "zh" else ", ").join(papers)
        said.append(_MESSAGE["needs"][language].format(papers=joined))
    else:
        said.append(_MESSAGE["next"][language].format(next=next_))
    if until is not None:
        said.append(_MESSAGE["until"][language].format(what=until[0], when=until[1]))
    return "".join(said)


def moment(local: datetime, by_day: bool, language: str) -> str:
    """A time by the customer's clock; `by_day`: the day that ends then."""
    at = local - timedelta(seconds=1) if by_day else local
    day = f"{at.month}月{at.day}日" if language == "zh" else f"{at:%B} {at.day}"
    if by_day:
        return day
    return f"{day}{at:%H:%M}" if language == "zh" else f"{at:%H:%M} on {day}"
