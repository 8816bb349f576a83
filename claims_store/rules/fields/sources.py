"""Where the rows come from: each `Field.source` is one of these keys."""

from __future__ import annotations

SOURCES: dict[str, str] = {
    "acord": "ACORD 1 and 2, property and automobile loss notice (order and contacts)",
    "intake": "受理报案规范, intake rules for motor losses of a Chinese insurer",
    "system": "Intake screen of a Chinese motor claims system: place, minute, policy in force",
    "procedure": "道路交通事故处理程序规定 (2018), sections 13 to 16 and 21",
    "compulsory": "机动车交通事故责任强制保险条例 (2019), sections 27 to 31",
    "insurance-law": "保险法, sections 21 to 26 and 65",
    "home-papers": "家财险 claims papers of Chinese insurers; intake script for homeowners",
    "health-papers": "意外健康险 claims papers of Chinese insurers",
    "travel-papers": "旅行险 claims papers: ticket, carrier's letter, receipts",
    "payment": "Anti-money-laundering rule for payouts from CNY 10,000; payee account checks",
    "practice": "Usual practice of claims lines; no published source",
}
