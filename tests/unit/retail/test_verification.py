"""Proving an order: three facts, one answer, repair without a hint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.model import Order
from returnflow.retail.policy import Policies
from returnflow.retail.verification import Claims, allowed, distance, match, normalise_name, normalise_number, normalise_zip, since

NUMBER = "11455670223499108"
MakeOrder = Callable[..., Order]


def claims(number: str | None = NUMBER, zip_code: str = "97214", last_name: str = "Reyes", **more: str) -> Claims:
    """What the caller of the standard order says."""
    return Claims(zip_code, last_name, (number,) if number else (), **more)


@pytest.mark.parametrize("said, normal", [("97214-1234", "97214"), (" 9 7 2 1 4 ", "97214"), ("9721", ""), (None, ""), ("٩٧٢١٤", "")])
def test_a_zip_is_its_five_digits(said: str | None, normal: str) -> None:
    """The +4 part does not matter, fewer than five digits are none."""
    assert normal == normalise_zip(said)


@pytest.mark.parametrize(
    "said, normal",
    [("O'Brien-Núñez", "obriennunez"), ("  de la  Cruz ", "delacruz"), ("Łukasz", "lukasz"), ("Straße", "strasse"), ("", "")],
)
def test_a_name_is_its_letters(said: str, normal: str) -> None:
    """Case, accents, punctuation and spaces do not matter."""
    assert normal == normalise_name(said)


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Stored and claimed facts meet in one form."""
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    assert normalise_number(normalise_number(text)) == normalise_number(text)


class TestExact:
    """The number as it is."""

    def test_three_right_facts_prove_the_order(self, make_order: MakeOrder) -> None:
        """Separators, case and accents do not matter."""
        order = make_order(last_name="Réyes")

        assert order is match(claims("114-5567022-3499108", "97214-0001", "REYES"), (order,), (order,))

    @pytest.mark.parametrize("wrong", [{"zip_code": "97215"}, {"last_name": "Reyez"}, {"zip_code": ""}, {"last_name": ""}])
    def test_one_wrong_fact_proves_nothing(self, make_order: MakeOrder, wrong: dict[str, str]) -> None:
        """All three are needed; a fact that is missing is a wrong one."""
        assert match(claims(**wrong), (make_order(),), ()) is None

    def test_ambiguous_readings_are_settled_by_the_facts(self, make_order: MakeOrder) -> None:
        """Of several readings of one number the order with these facts is found."""
        mine, other = make_order(), make_order(order_number="11455670223499109", zip="10001", last_name="Stone")
        said = Claims("97214", "Reyes", ("11455670223499109", NUMBER))

        assert mine is match(said, (other, mine), (mine,))

    def test_an_order_of_another_store_is_not_meant(self, make_order: MakeOrder) -> None:
        """A store that was said must fit."""
        order = make_order()

        assert match(claims(store="walmart"), (order,), (order,)) is None


class TestRepair:
    """A digit heard wrong is repair, with ZIP and name both exact."""

    @pytest.mark.parametrize(
        "heard",
        [
            pytest.param("1145567022349910", id="last-digit-dropped"),
            pytest.param("1145670223499108", id="double-five-heard-once"),
            pytest.param("114555670223499108", id="doubled-five"),
            pytest.param("11455670223499199", id="two-digits-wrong"),
        ],
    )
    def test_up_to_two_digits_are_repaired(self, make_order: MakeOrder, heard: str) -> None:
        """Dropped, doubled and wrong digits count alike."""
        order = make_order()

        assert order is match(claims(heard), (), (order,))

    @pytest.mark.parametrize("heard", ["11455670223499777", "114556702234", "W1455670223499108"])
    def test_more_than_two_or_another_format_is_not(self, make_order: MakeOrder, heard: str) -> None:
        """Three wrong digits, a missing end and another format stay a miss."""
        assert match(claims(heard), (), (make_order(),)) is None

    def test_two_candidates_are_none(self, make_order: MakeOrder) -> None:
        """When two orders are near, neither is picked."""
        near = (make_order(order_number="11455670223499101"), make_order(order_number="11455670223499102"))

        assert match(claims(), (), near) is None

    def test_a_wrong_name_repairs_nothing(self, make_order: MakeOrder) -> None:
        """Repair needs both facts exact."""
        assert match(claims("1145567022349910", last_name="Reye"), (), (make_order(),)) is None

    @given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16))
    def test_any_single_dropped_digit_is_repaired(self, make_order: MakeOrder, number: str, place: int) -> None:
        """Whatever the number and the place."""
        order = make_order(order_number=number)

        assert order is match(claims(number[:place] + number[place + 1 :]), (), (order,))


class TestSuffix:
    """The last seven digits, for who has not the whole number."""

    @pytest.mark.parametrize("heard", ["3499108", "349-9108", "349108", "3499109"])
    def test_the_last_seven_with_both_facts_prove_it(self, make_order: MakeOrder, heard: str) -> None:
        """One dropped or wrong digit is repaired."""
        order = make_order()

        assert order is match(claims(None, suffix=heard), (), (order,))

    @pytest.mark.parametrize("heard", ["9108", "3499277", ""])
    def test_too_few_or_wrong_digits_do_not(self, make_order: MakeOrder, heard: str) -> None:
        """Four digits are not enough, two wrong ones neither."""
        assert match(claims(None, suffix=heard), (), (make_order(),)) is None


@pytest.mark.parametrize("said, proven", [(claims(), True), (claims("11455670223499109"), False), (claims(None, suffix="3499108"), False)])
def test_where_only_the_exact_number_counts_nothing_else_does(make_order: MakeOrder, said: Claims, proven: bool) -> None:
    """A near number and the last seven digits prove nothing then."""
    order = make_order()

    assert (match(said, (order,), (order,), exact_only=True) is order) is proven


@given(st.text("0123", max_size=6), st.text("0123", max_size=6))
def test_distance_is_a_distance(left: str, right: str) -> None:
    """Symmetric, zero exactly for equals, at least the difference in length."""
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance(left, right) <= max(len(left), len(right))


def test_limits_hold_for_each_scope(policies: Policies) -> None:
    """Three per call, five per order, ten per caller: at the limit no more attempt is allowed."""
    limits = policies["amazon"].verification.limits()

    assert allowed({}, limits)
    assert allowed({"call": 2, "order": 4, "caller": 9}, limits)
    assert not any(allowed({scope: count}, limits) for scope, count in (("call", 3), ("order", 5), ("caller", 10)))


def test_failures_are_counted_from_the_limits_hours(policies: Policies) -> None:
    """A day for an order, an hour for a caller, the whole call for a call."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    start = since(policies["amazon"].verification.limits(), now)

    assert datetime(2026, 11, 20, 12, tzinfo=UTC) == start["order"]
    assert datetime(2026, 11, 21, 11, tzinfo=UTC) == start["caller"]
    assert start["call"].year < 2000
