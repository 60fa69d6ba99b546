"""May it go back? One readable table per store, then the laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.decide import ReturnHistory, capability, decide
from returnflow.retail.model import FAULT_REASONS, Decision, LineRequest, Order, OrderLine, Reason, Verdict
from returnflow.retail.policy import Policies
from returnflow.retail.rules import KeepIt

MakeOrder = Callable[..., Order]
MakeRequest = Callable[..., LineRequest]
OK, NO, ASK = Verdict.ELIGIBLE, Verdict.NOT_ELIGIBLE, Verdict.ASK_HUMAN
DELIVERED = date(2026, 5, 4)
EVERY_YEAR = st.integers(-40, 500)


@pytest.fixture
def asked(make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> Callable[..., Decision]:
    """Decide about an order delivered `days` ago (placed 3 and shipped 2 days before that), away from any season."""

    def ask(store: str, days: int = 5, history: ReturnHistory | None = None, returned: int = 0, **changes: Any) -> Decision:
        of_request = {key: changes.pop(key) for key in ("reason", "condition") if key in changes}
        if "asked_for" in changes:
            of_request["quantity"] = changes.pop("asked_for")
        dates = {"placed_on": DELIVERED - timedelta(3), "shipped_on": DELIVERED - timedelta(2), "delivered_on": DELIVERED}
        order = make_order(store=store, **(dates | changes))
        today = DELIVERED + timedelta(days)
        more: dict[str, Any] = {"history": history} if history else {}
        return decide(order, make_request(**of_request), policies[store], today=today, returned_units={"1": returned}, **more)

    return ask


def case(name: str, verdict: Verdict, code: str, rule: str, **of_order: Any) -> Any:
    return pytest.param(verdict, code, rule, of_order, id=name)


AMAZON = [
    case("day-30-last-day", OK, "in_window", "amz.default", days=30),
    case("day-31", NO, "out_of_window", "amz.default", days=31),
    case("day-31-defective", ASK, "fault_after_deadline", "amz.default", days=31, reason=Reason.DEFECTIVE),
    case("ebook-day-7-from-purchase", OK, "in_window", "amz.digital_book", days=4, category="kindle_book_unread"),
    case("ebook-day-8-from-purchase", NO, "out_of_window", "amz.digital_book", days=5, category="kindle_book_unread"),
    case("apple-day-15", OK, "in_window", "amz.apple", days=15, category="apple_brand_new"),
    case("apple-day-16", NO, "out_of_window", "amz.apple", days=16, category="apple_brand_new"),
    case("haul-day-15", OK, "in_window", "amz.haul", days=15, category="haul_over_3usd"),
    case("haul-under-3", NO, "final_sale", "amz.haul_small", category="haul_under_3usd"),
    case("baby-day-90", OK, "in_window", "amz.baby", days=90, category="baby_nonperishable"),
    case("baby-day-91", NO, "out_of_window", "amz.baby", days=91, category="baby_nonperishable"),
    case("mattress-day-90", OK, "in_window", "amz.mattress", days=90, category="mattress_not_crib"),
    case("renewed-day-90", OK, "in_window", "amz.renewed", days=90, category="renewed_acceptable_good_excellent"),
    case("renewed-premium-day-365", OK, "in_window", "amz.renewed_premium", days=365, category="renewed_premium"),
    case("birthday-gift-day-91", NO, "out_of_window", "amz.gift_birthday", days=91, category="birthday_or_custom_giftlist_nonowner"),
    case("wedding-gift-day-180", OK, "in_window", "amz.gift_wedding", days=180, category="wedding_registry_nonowner"),
    case("baby-gift-day-365", OK, "in_window", "amz.gift_babyreg", days=365, category="baby_registry_nonowner"),
    case("final-sale", NO, "final_sale", "amz.nonreturnable", category="final_sale"),
    case("final-sale-damaged", ASK, "final_sale", "amz.nonreturnable", category="final_sale", reason=Reason.DAMAGED),
    case("luxury-unopened", OK, "in_window", "amz.luxury", category="luxury_stores"),
    case("luxury-opened", ASK, "condition", "amz.luxury", category="luxury_stores", condition="opened"),
    case("opened-laptop-fee-unsure", ASK, "uncertain_policy", "amz.computers_fee_old", category="laptop", condition="opened"),
    case("opened-laptop-broken", OK, "in_window", "amz.computers_fee_old", category="laptop", condition="opened", reason=Reason.DEFECTIVE),
    case("opened-board-game", ASK, "fee_takes_all", "amz.opened_collectibles", category="board_game", condition="opened", tax_cents=0),
    case("major-appliance", ASK, "uncertain_policy", "amz.major_appliance", category="major_appliance"),
    case("drone-day-30", OK, "in_window", "amz.drone_trampoline", days=30, category="drone"),
    case("used", ASK, "condition", "amz.default", condition="used"),
    case("damaged-by-customer", ASK, "condition", "amz.default", condition="damaged"),
    case("arrived-damaged", OK, "in_window", "amz.default", condition="damaged", reason=Reason.DAMAGED),
    case("lost-in-transit", ASK, "not_received", "amz.default", reason=Reason.LOST_IN_TRANSIT),
    case("item-of-200", ASK, "high_value", "amz.default", unit_price_cents=20_000, tax_cents=0),
    case("item-of-199.99", OK, "in_window", "amz.default", unit_price_cents=19_999, tax_cents=0),
    case("risky-category", ASK, "risky_goods", "amz.default", category="wireless_phone"),
    case("risky-word", ASK, "risky_goods", "amz.default", title="Acme smartphone 64 GB"),
    case("accessory-of-a-risky-thing", OK, "in_window", "amz.default", title="Case for smartphone"),
    case("headphones-are-no-phone", OK, "in_window", "amz.default", title="Aria headphones"),
    case("no-dates-at-all", ASK, "no_delivery_date", "amz.default", delivered_on=None, shipped_on=None),
    case("only-shipped-inside", OK, "in_window", "amz.default", delivered_on=None, days=28),
    case("only-shipped-outside", ASK, "no_delivery_date", "amz.default", delivered_on=None, days=29),
    case("unknown-seller", OK, "in_window", "amz.default", seller="acme_llc"),
]
WALMART = [
    case("ours-day-37-from-shipping", OK, "in_window", "wmm.default", days=35),
    case("ours-day-38-from-shipping", NO, "out_of_window", "wmm.default", days=36),
    case("ours-late-and-broken", ASK, "fault_after_deadline", "wmm.default", days=36, reason=Reason.MISSING_PARTS),
    case("ours-not-shipped", ASK, "no_delivery_date", "wmm.default", shipped_on=None, delivered_on=None),
    case("ours-shipping-unknown-inside", OK, "in_window", "wmm.default", shipped_on=None, days=30),
    case("theirs-day-90", OK, "in_window", "wm.default", days=90, seller="walmart"),
    case("theirs-day-91", NO, "out_of_window", "wm.default", days=91, seller="walmart"),
    case("electronics-theirs-day-30", OK, "in_window", "wm.electronics", days=30, seller="walmart", category="consumer_electronics"),
    case("electronics-theirs-day-31", NO, "out_of_window", "wm.electronics", days=31, seller="walmart", category="consumer_electronics"),
    case("electronics-ours-day-14", OK, "in_window", "wmm.electronics_luxury", days=19, category="electronics"),
    case("electronics-ours-between", ASK, "uncertain_policy", "wmm.electronics_luxury", days=20, category="electronics"),
    case("electronics-ours-past-all", NO, "out_of_window", "wmm.electronics_luxury", days=36, category="electronics"),
    case("phone-day-15", NO, "out_of_window", "wm.wireless", days=15, seller="walmart", category="wireless_phone"),
    case("phone-in-time", ASK, "risky_goods", "wm.wireless", seller="walmart", category="wireless_phone"),
    case("scooter-day-30", OK, "in_window", "wm.escooter_hover", days=30, category="electric_scooter"),
    case("drone", ASK, "uncertain_policy", "wm.drones", category="drone"),
    case("appliance-day-2-fee-unsure", ASK, "uncertain_policy", "wm.major_appliance", days=2, category="major_appliance"),
    case("appliance-day-2-broken", OK, "in_window", "wm.major_appliance", days=2, category="major_appliance", reason=Reason.DEFECTIVE),
    case("appliance-day-3", ASK, "uncertain_policy", "wm.major_appliance", days=3, category="major_appliance"),
    case("glasses-between", ASK, "uncertain_policy", "wm.vision", days=61, seller="walmart", category="prescription_glasses"),
    case("mower-day-30", OK, "in_window", "wm.outdoor_power_old", days=30, category="mower", seller="walmart"),
    case("trampoline-day-90", OK, "in_window", "wm.trampoline", days=90, category="trampoline", seller="walmart"),
    case("alcohol", NO, "final_sale", "wm.final_sale", category="alcohol"),
    case("alcohol-broken", ASK, "final_sale", "wm.final_sale", category="alcohol", reason=Reason.DAMAGED),
    case("opened-game", ASK, "uncertain_policy", "wm.media_opened", category="opened_game"),
    case("opened-game-defective", ASK, "final_sale", "wm.media_opened", category="opened_game", reason=Reason.DEFECTIVE),
    case("fresh-food", ASK, "keep_it", "wm.fresh", category="fresh_food"),
    case("hazmat", ASK, "special_handling", "wmm.hazmat", category="hazmat"),
    case("unknown-seller", ASK, "unknown_seller", "", seller="acme_llc"),
]
SHOP = [
    case("day-30", OK, "in_window", "shop.default", days=30),
    case("day-31-with-fee", OK, "late_with_fee", "shop.default", days=31),
    case("day-44-with-fee", OK, "late_with_fee", "shop.default", days=44),
    case("day-45", NO, "out_of_window", "shop.default", days=45),
    case("opened-electronics", OK, "in_window", "shop.opened_electronics", category="electronics", condition="opened"),
    case("used-electronics", OK, "in_window", "shop.opened_electronics", category="electronics", condition="used"),
    case("made-to-order", NO, "final_sale", "shop.made_to_order", category="made_to_order"),
]


@pytest.mark.parametrize("verdict, code, rule, of_order", AMAZON)
def test_amazon(asked: Callable[..., Decision], verdict: Verdict, code: str, rule: str, of_order: dict[str, Any]) -> None:
    """The table of Amazon's rules."""
    decision = asked("amazon", **of_order)

    assert (decision.verdict, decision.reason_code, decision.rule_id) == (verdict, code, rule)


