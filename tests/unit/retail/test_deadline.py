"""The last day: clocks, seasons, and seasons that nobody confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.deadline import hedged, season_warnings, window
from returnflow.retail.decide import decide
from returnflow.retail.model import LineRequest, Order, Verdict
from returnflow.retail.policy import Policies
from returnflow.retail.rules import Season

MakeOrder = Callable[..., Order]
MakeRequest = Callable[..., LineRequest]


def last_day(order: Order, policies: Policies) -> date | None:
    policy, line = policies[order.store], order.lines[0]
    rule = policy.rule_for(line.category, line.seller)
    assert rule is not None
    assert rule.window_days is not None
    found = window(order, line, rule, policy, rule.window_days)
    return found.deadline if found else None


class TestSeason:
    """The later of both deadlines."""

    @pytest.mark.parametrize(
        "store, seller, category, placed, delivered, deadline",
        [
            pytest.param("amazon", "amazon", "home", date(2025, 11, 1), date(2025, 11, 3), date(2026, 1, 31), id="first-day-of-season"),
            pytest.param("amazon", "amazon", "home", date(2025, 10, 31), date(2025, 11, 3), date(2025, 12, 3), id="day-before-season"),
            pytest.param("amazon", "amazon", "home", date(2025, 12, 31), date(2026, 1, 5), date(2026, 2, 4), id="normal-is-later"),
            pytest.param(
                "amazon", "amazon", "apple_brand_new", date(2025, 11, 20), date(2025, 11, 22), date(2026, 1, 15), id="apples-own-last-day"
            ),
            pytest.param("walmart", "walmart", "home", date(2025, 12, 20), date(2025, 12, 20), date(2026, 3, 20), id="90-days-are-later"),
            pytest.param("walmart", "walmart", "home", date(2025, 10, 1), date(2025, 10, 2), date(2026, 1, 31), id="season-is-later"),
            pytest.param(
                "walmart", "walmart", "wireless_phone", date(2021, 11, 20), date(2021, 11, 22), date(2022, 1, 9), id="clock-starts-late"
            ),
            pytest.param(
                "walmart", "walmart", "home", date(2021, 11, 20), date(2021, 11, 22), date(2022, 2, 20), id="clock-only-for-short-windows"
            ),
        ],
    )
    def test_the_later_deadline_holds(
        self,
        make_order: MakeOrder,
        policies: Policies,
        store: str,
        seller: str,
        category: str,
        placed: date,
        delivered: date,
        deadline: date,
    ) -> None:
        """A season gives days, it never takes any."""
        order = make_order(store=store, seller=seller, category=category, placed_on=placed, delivered_on=delivered)

        assert last_day(order, policies) == deadline

    def test_after_a_season_the_season_is_named(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """ "The 30 days" would not explain January 31."""
        order = make_order(placed_on=date(2025, 11, 10), delivered_on=date(2025, 11, 12))
        decision = decide(order, make_request(), policies["amazon"], today=date(2026, 2, 1), returned_units={})

        assert decision.plain == "The holiday return time ended on Saturday, January 31."

    @given(st.dates(date(2025, 8, 1), date(2026, 3, 1)), st.integers(0, 20))
    def test_a_season_never_shortens(self, make_order: MakeOrder, policies: Policies, placed: date, travel: int) -> None:
        """With or without the season's data, the deadline with it is never earlier."""
        order = make_order(placed_on=placed, delivered_on=placed + timedelta(travel))
        policy = policies["amazon"]
        rule = policy.rule("amz.default")
        with_season = window(order, order.lines[0], rule, policy, 30)
        without = window(order, order.lines[0], rule, replace(policy, seasons=()), 30)

        assert with_season is not None
        assert without is not None
        assert with_season.deadline >= without.deadline


