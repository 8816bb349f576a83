"""What the stages of each track are called."""

from __future__ import annotations

from collections.abc import Mapping

from claims_store.rules.fields import Words

_ZH_EN = """
stage::尚未受理:not reported
stage:reported:已报案:reported
stage:filed:已立案:filed
stage:cancelled:已注销:cancelled
stage:merged:已合并:merged
stage:calculated:已理算:calculated
stage:approved:已核赔:approved
stage:rejected:已拒赔:rejected
stage:agreed:已达成协议:agreed
stage:paying:付款中:being paid
stage:pay_failed:付款被退回:payment came back
stage:paid:已付款:paid
stage:withdrawn:已撤案:withdrawn
stage:closed:已结案:closed
stage:reopened:已重开:reopened
survey:none:未派:nobody sent
survey:dispatched:已派:sent out
survey:accepted:已接单:accepted
survey:on_way:在途:on the way
survey:arrived:已到达:arrived
survey:surveyed:已查勘:surveyed
survey:assessed:已定损:assessed
survey:loss_reviewed:已核损:assessment reviewed
documents:open:未收:nothing asked
documents:queried:待补充:asked for
documents:partly:部分收到:partly here
documents:complete:齐全:complete
"""

NAMES: Mapping[tuple[str, str], Words] = {
    (track, value): {"zh": zh, "en": en}
    for track, value, zh, en in (row.split(":") for row in _ZH_EN.split("\n") if row)
}


def name(track: str, value: str) -> Words:
    """A stage's name; an unknown one stands for itself."""
    return NAMES.get((track, value), {"zh": value, "en": value})
