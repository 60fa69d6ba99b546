"""Stores, conditions, wishes, ways of contact and the kind of product a question is about."""

from __future__ import annotations

import pytest

from returnflow.understanding.details import find_category, find_condition, find_preference, find_store
from returnflow.understanding.text import Utterance
from tests.unit.understanding.scenes import CONTACT_CHOICES, STORES, read


def plain(text: str) -> str:
    return Utterance(text).plain


@pytest.mark.parametrize(
    "said,store",
    [
        ("from Amazon", "amazon"),
        ("amazon dot com", "amazon"),
        ("it was wal mart", "walmart"),
        ("your own shop", "shop"),
        ("I bought it from your website", "shop"),
        ("Maple Street", "shop"),
        ("not amazon, walmart", "walmart"),
        ("ebay", None),
    ],
)
def test_a_store_is_known_by_its_names(said: str, store: str | None) -> None:
    """The last one named counts."""
    found = find_store(plain(said), STORES)

    assert (found.value if found else None) == store


@pytest.mark.parametrize(
    "said,condition",
    [
        ("it's still in the box", "unopened"),
        ("I never opened it", "unopened"),
        ("I opened it", "opened"),
        ("I used it once", "used"),
        ("it arrived broken", "damaged"),
        ("it is blue", None),
    ],
)
def test_a_condition_is_heard(said: str, condition: str | None) -> None:
    """As the policies name them."""
    found = find_condition(plain(said))

    assert (found.value if found else None) == condition


@pytest.mark.parametrize(
    "said,wish",
    [
        ("I want my money back", "refund"),
        ("can I swap it", "exchange"),
        ("send me a new one", "exchange"),
        ("I'd rather keep it", "keep"),
        ("hello", None),
    ],
)
def test_a_wish_is_heard(said: str, wish: str | None) -> None:
    """Refund, exchange or keep."""
    found = find_preference(plain(said))

    assert (found.value if found else None) == wish


@pytest.mark.parametrize(
    "said,category",
    [
        ("how long can I return a toaster from Walmart?", "toaster"),
        ("how long I have for phone?", "phone"),
        ("can I return opened headphones", "headphones"),
        ("what's the policy on electronics", "electronics"),
        ("what is your policy", None),
    ],
)
def test_the_kind_of_product_of_a_question(said: str, category: str | None) -> None:
    """One to three words."""
    found = find_category(plain(said))

    assert (found.value if found else None) == category


@pytest.mark.parametrize(
    "said,way,value",
    [
        ("text. four oh four, five five five, oh one eight eight", "text", {"phone": "4045550188"}),
        ("email me at ann@example.com", "email", {"email": "ann@example.com"}),
        ("call me", "phone", {}),
        ("just here on the page", "page", {}),
    ],
)
def test_a_way_of_contact_and_its_value_come_together(said: str, way: str, value: dict[str, str]) -> None:
    """One sentence answers two questions."""
    heard = read(said, "contact_by", choices=CONTACT_CHOICES)

    assert heard.values["contact_by"] == way
    assert {name: heard.values[name] for name in value} == value
    assert heard.choices == ((way,) if way != "page" else ())
