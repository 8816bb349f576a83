"""Files of customers and policies: what is right is taken, what is wrong is told line by line."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims_store import customers
from claims_store.import_words import REASONS
from claims_store.imports import ImportResult, import_csv
from claims_store.store import Store
from tests.claims_store.examples import a_customer

pytestmark = pytest.mark.store

CUSTOMERS = """customer_no,name,phone,identity,language,region,tier
C10001,袁伟,138 0013 8001,310115184403299759,zh,310115,standard
C10002,"Chris, Curtis",,,en,,gold
"""
POLICIES = """policy_no,customer_no,line,product,plate,object,insured,regions,valid_from,valid_to
0126004711,C10001,motor,comprehensive,沪A·D82K7,大众朗逸,,310115 330106,2026-08-16,2027-08-15
0226000001,C10002,家财险,,,"上海市, 浦东新区",Chris Curtis,,2026/01/01,20261231
"""


def take(store: Store, kind: str, text: str | bytes) -> ImportResult:
    return store.run_now(import_csv, kind, text)  # type: ignore[arg-type]


def reasons(result: ImportResult) -> list[tuple[int, str]]:
    """(line, key of the reason), found by its English beginning."""
    keys = []
    for line, reason in result.refused:
        assert set(reason) == {"zh", "en"}
        keys += [
            (line, key)
            for key, text in REASONS.items()
            if reason["en"].endswith(text["en"].rsplit("}", 1)[-1])
        ]
    return keys


def test_a_right_file_is_taken_whole_and_again_changes_nothing(store: Store) -> None:
    assert take(store, "customers", CUSTOMERS) == ImportResult(2, ())
    assert store.run_now(customers.get, "C10001") == a_customer()
    chris = store.run_now(customers.get, "C10002")
    assert chris is not None and (chris.name, chris.tier) == ("Chris, Curtis", "gold")
    assert take(store, "policies", POLICIES) == ImportResult(2, ())
    policy = store.run_now(customers.policy_by_number, "0126004711")
    assert policy is not None
    assert (policy.plate, policy.insured, policy.regions) == (
        "沪AD82K7", "袁伟", ("310115", "330106"),
    )  # fmt: skip
    zone = ZoneInfo("Asia/Shanghai")
    assert policy.valid_from == datetime(2026, 8, 16, tzinfo=zone)
    assert policy.valid_to == datetime(2027, 8, 16, tzinfo=zone), "the last day is covered"
    for kind, text in (("customers", CUSTOMERS), ("policies", POLICIES)):
        assert take(store, kind, text) == ImportResult(2, ())
    assert len(store.run_now(customers.policies, "C10001")) == 1


@pytest.mark.parametrize(
    "file",
    [
        CUSTOMERS.encode(),
        CUSTOMERS.encode("utf-8-sig"),
        CUSTOMERS.encode("gb18030"),
        CUSTOMERS.replace("\n", "\r\n"),
        "\ufeff" + CUSTOMERS,
        CUSTOMERS.replace('"Chris, Curtis"', "Chris Curtis").replace(",", ";"),
        CUSTOMERS.replace('"Chris, Curtis"', "Chris Curtis").replace(",", "\t"),
        CUSTOMERS.replace("customer_no,name,phone", "客户号,姓名,电话"),
        CUSTOMERS.replace("customer_no", " Customer_No "),
        CUSTOMERS + "\n,,,\n\n",
        CUSTOMERS.replace("tier\n", "tier,colour\n"),
    ],
)
def test_files_come_as_spreadsheets_write_them(store: Store, file: str | bytes) -> None:
    assert take(store, "customers", file) == ImportResult(2, ())
    assert store.run_now(customers.get, "C10001") == a_customer()


def test_accents_in_utf_8_are_not_taken_for_chinese(store: Store) -> None:
    take(store, "customers", "customer_no,name\nC5,José Müller\n".encode())
    found = store.run_now(customers.get, "C5")
    assert found is not None and found.name == "José Müller"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",袁伟,,,,,", "empty"),
        ("C3,,,,,,", "empty"),
        ("C3,袁伟,1.38E+10,,,,", "value"),
        ("C3,袁伟,12,,,,", "value"),
        ("C3,袁伟,,310115184403299758,,,", "value"),
        ("C3,袁伟,,,fr,,", "value"),
        ("C3,袁伟,,,,999999,", "value"),
        ('C3,"=HYPERLINK(""http://x"")",,,,,', "formula"),
        ("C3,@SUM(A1),,,,,", "formula"),
        ("C3,-1+2,,,,,", "formula"),
        ("C3,袁\x07伟,,,,,", "characters"),
        ("C3,袁\0伟,,,,,", "characters"),
        ('C3,"袁\n伟",,,,,', "characters"),
        (f"C3,{'袁' * 201},,,,,", "long"),
        ("C10001,another,,,,,", "twice"),
        ("C3", "empty"),
        (f'C3,"{"x" * 140_000}",,,,,', "record"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number_and_the_rest_is_taken(
    store: Store, line: str, reason: str
) -> None:
    result = take(store, "customers", f"{CUSTOMERS}{line}\nC4,王芳,,,,,\n")
    assert reasons(result) == [(4, reason)]
    assert result.accepted == 3
    found = [customer.id for customer in store.run_now(customers.listing)]
    assert found == ["C10001", "C10002", "C4"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("12,C10001,motor,,,,,,2026-01-01,2026-12-31", "value"),
        ("0326000001,C404,motor,,,,,,2026-01-01,2026-12-31", "holder"),
        ("0326000001,C10001,boat,,,,,,2026-01-01,2026-12-31", "value"),
        ("0326000001,C10001,motor,,沪IO000,,,,2026-01-01,2026-12-31", "value"),
        ("0326000001,C10001,motor,,,,,310115 1,2026-01-01,2026-12-31", "value"),
        ("0326000001,C10001,motor,,,,,,2026-02-30,2026-12-31", "value"),
        ("0326000001,C10001,motor,,,,,,2026-12-31,2026-01-01", "period"),
        ("0326000001,C10001,motor,,,,,,,2026-01-01", "empty"),
    ],
)
def test_a_wrong_policy_is_refused(store: Store, line: str, reason: str) -> None:
    take(store, "customers", CUSTOMERS)
    result = take(store, "policies", f"{POLICIES}{line}\n")
    assert reasons(result) == [(4, reason)]
    assert result.accepted == 2


def test_zeros_that_a_spreadsheet_kept_by_a_formula_are_digits(store: Store) -> None:
    take(store, "customers", CUSTOMERS)
    text = POLICIES.replace("0126004711", '"=""0000004711"""')
    assert take(store, "policies", text).accepted == 2
    assert store.run_now(customers.policy_by_number, "0000004711") is not None


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("", "column"),
        ("name,phone\n袁伟,1\n", "column"),
        (b"\xff\xff\xff,\xff", "encoding"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(store: Store, file: str | bytes, reason: str) -> None:
    result = take(store, "customers", file)
    assert (result.accepted, reasons(result)) == (0, [(1, reason)])


def test_lines_are_counted_as_an_editor_counts_them(store: Store) -> None:
    text = 'customer_no,name\nC1,"two\nlines"\n\nC2,\nC3,王芳\n'
    assert reasons(take(store, "customers", text)) == [(2, "characters"), (5, "empty")]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=8), max_size=6))
def test_no_file_breaks_the_import(store: Store, rows: list[list[str]]) -> None:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["customer_no", "name", "phone", "identity", "language", "region", "tier"])
    writer.writerows(rows)
    result = take(store, "customers", out.getvalue())
    wanted = sum(any(cell.strip() for cell in row) for row in rows)
    assert result.accepted + len(result.refused) >= min(wanted, 1)
