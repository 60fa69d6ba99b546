"""Policy questions without an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.answers import category_of, policy_answer
from returnflow.retail.policy import Policies
from returnflow.retail.rules import Season

SUMMER = date(2026, 6, 1)


@pytest.mark.parametrize(
    "store, said, rule_id, days, sentence",
    [
        pytest.param(
            "walmart",
            "toaster",
            "wmm.default",
            30,
            "For a toaster it's usually 30 days when we sold it, and 90 when Walmart sold it itself; a person can check yours.",
            id="sellers-differ",
        ),
        pytest.param(
            "walmart",
            "phone",
            "wm.wireless",
            14,
            "For a phone it's usually 14 days from the day you got it; a person can check yours.",
            id="sellers-agree-the-surer-rule-speaks",
        ),
        pytest.param("walmart", "drone", "wm.drones", None, "For a drone, I'd rather a person checks that.", id="unsure"),
        pytest.param(
            "walmart", "groceries", "wm.fresh", None, "For groceries, I'd rather a person checks that.", id="nothing-to-send-back"
        ),
        pytest.param("walmart", "food", "wm.fresh", None, "For food, I'd rather a person checks that.", id="no-article-for-food"),
        pytest.param(
            "walmart",
            "gift cards",
            "wm.final_sale",
            None,
            "Gift cards usually cannot go back, unless something is wrong; then a person decides.",
            id="not-returnable",
        ),
        pytest.param(
            "amazon",
            "air fryer",
            "amz.default",
            30,
            "For an air fryer it's usually 30 days from delivery; a person can check yours.",
            id="certainty-b-is-usually",
        ),
        pytest.param(
            "amazon",
            "headphones",
            "amz.default",
            30,
            "For headphones it's usually 30 days from delivery; a person can check yours.",
            id="plural",
        ),
        pytest.param(
            "amazon",
            "engraved item",
            "amz.nonreturnable",
            None,
            "That kind of item usually cannot go back, unless something is wrong; then a person decides.",
            id="kind",
        ),
        pytest.param("shop", "my lamp", "shop.default", 30, "For my lamp it's 30 days from delivery.", id="certainty-a-is-plain"),
        pytest.param("shop", None, "shop.default", 30, "For most things it's 30 days from delivery.", id="no-product"),
    ],
)
def test_an_answer_is_as_certain_as_its_rule(
    policies: Policies, store: str, said: str | None, rule_id: str, days: int | None, sentence: str
) -> None:
    """Sure is plain, B is "usually", unsure is a person."""
    answer = policy_answer(policies[store], said, SUMMER)

    assert (answer.rule_id, answer.days, answer.sentence) == (rule_id, days, sentence)
    assert answer.hedged == (answer.certainty != "A" or store == "walmart")


@pytest.mark.parametrize(
    "said, category",
    [
        ("Toasters", "small_appliance"),
        ("washing machine", "major_appliance"),
        ("a new air conditioner", "air_conditioner"),
        ("prepaid gift card", "gift_card"),
        ("cell-phone", "wireless_phone"),
        ("telephone pole", "*"),
        ("", "*"),
    ],
)
def test_everyday_words_find_their_category(policies: Policies, said: str, category: str) -> None:
    """Whole words, plurals alike, the longest known phrase first."""
    assert category_of(policies["walmart"], said) == category


def test_a_season_is_said_while_it_is_on(policies: Policies) -> None:
    """Bought now means until the season's last day."""
    answer = policy_answer(policies["amazon"], "toaster", date(2025, 12, 1))

    assert "for things bought now at least until Saturday, January 31" in answer.sentence


def test_a_season_that_nobody_confirmed_hedges_even_a_sure_rule(policies: Policies) -> None:
    """In the weeks of last year's season nothing is plain."""
    season = Season(
        id="s", buy_from=date(2025, 11, 1), buy_to=date(2025, 12, 31), return_by=date(2026, 1, 31), certainty="A", source="test"
    )
    policy = replace(policies["shop"], seasons=(season,))

    assert policy_answer(policy, "toaster", date(2026, 11, 21)).hedged
    assert policy_answer(policy, "toaster", date(2027, 1, 15)).hedged
    assert not policy_answer(policy, "toaster", SUMMER).hedged
    assert not policy_answer(replace(policy, no_season_years=(2026,)), "toaster", date(2026, 11, 21)).hedged


@given(st.sampled_from(["amazon", "walmart", "shop"]), st.text(max_size=40), st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_any_words_get_one_speakable_sentence(policies: Policies, store: str, said: str, today: date) -> None:
    """Nothing that is said makes it fail."""
    answer = policy_answer(policies[store], said, today)

    assert answer.sentence.endswith(".")
    assert policies[store].rule(answer.rule_id)
