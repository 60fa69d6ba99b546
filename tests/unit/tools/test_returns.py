"""Creating a return once, and only while the offer stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnflow.conversation.effects import (
    Assess,
    CancelReturn,
    CreateReturn,
    ListReturns,
    ReturnCancelled,
    ReturnCreated,
    ReturnNotCancelled,
    ReturnNotCreated,
)
from returnflow.privacy import Sealer
from returnflow.retail.model import LineRequest, Quote, Reason, Return, ReturnStatus
from returnflow.retail.policy import Policies
from returnflow.retail.rma import is_valid
from returnflow.retail.rules import Risk
from returnflow.retail.shop import Shop
from returnflow.storage.database import SqlDatabase
from returnflow.storage.returns import SqlReturns
from returnflow.tools.demo_orders import DemoOrder, clear, demo_orders, seed
from returnflow.tools.runner import Tools

Run = Callable[..., Any]
Demos = Mapping[str, DemoOrder]


@pytest.fixture
def demo(demos: Demos) -> DemoOrder:
    return demos["amz.default inside window"]


@pytest.fixture
def quote(run: Run, demo: DemoOrder) -> Quote:
    """The offer for the demo order."""
    found: Quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    return found


def test_a_return_is_stored_as_offered(run: Run, demo: DemoOrder, quote: Quote, policies: Policies) -> None:
    """The stored return is approved, done, has a valid number, the offer itself and the policy version."""
    created = run(CreateReturn("s1", demo.order.order_number, quote, "key")).created

    assert is_valid(created.rma)
    assert (created.status, created.outcome, created.quote) == (ReturnStatus.APPROVED, "done", quote)
    assert (created.policy_version, created.session_id) == (policies.version, "s1")
    assert [(status, by) for _, status, by in created.history] == [(ReturnStatus.APPROVED, "assistant")]
    assert run(ListReturns(demo.order.order_number)).returns == (created,)


def test_the_label_promise_is_stored_with_the_return(run: Run, demo: DemoOrder, quote: Quote) -> None:
    """Staff owe the label by Monday at noon in the shop's time zone, computed from its opening hours."""
    created = run(CreateReturn("s1", demo.order.order_number, quote, "key")).created

    assert created.staff_due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_without_a_label_from_staff_nothing_is_promised(
    policies: Policies, make_shop: Callable[..., Shop], database: SqlDatabase, demo: DemoOrder, quote: Quote, now: datetime
) -> None:
    """Where the customer pays the postage, no staff task comes of a return."""
    shop = make_shop(return_shipping={"amazon": {"kind": "customer_pays", "who_pays": "customer", "sentence": "Post it to us."}})
    tools = Tools(policies, shop, b"k" * 32)
    with database.begin(write=True) as uow:
        outcome = tools.run(CreateReturn("s1", demo.order.order_number, quote, "key"), uow, now)

    assert isinstance(outcome, ReturnCreated)
    assert outcome.created.staff_due_at is None


def test_a_repeat_gives_the_stored_return(run: Run, demo: DemoOrder, quote: Quote, now: datetime) -> None:
    """The same key a second time, even much later, is the same return and nothing else."""
    effect = CreateReturn("s1", demo.order.order_number, quote, "key")

    first, again = run(effect), run(effect, at=now + timedelta(days=60))

    assert again == first
    assert len(run(ListReturns(demo.order.order_number)).returns) == 1


def test_units_that_went_meanwhile_end_the_offer(run: Run, demo: DemoOrder, quote: Quote) -> None:
    """Another call was faster with the same item: this offer does not stand any more."""
    run(CreateReturn("s1", demo.order.order_number, quote, "one"))

    outcome = run(CreateReturn("s2", demo.order.order_number, quote, "two"))

    assert outcome == ReturnNotCreated("units_taken")