@pytest.mark.parametrize("verdict, code, rule, of_order", WALMART)
def test_walmart(asked: Callable[..., Decision], verdict: Verdict, code: str, rule: str, of_order: dict[str, Any]) -> None:
    """The table of Walmart's rules, its own sales and the marketplace's."""
    decision = asked("walmart", **of_order)

    assert (decision.verdict, decision.reason_code, decision.rule_id) == (verdict, code, rule)


@pytest.mark.parametrize("verdict, code, rule, of_order", SHOP)
def test_own_shop(asked: Callable[..., Decision], verdict: Verdict, code: str, rule: str, of_order: dict[str, Any]) -> None:
    """The table of the merchant's own shop."""
    decision = asked("shop", **of_order)

    assert (decision.verdict, decision.reason_code, decision.rule_id) == (verdict, code, rule)


class TestWords:
    """What the customer hears."""

    @pytest.mark.parametrize(
        "of_order, plain",
        [
            ({"days": 5}, "You can send it back until Wednesday, June 3."),
            ({"days": 31}, "The 30 days ended on Wednesday, June 3."),
            (
                {"days": 31, "reason": Reason.DEFECTIVE},
                "The 30 days ended on Wednesday, June 3, but because something is wrong with it a person can decide.",
            ),
            ({"category": "final_sale"}, "This kind of item cannot be sent back unless something is wrong with it."),
            ({"quantity": 3, "asked_for": 3, "returned": 2}, "Only one of those is left to send back."),
            ({"quantity": 3, "asked_for": 3, "returned": 1}, "Only two of those are left to send back."),
            ({"returned": 1}, "All of those are already in a return."),
            ({"category": "drone"}, "You can send it back at least until Wednesday, June 3."),
        ],
    )
    def test_the_reason_is_one_everyday_sentence(self, asked: Callable[..., Decision], of_order: dict[str, Any], plain: str) -> None:
        """A weekday with every date, no jargon."""
        assert asked("amazon", **of_order).plain == plain

    def test_risk_is_never_explained(self, asked: Callable[..., Decision]) -> None:
        """High value, risky goods and many returns sound the same and name no limit."""
        often = ReturnHistory(returns=4, returned_cents=1, spent_cents=10**6)
        plains = {
            asked("amazon", unit_price_cents=90_000).plain,
            asked("amazon", category="jewelry").plain,
            asked("amazon", history=often).plain,
        }

        assert plains == {"I'll have a colleague finish this one."}

    def test_being_late_with_a_fee_says_both(self, asked: Callable[..., Decision]) -> None:
        """The day that passed and the day that holds now; the fee is a fifth of the price."""
        decision = asked("shop", days=31)

        assert decision.plain == "The 30 days ended on Wednesday, June 3, but it can still go back until Wednesday, June 17, for a fee."
        assert decision.deadline == date(2026, 6, 17)
        assert [(fee.kind, fee.amount_cents) for fee in decision.fees] == [("late", 1200)]


