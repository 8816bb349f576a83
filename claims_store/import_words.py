"""The headings and words that import files use, and why a line is refused, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "customers": {
        "customer_no": "customer_no",
        "客户号": "customer_no",
        "name": "name",
        "姓名": "name",
        "phone": "phone",
        "电话": "phone",
        "identity": "identity",
        "证件号": "identity",
        "language": "language",
        "语言": "language",
        "region": "region",
        "地区": "region",
        "tier": "tier",
        "等级": "tier",
    },
    "policies": {
        "policy_no": "policy_no",
        "保单号": "policy_no",
        "customer_no": "customer_no",
        "客户号": "customer_no",
        "line": "line",
        "险种": "line",
        "product": "product",
        "产品": "product",
        "plate": "plate",
        "车牌": "plate",
        "object": "object",
        "标的": "object",
        "insured": "insured",
        "被保险人": "insured",
        "regions": "regions",
        "地区": "regions",
        "valid_from": "valid_from",
        "起保日期": "valid_from",
        "valid_to": "valid_to",
        "终保日期": "valid_to",
    },
}
LINES_OF_BUSINESS: Mapping[str, str] = {
    "motor": "motor",
    "车险": "motor",
    "home": "home",
    "家财险": "home",
    "health": "health",
    "健康险": "health",
    "travel": "travel",
    "旅行险": "travel",
    "liability": "liability",
    "责任险": "liability",
}
REASONS: Mapping[str, Mapping[str, str]] = {
    "encoding": {
        "zh": "文件不是 UTF-8 或 GB 18030 编码，没有导入任何一行；请另存为 CSV UTF-8。",
        "en": "The file is neither UTF-8 nor GB 18030; no line was taken. Save it as CSV UTF-8.",
    },
    "column": {
        "zh": "缺少“{about}”列，没有导入任何一行；请补上表头。",
        "en": "The column {about} is missing; no line was taken. Add it to the heading.",
    },
    "characters": {
        "zh": "“{about}”里有不可见的字符；请删除后再导入这一行。",
        "en": "{about} holds characters that cannot be shown; remove them, import the line again.",
    },
    "record": {
        "zh": "这一行无法读取，可能缺少一个引号；请核对后再导入。",
        "en": "This line cannot be read, perhaps a quotation mark is missing; mend and import it.",
    },
    "formula": {
        "zh": "“{about}”是一个公式，没有执行；请填写它的值。",
        "en": "{about} is a formula, which was not run; write its value instead.",
    },
    "long": {
        "zh": "“{about}”太长；最多 200 个字。",
        "en": "{about} is too long; 200 characters are allowed.",
    },
    "empty": {
        "zh": "“{about}”是空的；请填写。",
        "en": "{about} is empty; fill it in.",
    },
    "value": {
        "zh": "“{about}”的值不成立；请核对。",
        "en": "The value of {about} cannot be right; check it.",
    },
    "twice": {
        "zh": "编号 {about} 在文件中已出现过，以前面的一行为准；请删除其中一行。",
        "en": "{about} was in the file before; the first line counts. Remove one of them.",
    },
    "holder": {
        "zh": "没有客户 {about}；请先导入客户。",
        "en": "There is no customer {about}; import the customers first.",
    },
    "period": {
        "zh": "终保日期早于起保日期；请核对。",
        "en": "The cover ends before it begins; check the dates.",
    },
}
