"""Rows about the payout: what makes a report payable, never asked by the line."""

from __future__ import annotations

from claims_store.rules.fields.kinds import Field, choice, words

METHODS = (
    choice(
        "transfer", "银行转账", "bank transfer", "转账 打到卡上 银行卡", "transfer|bank account"
    ),
    choice("garage", "直赔修理厂", "straight to the garage", "直赔", "garage"),
    choice("victim", "直接付给受害人或医院", "to the injured or the hospital", "医院", "hospital"),
    choice("cash", "现金", "cash"),
)
TRANSFER = (("payout_method", "transfer"),)

PAYMENT = (
    Field(
        "payout_method",
        "choice",
        words("收款方式", "Way of payment"),
        words("赔款怎么付给您？", "How would you like to be paid?"),
        "payment",
        need="R",
        level="payable",
        choices=METHODS,
        on_line=False,
        asks={"zh": ("怎么付", "收款"), "en": (r"\bbe paid\b", r"\bpayment\b")},
    ),
    Field(
        "payee_name",
        "name",
        words("收款人", "Payee"),
        words("收款人的姓名是？", "What is the payee's name?"),
        "payment",
        need="C",
        level="payable",
        when=TRANSFER,
        on_line=False,
        asks={"zh": ("收款人", "户名"), "en": (r"\bpayee\b", r"\baccount holder\b")},
    ),
    Field(
        "payee_bank",
        "text",
        words("开户行", "Bank"),
        words("开户行是哪家？", "Which bank is it?"),
        "payment",
        need="C",
        level="payable",
        when=TRANSFER,
        on_line=False,
        asks={"zh": ("开户行", "哪家银行"), "en": (r"\b(which|what) bank\b",)},
    ),
    Field(
        "payee_account",
        "digits",
        words("账号", "Account number"),
        words("账号是多少？请慢慢说。", "What is the account number? Take your time."),
        "payment",
        need="C",
        level="payable",
        when=TRANSFER,
        checks=("account_doubtful",),
        on_line=False,
        asks={"zh": ("账号", "卡号"), "en": (r"\b(account|card) number\b",)},
    ),
)