class TestUnconfirmedSeason:
    """Today is in the weeks of a season that the file has only for an earlier year."""

    @pytest.mark.parametrize(
        "placed, today, expected",
        [
            pytest.param(date(2026, 11, 5), date(2026, 11, 21), True, id="bought-and-asked-in-those-weeks"),
            pytest.param(date(2026, 10, 31), date(2026, 11, 21), False, id="bought-before"),
            pytest.param(date(2026, 12, 30), date(2027, 1, 31), True, id="over-new-year"),
            pytest.param(date(2026, 12, 30), date(2027, 2, 1), False, id="asked-after"),
            pytest.param(date(2025, 11, 5), date(2025, 11, 21), False, id="season-is-known"),
            pytest.param(date(2025, 11, 5), date(2026, 11, 21), False, id="bought-in-the-known-season"),
        ],
    )
    def test_only_orders_of_those_weeks_are_hedged(
        self, make_order: MakeOrder, policies: Policies, placed: date, today: date, expected: bool
    ) -> None:
        """A date that may be too early is never said as certain."""
        order = make_order(placed_on=placed, delivered_on=placed)

        assert hedged(order, order.lines[0], policies["amazon"], today) is expected

    def test_in_time_is_said_as_at_least(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """The normal deadline holds in any case."""
        order = make_order(placed_on=date(2026, 11, 5), delivered_on=date(2026, 11, 8))
        decision = decide(order, make_request(), policies["amazon"], today=date(2026, 11, 21), returned_units={})

        assert (decision.verdict, decision.hedged) == (Verdict.ELIGIBLE, True)
        assert decision.plain == "You can send it back at least until Tuesday, December 8."

    def test_too_late_goes_to_a_person(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """Nobody is refused by a season that the file does not know."""
        order = make_order(placed_on=date(2026, 11, 5), delivered_on=date(2026, 11, 8))
        decision = decide(order, make_request(), policies["amazon"], today=date(2026, 12, 20), returned_units={})

        assert (decision.verdict, decision.reason_code) == (Verdict.ASK_HUMAN, "uncertain_policy")

    def test_the_merchants_word_ends_it(self, make_order: MakeOrder, policies: Policies) -> None:
        """A year confirmed to have no season is not hedged and not warned about."""
        policy = replace(policies["amazon"], no_season_years=(2026,))
        order = make_order(placed_on=date(2026, 11, 5))

        assert not hedged(order, order.lines[0], policy, date(2026, 11, 21))
        assert season_warnings({"amazon": policy}, date(2026, 11, 21)) == []

    def test_a_season_of_this_year_ends_it(self, policies: Policies) -> None:
        """Adding the season is the other remedy."""
        season = Season(
            id="s", buy_from=date(2026, 11, 1), buy_to=date(2026, 12, 31), return_by=date(2027, 1, 31), certainty="A", source="test"
        )
        policy = replace(policies["amazon"], seasons=(*policies["amazon"].seasons, season))

        assert season_warnings({"amazon": policy}, date(2026, 11, 21)) == []


class TestWarnings:
    """What doctor says."""

    def test_each_open_store_with_an_old_season_has_a_line(self, policies: Policies) -> None:
        """It names the store, the season, and both remedies."""
        found = season_warnings(policies, date(2026, 11, 21))

        assert [line.split(":")[0] for line in found] == ["amazon", "walmart"]
        assert "the newest holiday season is 2025" in found[0]
        assert "2026 to no_season_years" in found[0]

    @pytest.mark.parametrize("today", [date(2026, 6, 1), date(2025, 12, 1), date(2026, 1, 15)])
    def test_outside_those_weeks_and_in_a_known_season_there_is_none(self, policies: Policies, today: date) -> None:
        """No warning that nobody needs."""
        assert season_warnings(policies, today) == []


def test_a_leap_days_season_moves_to_the_28th(make_order: MakeOrder, policies: Policies) -> None:
    """A season that ends on February 29 is over on February 28 in other years."""
    season = Season(id="s", buy_from=date(2024, 2, 1), buy_to=date(2024, 2, 29), return_by=date(2024, 2, 29), certainty="A", source="test")
    policy = replace(policies["shop"], seasons=(season,), enabled=True)

    assert len(season_warnings({"shop": policy}, date(2025, 2, 28))) == 1
    assert season_warnings({"shop": policy}, date(2025, 3, 1)) == []