class TestFees:
    """Percent of the price after discount, before tax."""

    def test_restocking_is_of_the_net_price(self, asked: Callable[..., Decision]) -> None:
        """15 % of $59.99 − $9.99; the tax does not count."""
        decision = asked("shop", category="electronics", condition="opened", discount_cents=999)

        assert [(fee.kind, fee.amount_cents) for fee in decision.fees] == [("restocking", 750)]

    @pytest.mark.parametrize("reason", sorted(FAULT_REASONS - {Reason.LOST_IN_TRANSIT}))
    def test_a_fault_switches_every_fee_off(self, asked: Callable[..., Decision], reason: Reason) -> None:
        """Whoever gets a broken thing pays nothing."""
        decision = asked("shop", category="electronics", condition="opened", reason=reason)

        assert (decision.verdict, decision.fees) == (OK, ())


class TestRisk:
    """What a person finishes. Refusals never depend on it."""

    @pytest.mark.parametrize(
        "history, code",
        [
            pytest.param(ReturnHistory(3, 100, 10_000), "in_window", id="three-returns"),
            pytest.param(ReturnHistory(4, 100, 10_000), "return_rate", id="four-returns"),
            pytest.param(ReturnHistory(2, 4_000, 10_000), "in_window", id="forty-percent"),
            pytest.param(ReturnHistory(2, 4_001, 10_000), "return_rate", id="over-forty-percent"),
            pytest.param(ReturnHistory(1, 9_000, 10_000), "in_window", id="one-return-of-nearly-all"),
        ],
    )
    def test_many_returns_go_to_a_person(self, asked: Callable[..., Decision], history: ReturnHistory, code: str) -> None:
        """More than three in the period, or more than forty percent of what was spent."""
        assert asked("amazon", history=history).reason_code == code

    def test_a_dear_order_goes_to_a_person(self, asked: Callable[..., Decision]) -> None:
        """Even for a cheap line of it."""
        lines = (OrderLine("1", "S", "Lamp", "home", 1, 1_000), OrderLine("2", "S", "Sofa", "home", 1, 49_000))

        assert asked("amazon", lines=lines).reason_code == "high_value"

    def test_too_late_stays_too_late(self, asked: Callable[..., Decision]) -> None:
        """A dear thing after its deadline is refused like a cheap one."""
        assert asked("amazon", days=31, unit_price_cents=90_000).reason_code == "out_of_window"


