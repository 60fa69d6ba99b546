"""Refunds: whole cents, and every split sums to the whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.decide import decide
from returnflow.retail.model import Decision, Fee, LineRequest, Order, OrderLine, Quote, Reason, Verdict
from returnflow.retail.policy import Policies
from returnflow.retail.refund import after_arrival, allocate, fees_take_all, money_range, percent, quote, units, unreturned
from returnflow.retail.rules import Refund

TODAY = date(2026, 9, 10)
MakeOrder = Callable[..., Order]
MakeRequest = Callable[..., LineRequest]
ELIGIBLE = Decision(Verdict.ELIGIBLE, "r", "A", "in_window", "", deadline=date(2026, 10, 4), methods=("mail",))


@st.composite
def order_lines(draw: st.DrawFn, line_id: str = "1") -> OrderLine:
    """A line as stores have them: the discount is never more than the price."""
    quantity, price = draw(st.integers(1, 6)), draw(st.integers(0, 50_000))
    return OrderLine(
        line_id=line_id,
        sku="S",
        title="Thing",
        category="home",
        quantity=quantity,
        unit_price_cents=price,
        tax_cents=draw(st.integers(0, 5_000)),
        discount_cents=draw(st.integers(0, price * quantity)),
        shipping_cents=draw(st.integers(0, 2_000)),
    )


@st.composite
def carts(draw: st.DrawFn) -> tuple[OrderLine, ...]:
    """One to four lines."""
    return tuple(draw(order_lines(str(number))) for number in range(1, draw(st.integers(1, 4)) + 1))


def quoted(order: Order, requests: list[LineRequest], policies: Policies, **more: object) -> Quote:
    """A quote of eligible lines without fees, unless told otherwise."""
    settings = {"returned_units": {}, "already_refunded_cents": 0, "today": TODAY, "decisions": [ELIGIBLE] * len(requests)} | more
    decisions = settings.pop("decisions")
    return quote(order, requests, decisions, policies[order.store], **settings)  # type: ignore[arg-type]


class TestAllocate:
    """Splitting an amount."""

    @given(st.integers(0, 10**7), st.lists(st.integers(0, 10**5), min_size=1, max_size=12))
    def test_the_parts_sum_to_the_whole(self, total: int, weights: list[int]) -> None:
        """No cent is lost or made, whatever the weights."""
        parts = allocate(total, weights)

        assert sum(parts) == total
        assert all(part >= 0 for part in parts)

    @given(st.integers(0, 10**7), st.lists(st.integers(1, 10**5), min_size=1, max_size=12))
    def test_a_part_is_within_a_cent_of_its_share(self, total: int, weights: list[int]) -> None:
        """The largest remainder is fair."""
        for part, weight in zip(allocate(total, weights), weights, strict=True):
            assert abs(part * sum(weights) - total * weight) < sum(weights)

    def test_the_first_get_the_odd_cents(self) -> None:
        """Equal shares differ by a cent at most, the larger first."""
        assert allocate(100, [1, 1, 1]) == (34, 33, 33)
        assert allocate(5, [0, 0]) == (3, 2)
        assert allocate(0, []) == ()

    @pytest.mark.parametrize("total, weights", [(-1, [1]), (1, [-1, 2]), (1, [])])
    def test_nonsense_is_refused(self, total: int, weights: list[int]) -> None:
        """Negative amounts and nothing to split over are errors, not zeros."""
        with pytest.raises(ValueError, match=r"negative|nothing"):
            allocate(total, weights)


class TestUnits:
    """What each unit of a line cost."""

    @given(order_lines())
    def test_units_sum_to_the_line(self, line: OrderLine) -> None:
        """Every cent paid belongs to one unit, and no unit is worth less than nothing."""
        found = units(line)

        assert sum(unit.refund_cents(with_shipping=True) for unit in found) == line.paid_cents
        assert all(unit.net_cents >= 0 for unit in found)

    def test_specific_units_are_chosen(self, make_order: MakeOrder) -> None:
        """Units that came back are passed over; more than are left is an error."""
        line = make_order(quantity=4).lines[0]

        assert [unit.index for unit in unreturned(line, 2, {0, 2})] == [1, 3]
        with pytest.raises(ValueError, match="3 asked for, 2 left"):
            unreturned(line, 3, {0, 2})
        with pytest.raises(ValueError, match="0 asked for"):
            unreturned(line, 0, ())


class TestPartials:
    """Several returns of one order."""

    @given(carts(), st.integers(0, 2**32), st.sampled_from([Reason.DEFECTIVE, Reason.DAMAGED]))
    def test_partial_refunds_sum_to_what_was_paid_in_any_order(
        self, make_order: MakeOrder, policies: Policies, lines: tuple[OrderLine, ...], seed: int, reason: Reason
    ) -> None:
        """Units returned one by one in any order, with a fault and so without fees, give back exactly what was paid."""
        order = make_order(lines=lines)
        single = [line.line_id for line in lines for _ in range(line.quantity)]
        random.Random(seed).shuffle(single)
        back: dict[str, set[int]] = {}
        refunded = 0
        for line_id in single:
            offer = quoted(order, [LineRequest(line_id, 1, reason)], policies, returned_units=back, already_refunded_cents=refunded)
            back.setdefault(line_id, set()).update(offer.lines[0].unit_indexes)
            refunded += offer.refund_cents

        assert refunded == order.total_cents

    @given(carts())
    def test_everything_at_once_is_the_same(self, make_order: MakeOrder, policies: Policies, lines: tuple[OrderLine, ...]) -> None:
        """One return of all equals the order's total; without a fault, the total without shipping."""
        order = make_order(lines=lines)
        fault = [LineRequest(line.line_id, line.quantity, Reason.DEFECTIVE) for line in lines]
        remorse = [replace(request, reason=Reason.NO_LONGER_WANTED) for request in fault]

        assert quoted(order, fault, policies).refund_cents == order.total_cents
        assert quoted(order, remorse, policies).refund_cents == order.total_cents - sum(line.shipping_cents for line in lines)

    @given(carts(), st.integers(0, 300_000), st.lists(st.integers(0, 60_000), max_size=3))
    def test_never_negative_never_more_than_is_left(
        self, make_order: MakeOrder, policies: Policies, lines: tuple[OrderLine, ...], already: int, fees: list[int]
    ) -> None:
        """Whatever was refunded before and whatever the fees; lines − fees is always the refund."""
        order = make_order(lines=lines)
        requests = [LineRequest(line.line_id, line.quantity, Reason.DEFECTIVE) for line in lines]
        charged = replace(ELIGIBLE, fees=tuple(Fee("restocking", cents, "") for cents in fees))
        offer = quoted(order, requests, policies, decisions=[charged] * len(lines), already_refunded_cents=already)

        assert 0 <= offer.refund_cents <= max(order.total_cents - already, 0)
        assert offer.refund_cents == sum(line.refund_cents for line in offer.lines) - sum(fee.amount_cents for fee in offer.fees)