def test_a_deadline_that_passed_ends_the_offer(run: Run, demo: DemoOrder, quote: Quote, now: datetime) -> None:
    """An offer of last week is decided again with today's date."""
    outcome = run(CreateReturn("s1", demo.order.order_number, quote, "key"), at=now + timedelta(days=10))

    assert outcome == ReturnNotCreated("fault_after_deadline")


def test_midnight_does_not_end_the_offer(run: Run, demo: DemoOrder, quote: Quote, now: datetime) -> None:
    """The day on which the money is expected may move while the customer thinks; the offer stands."""
    outcome = run(CreateReturn("s1", demo.order.order_number, quote, "key"), at=now + timedelta(hours=14))

    assert isinstance(outcome, ReturnCreated)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"refund_cents": 99999}, id="amount"),
        pytest.param({"method": "store"}, id="method"),
        pytest.param({"kind": "exchange"}, id="kind"),
    ],
)
def test_an_offer_that_was_never_made_is_not_committed(run: Run, demo: DemoOrder, quote: Quote, forged: dict[str, Any]) -> None:
    """Only what the engine offers again, to the cent, becomes a return."""
    outcome = run(CreateReturn("s1", demo.order.order_number, replace(quote, **forged), "key"))

    assert outcome == ReturnNotCreated("quote_changed")
    assert run(ListReturns(demo.order.order_number)).returns == ()


