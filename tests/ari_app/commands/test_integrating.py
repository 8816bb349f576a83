"""`claimline tokens` and `claimline webhooks`."""

from __future__ import annotations

import pytest

from claims_store.tokens import PREFIX
from tests.ari_app.commands.conftest import Claimline

pytestmark = pytest.mark.unit


def test_a_token_is_shown_once_and_ended_at_once(claimline: Claimline) -> None:
    made = claimline("tokens", "add", "shop-app", "--scope", "read", "--scope", "write")
    assert made.code == 0 and made.out.startswith(PREFIX)
    [row] = claimline("tokens", "list", "--json").json
    assert (row["name"], row["scopes"], row["ended"]) == ("shop-app", ["read", "write"], None)
    assert made.out.strip() not in claimline("tokens", "list").out
    assert claimline("tokens", "end", "shop-app").code == 0
    assert "no token shop-app in use" in claimline("tokens", "end", "shop-app").err
    assert "is taken" in claimline("tokens", "add", "shop-app").err
    assert "no scope all" in claimline("tokens", "add", "other", "--scope", "all").err
    assert "small letters" in claimline("tokens", "add", "../x").err


def test_a_webhook_is_added_listed_and_ended(claimline: Claimline) -> None:
    made = claimline(
        "webhooks", "add", "app", "https://app.example.com/hook", "--events", "claim_paid"
    )
    assert made.code == 0 and len(made.out.strip()) > 30
    [row] = claimline("webhooks", "list", "--json").json
    assert (row["url"], row["events"]) == ("https://app.example.com/hook", ["claim_paid"])
    assert claimline("webhooks", "deliveries", "app", "--json").json == []
    assert (
        claimline("webhooks", "list").code == claimline("webhooks", "deliveries", "app").code == 0
    )
    assert "no event flag_set" in claimline(
        "webhooks", "add", "b", "https://b.example/", "--events", "flag_set"
    ).err  # fmt: skip
    for url in ("ftp://x/y", "https://user:pw@x.example/", "nothing"):
        assert "whole address" in claimline("webhooks", "add", "b", url).err
    assert claimline("webhooks", "end", "app").code == 0
    assert claimline("webhooks", "end", "app").code == 1


def test_what_people_wrote_is_listed(claimline: Claimline) -> None:
    assert claimline("notify", "incoming", "--json").json == []
    assert claimline("notify", "incoming").code == 0