class TestRejectedBefore:
    """What staff sent back to the customer is not promised a second time."""

    @pytest.fixture
    def again(self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> Callable[..., Decision]:
        def ask(days: int = 5, rejected: tuple[str, ...] = ("1",), **of_request: Any) -> Decision:
            order, request = make_order(delivered_on=DELIVERED, quantity=2), make_request(**of_request)
            today = DELIVERED + timedelta(days)
            return decide(order, request, policies["amazon"], today=today, returned_units={}, rejected_lines=rejected)

        return ask

    @pytest.mark.parametrize("reason", [Reason.NO_LONGER_WANTED, Reason.DEFECTIVE])
    def test_a_person_decides_and_nobody_is_blamed(self, again: Callable[..., Decision], reason: Reason) -> None:
        """Whatever the reason is now."""
        decision = again(reason=reason)

        assert (decision.verdict, decision.reason_code) == (ASK, "rejected_before")
        assert decision.plain == "There was already a return for this one, so a person takes another look."

    def test_another_line_is_not_affected(self, again: Callable[..., Decision]) -> None:
        """Only the line with the rejected unit."""
        assert again(rejected=("2",)).verdict is OK

    def test_too_late_stays_too_late(self, again: Callable[..., Decision]) -> None:
        """A refusal is the same as for everyone."""
        assert again(days=31).reason_code == "out_of_window"


class TestKeepIt:
    """Refund without sending back: off until the merchant turns it on."""

    def test_a_cheap_broken_thing_may_be_kept_when_the_merchant_says_so(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies
    ) -> None:
        """Within the caps and for the reasons given, and not a cent above."""
        keep = KeepIt(enabled=True, item_cap_cents=1_000, order_cap_cents=5_000, reasons=(Reason.DAMAGED,))
        policy = replace(policies["amazon"], keep_it=keep)
        settings: dict[str, Any] = {"today": date(2026, 9, 10), "returned_units": {}}

        def methods(cents: int, reason: Reason) -> tuple[str, ...]:
            order = make_order(unit_price_cents=cents, tax_cents=0)
            return decide(order, make_request(reason=reason), policy, **settings).methods

        assert methods(1_000, Reason.DAMAGED) == ("keep_it",)
        assert methods(1_001, Reason.DAMAGED) == ("mail",)
        assert methods(1_000, Reason.DEFECTIVE) == ("mail",)

    def test_what_never_goes_back_is_refunded_where_the_merchant_allows_it(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies
    ) -> None:
        """Fresh food has no days to count; with keep-it on the bot finishes it."""
        keep = KeepIt(enabled=True, item_cap_cents=1_000, order_cap_cents=5_000, reasons=(Reason.INADEQUATE_QUALITY,))
        policy = replace(policies["walmart"], keep_it=keep)
        order = make_order(store="walmart", category="fresh_food", unit_price_cents=500, tax_cents=0)
        request = make_request(reason=Reason.INADEQUATE_QUALITY)
        decision = decide(order, request, policy, today=date(2026, 9, 10), returned_units={})

        assert (decision.verdict, decision.reason_code, decision.methods) == (OK, "keep_it", ("keep_it",))


class TestCapability:
    """What we can do is decided per order, not per store."""

    @pytest.mark.parametrize(
        "sellers, able",
        [
            (["marketplace_seller"], {"create_return", "exchange", "cancel"}),
            (["amazon"], {"instruct"}),
            (["marketplace_seller", "amazon"], set()),
            (["acme_llc"], set()),
            ([], set()),
        ],
    )
    def test_only_what_holds_for_every_line(self, make_order: MakeOrder, policies: Policies, sellers: list[str], able: set[str]) -> None:
        """Ours we do, the store's we explain, a mixture takes a person."""
        lines = tuple(OrderLine(str(n), "S", "Thing", "home", 1, 100, seller=seller) for n, seller in enumerate(sellers))

        assert capability(make_order(lines=lines), [line.line_id for line in lines], policies["amazon"]) == able


def test_an_unknown_line_is_a_key_error(make_order: MakeOrder, make_request: MakeRequest, policies: Policies) -> None:
    """A mistake of the program is not a decision."""
    with pytest.raises(KeyError):
        decide(make_order(), make_request(line_id="9"), policies["amazon"], today=DELIVERED, returned_units={})


class TestLaws:
    """What holds for every order."""

    @given(days=EVERY_YEAR, more=st.integers(1, 400), data=st.data())
    def test_once_too_late_never_again_in_time(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies, days: int, more: int, data: st.DataObject
    ) -> None:
        """More days never turn a refusal into a yes."""
        policy = policies[data.draw(st.sampled_from(sorted(policies)))]
        category = data.draw(st.sampled_from(sorted({name for rule in policy.rules for name in rule.category})))
        order = make_order(store=policy.store, category=category, placed_on=date(2026, 3, 1), delivered_on=date(2026, 3, 4))
        now, later = (
            decide(order, make_request(), policy, today=date(2026, 3, 4) + timedelta(each), returned_units={})
            for each in (days, days + more)
        )

        assert not (now.reason_code == "out_of_window" and later.verdict is OK)

    @given(days=EVERY_YEAR, reason=st.sampled_from(sorted(FAULT_REASONS)), data=st.data())
    def test_a_fault_is_never_refused_and_never_costs(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies, days: int, reason: Reason, data: st.DataObject
    ) -> None:
        """Something wrong with it: a yes without fee, or a person."""
        policy = policies[data.draw(st.sampled_from(sorted(policies)))]
        category = data.draw(st.sampled_from(sorted({name for rule in policy.rules for name in rule.category})))
        condition = data.draw(st.sampled_from([None, "unopened", "opened", "used", "damaged"]))
        order = make_order(store=policy.store, category=category)
        request = make_request(reason=reason, condition=condition)
        decision = decide(order, request, policy, today=date(2026, 9, 4) + timedelta(days), returned_units={})

        assert decision.verdict is not NO
        assert decision.fees == ()

    @given(quantity=st.integers(1, 5), returned=st.integers(0, 5), wanted=st.integers(-1, 7))
    def test_more_than_is_left_is_always_refused(
        self, make_order: MakeOrder, make_request: MakeRequest, policies: Policies, quantity: int, returned: int, wanted: int
    ) -> None:
        """Asked for ≤ delivered − returned, or no."""
        order, request = make_order(quantity=quantity, unit_price_cents=500), make_request(quantity=wanted)
        decision = decide(order, request, policies["amazon"], today=date(2026, 9, 5), returned_units={"1": returned})

        assert (decision.reason_code == "quantity") == (not 1 <= wanted <= quantity - returned)