class TestQuote:
    """The offer."""

    def test_the_example_of_the_ideal_call(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """$59.99 and $4.95 tax come back as $64.94, no fees."""
        offer = quoted(make_order(), [make_request(reason=Reason.DEFECTIVE)], policies)

        assert (offer.refund_cents, offer.tax_cents, offer.fees) == (6494, 495, ())

    def test_two_lines_of_the_second_ideal_call(self, make_order: MakeOrder, policies: Policies) -> None:
        """A lamp and two pillows with 8 % tax: $63.69 together, $37.77 for the lamp."""
        lamp = OrderLine("1", "L", "Lamp", "home", 1, 3497, tax_cents=280)
        pillows = OrderLine("2", "P", "Pillow", "home", 2, 1200, tax_cents=192)
        order = make_order(lines=(lamp, pillows))
        requests = [LineRequest("1", 1, Reason.DAMAGED), LineRequest("2", 2, Reason.INCORRECT_ITEM)]

        assert quoted(order, requests, policies).refund_cents == 6369
        assert quoted(order, requests[:1], policies).refund_cents == 3777

    def test_an_exchange_refunds_nothing(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """Even exchange: zero, no fees, no label cost."""
        offer = quoted(make_order(store="shop", shipping_cents=500), [make_request()], policies, kind="exchange")

        assert (offer.refund_cents, offer.fees, offer.tax_cents, offer.shipping_cents) == (0, (), 0, 0)
        assert offer.kind == "exchange"

    def test_the_label_costs_once_and_never_on_fault(self, make_order: MakeOrder, policies: Policies) -> None:
        """One parcel, one label; a broken thing in it makes it free."""
        lines = tuple(OrderLine(str(n), "S", "Thing", "home", 1, 2000) for n in (1, 2))
        order = make_order(store="shop", lines=lines)
        remorse = [LineRequest("1", 1, Reason.NO_LONGER_WANTED), LineRequest("2", 1, Reason.WRONG_SIZE)]
        fault = [remorse[0], LineRequest("2", 1, Reason.DAMAGED)]

        assert [(fee.kind, fee.amount_cents) for fee in quoted(order, remorse, policies).fees] == [("return_shipping", 595)]
        assert quoted(order, fault, policies).fees == ()

    def test_the_days_are_business_days_from_today(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
        """Two to seven days of travel, one to five to check, three to five for the bank, Labor Day and weekends aside."""
        offer = quoted(make_order(), [make_request()], policies, today=date(2026, 9, 4))

        assert (offer.refund_from, offer.refund_to) == (date(2026, 9, 15), date(2026, 9, 30))

    def test_the_earliest_deadline_holds_for_all(self, make_order: MakeOrder, policies: Policies) -> None:
        """Several lines go back together; the rule and the date are the strictest, the certainty the weakest."""
        order = make_order(lines=tuple(OrderLine(str(n), "S", "Thing", "home", 1, 100) for n in (1, 2)))
        requests = [LineRequest("1", 1, Reason.DEFECTIVE), LineRequest("2", 1, Reason.DEFECTIVE)]
        sooner = replace(ELIGIBLE, rule_id="strict", deadline=date(2026, 9, 20))
        offer = quoted(order, requests, policies, decisions=[replace(ELIGIBLE, certainty="B"), sooner])

        assert (offer.rule_id, offer.return_by, offer.certainty) == ("strict", date(2026, 9, 20), "B")

    def test_a_way_that_all_lines_allow_is_taken(self, make_order: MakeOrder, policies: Policies) -> None:
        """The first common way, else the first line's."""
        order = make_order(lines=tuple(OrderLine(str(n), "S", "Thing", "home", 1, 100) for n in (1, 2)))
        requests = [LineRequest("1", 1, Reason.DEFECTIVE), LineRequest("2", 1, Reason.DEFECTIVE)]
        ways = [replace(ELIGIBLE, methods=("mail", "ups_store")), replace(ELIGIBLE, methods=("ups_store", "dropoff_qr"))]

        assert quoted(order, requests, policies, decisions=ways).method == "ups_store"
        assert quoted(order, requests, policies, decisions=[ELIGIBLE, ways[1]]).method == "mail"

    def test_something_is_kept_only_when_everything_is(self, make_order: MakeOrder, policies: Policies) -> None:
        """A cheap thing that may be kept never takes a dear one with it, whichever is named first."""
        order = make_order(lines=tuple(OrderLine(str(n), "S", "Thing", "home", 1, 100) for n in (1, 2)))
        requests = [LineRequest("1", 1, Reason.DEFECTIVE), LineRequest("2", 1, Reason.DEFECTIVE)]
        kept, sent = replace(ELIGIBLE, methods=("keep_it",)), replace(ELIGIBLE, methods=("ups_store", "mail"))

        assert quoted(order, requests, policies, decisions=[kept, kept]).method == "keep_it"
        assert quoted(order, requests, policies, decisions=[kept, sent]).method == "ups_store"
        assert quoted(order, requests, policies, decisions=[sent, kept]).method == "ups_store"

    @pytest.mark.parametrize("refund, fees, nothing_left", [(0, 500, True), (1, 500, False), (0, 0, False)])
    def test_fees_that_take_everything_are_seen(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies, refund: int, fees: int, nothing_left: bool
    ) -> None:
        """An exchange without money is not one; a cent that is left is a refund."""
        offer = quoted(make_order(), [make_request(reason=Reason.DEFECTIVE)], policies)
        charged = (Fee("return_shipping", fees, "The return label"),) if fees else ()

        assert fees_take_all(replace(offer, refund_cents=refund, fees=charged)) is nothing_left

    def test_what_is_not_eligible_is_quoted_only_as_an_exception(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies
    ) -> None:
        """Staff see what an exception would refund, with days to send it; a customer never gets that offer."""
        late = replace(ELIGIBLE, verdict=Verdict.ASK_HUMAN, deadline=date(2026, 8, 1))
        requests = [make_request(reason=Reason.DEFECTIVE)]

        with pytest.raises(ValueError, match="only eligible"):
            quoted(make_order(), requests, policies, decisions=[late])
        offer = quoted(make_order(), requests, policies, decisions=[late], exception=True)
        assert (offer.refund_cents, offer.return_by) == (6494, date(2026, 9, 24))

    @pytest.mark.parametrize(
        "change, problem", [({"reason": None}, "reason"), ({"quantity": 2}, "2 asked for"), ({"quantity": 0}, "0 asked")]
    )
    def test_a_request_that_cannot_be_quoted_says_why(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies, change: dict[str, object], problem: str
    ) -> None:
        """No reason, too many, none at all."""
        with pytest.raises(ValueError, match=problem):
            quoted(make_order(), [make_request(**change)], policies)

    def test_no_lines_is_no_quote(self, make_order: MakeOrder, policies: Policies) -> None:
        """An empty return does not exist."""
        with pytest.raises(ValueError, match="nothing to quote"):
            quoted(make_order(), [], policies)

    def test_one_line_asked_for_twice_never_takes_a_unit_twice(self, make_order: MakeOrder, policies: Policies) -> None:
        """Two reasons for one line are two different units."""
        order = make_order(quantity=2)
        requests = [LineRequest("1", 1, Reason.DEFECTIVE), LineRequest("1", 1, Reason.DAMAGED)]

        assert [line.unit_indexes for line in quoted(order, requests, policies).lines] == [(0,), (1,)]


@pytest.mark.parametrize("setting, comes_back", [("always", 300), ("on_fault", 0), ("never", 0)])
def test_shipping_comes_back_as_the_policy_says(
    make_order: MakeOrder, make_request: MakeRequest, policies: Policies, setting: str, comes_back: int
) -> None:
    """Without a fault only a policy of always refunds the outbound shipping."""
    policy = replace(policies["amazon"], refund=replace(policies["amazon"].refund, shipping=setting))
    order, request = make_order(shipping_cents=300), make_request()
    decision = decide(order, request, policy, today=TODAY, returned_units={})
    offer = quote(order, [request], [decision], policy, returned_units={}, already_refunded_cents=0, today=TODAY)

    assert offer.shipping_cents == comes_back
    assert offer.refund_cents == 6494 + comes_back


def test_the_banks_days_depend_on_the_payment(policies: Policies) -> None:
    """A gift card is faster than a debit card; an unknown payment takes the default."""
    policy = policies["amazon"]

    assert after_arrival(policy, "gift card") == (1, 6)
    assert after_arrival(policy, "Debit card") == (4, 15)
    assert after_arrival(policy, "visa") == after_arrival(policy, None) == (4, 10)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.tuples(*[st.integers(0, 9)] * 4))
def test_the_range_of_days_is_a_range(policies: Policies, sent: date, days: tuple[int, int, int, int]) -> None:
    """The money never comes before the parcel left nor the last day before the first."""
    refund = Refund(
        processing_business_days=(days[0], days[0] + days[1]),
        credit_business_days={"default": (days[2], days[2] + days[3])},
        source="test",
        certainty="A",
    )
    first, last = money_range(replace(policies["shop"], refund=refund), None, sent)

    assert sent <= first <= last


@given(st.integers(0, 10**6), st.integers(0, 100))
def test_a_percentage_is_within_the_amount_and_grows_with_it(cents: int, percentage: int) -> None:
    """A fee is never more than what it is taken of."""
    assert 0 <= percent(cents, percentage) <= cents
    assert percent(cents, percentage) <= percent(cents + 1, percentage)