def test_the_condition_that_was_said_counts_again(run: Run, demos: Demos) -> None:
    """An offer for an unopened scarf is checked again as unopened, not as unsaid."""
    demo = demos["amz.luxury with its tags"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote

    assert quote.lines[0].condition == "unopened"
    assert isinstance(run(CreateReturn("s", demo.order.order_number, quote, "k")), ReturnCreated)


def test_a_taken_number_is_drawn_again(policies: Policies, shop: Shop, database: SqlDatabase, demos: Demos, now: datetime) -> None:
    """Two returns never share a number, even when the same digits are drawn."""
    draws = iter([48291307, 48291307, 51730264])
    tools = Tools(policies, shop, b"k" * 32, lambda low, high: next(draws))
    numbers = []
    for shows in ("amz.default inside window", "amz.default, one day left"):
        demo = demos[shows]
        with database.begin(write=True) as uow:
            quote = tools.run(Assess(demo.order.order_number, (demo.request,)), uow, now).quote  # type: ignore[union-attr]
            outcome = tools.run(CreateReturn("s", demo.order.order_number, quote, shows), uow, now)
            uow.commit()
        numbers.append(outcome.created.rma[:8])  # type: ignore[union-attr]

    assert numbers == ["48291307", "51730264"]


def test_cancelling_frees_the_units(run: Run, demo: DemoOrder, quote: Quote) -> None:
    """A cancelled return can be asked for anew, and cancelling twice is one cancellation."""
    rma = run(CreateReturn("s1", demo.order.order_number, quote, "one")).created.rma

    first, again = run(CancelReturn(rma, "customer")), run(CancelReturn(rma, "customer"))

    assert isinstance(first, ReturnCancelled)
    assert again == first
    assert isinstance(run(CreateReturn("s1", demo.order.order_number, quote, "two")), ReturnCreated)


def test_what_has_arrived_cannot_be_cancelled(run: Run, demo: DemoOrder, quote: Quote, database: SqlDatabase, now: datetime) -> None:
    """Once the parcel is here, the answer is where the return stands."""
    rma = run(CreateReturn("s1", demo.order.order_number, quote, "one")).created.rma
    with database.begin(write=True) as uow:
        uow.returns.move(rma, ReturnStatus.RECEIVED, by="dana", at=now)
        uow.commit()

    outcome = run(CancelReturn(rma, "customer"))

    assert isinstance(outcome, ReturnNotCancelled)
    assert outcome.current.status is ReturnStatus.RECEIVED


@pytest.mark.parametrize("to, answer", [(ReturnStatus.IN_TRANSIT, ReturnNotCancelled), (ReturnStatus.CANCELLED, ReturnCancelled)])
def test_staff_may_move_it_while_the_customer_cancels(
    run: Run,
    demo: DemoOrder,
    quote: Quote,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    to: ReturnStatus,
    answer: type[ReturnCancelled] | type[ReturnNotCancelled],
) -> None:
    """Moved between the look and the move, the answer is where it stands now."""
    rma = run(CreateReturn("s1", demo.order.order_number, quote, "one")).created.rma
    look, looked = SqlReturns.get, list[str]()

    def look_then_staff_move(stored: SqlReturns, number: str) -> Return | None:
        seen = look(stored, number)
        if not looked:
            looked.append(number)
            stored.move(number, to, by="dana", at=now)
        return seen

    monkeypatch.setattr(SqlReturns, "get", look_then_staff_move)
    outcome = run(CancelReturn(rma, "customer"))

    assert isinstance(outcome, answer)
    assert run(ListReturns(demo.order.order_number)).returns[0].status is to


def test_an_order_forgotten_under_the_offer_is_no_return(run: Run, demo: DemoOrder, quote: Quote, database: SqlDatabase) -> None:
    """The order left the book between offer and yes: nothing is created and nothing breaks."""
    with database.begin(write=True) as uow:
        uow.orders.forget(demo.order.order_number)
        uow.commit()

    assert run(CreateReturn("s1", demo.order.order_number, quote, "key")) == ReturnNotCreated("order_gone")


def test_cancelling_an_unknown_number_is_an_error(run: Run) -> None:
    """Only a return that was read before can be cancelled."""
    with pytest.raises(KeyError):
        run(CancelReturn("482913077", "customer"))


@pytest.fixture(scope="module")
def send_back(policies: Policies, shop: Shop) -> Callable[[list[str], Reason], tuple[int, int]]:
    """Send units of the demo order back one by one, some of them cancelled at once; (refunded, paid) in cents."""
    now = datetime(2026, 11, 21, 15, tzinfo=UTC)
    without_risk = replace(policies, stores={name: replace(policy, risk=Risk()) for name, policy in policies.items()})
    tools = Tools(without_risk, shop, b"k" * 32)
    demo = next(each for each in demo_orders(policies, now) if each.shows == "amz.default, discount and shipping split to the cent")
    database = SqlDatabase("sqlite://", Sealer([b"s" * 32]))
    database.create_tables()

    def carry_out(steps: list[str], reason: Reason) -> tuple[int, int]:
        clear(database, (demo,))
        seed(database, (demo,))
        with database.begin(write=True) as uow:
            for number, step in enumerate(steps):
                request = LineRequest(step[0], 1, reason)
                assessed: Any = tools.run(Assess(demo.order.order_number, (request,)), uow, now)
                created: Any = tools.run(CreateReturn("s", demo.order.order_number, assessed.quote, f"k{number}"), uow, now)
                if step.endswith("cancelled"):
                    tools.run(CancelReturn(created.created.rma, "customer"), uow, now)
            kept = [each for each in uow.returns.for_order(demo.order.order_number) if each.status is not ReturnStatus.CANCELLED]
            uow.commit()
        return sum(each.quote.refund_cents for each in kept), demo.order.total_cents

    return carry_out


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_partial_returns_sum_to_what_was_paid(send_back: Callable[[list[str], Reason], tuple[int, int]], data: st.DataObject) -> None:
    """Returned one by one in any order, with cancellations in between, a faulty order refunds exactly what was paid."""
    steps = data.draw(st.permutations(["1", "1", "1", "2"]))
    at = data.draw(st.integers(0, 3))
    reason = data.draw(st.sampled_from([Reason.INCORRECT_ITEM, Reason.DAMAGED]))

    refunded, paid = send_back([*steps[:at], f"{steps[at]} cancelled", *steps[at:]], reason)

    assert refunded == paid
