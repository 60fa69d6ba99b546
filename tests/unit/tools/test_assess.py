"""Deciding and quoting: what may go back, for how much, and who can do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from returnflow.conversation.effects import Assess, CreateReturn
from returnflow.retail.model import LineRequest, Order, OrderLine, Reason, ReturnStatus, Verdict
from returnflow.retail.verification import normalise_name
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder

Run = Callable[..., Any]
Demos = Mapping[str, DemoOrder]


def test_an_eligible_return_is_quoted_to_the_cent(run: Run, demos: Demos) -> None:
    """The sample call: headphones for $64.94, tax included, no fees, by Sunday November 29."""
    demo = demos["amz.default inside window"]

    assessed = run(Assess(demo.order.order_number, (demo.request,)))

    assert [decision.verdict for _, decision in assessed.decisions] == [Verdict.ELIGIBLE]
    assert (assessed.quote.refund_cents, assessed.quote.fees, assessed.quote.return_by.isoformat()) == (6494, (), "2026-11-29")
    assert "create_return" in assessed.capabilities
    assert assessed.if_approved_cents is None


def test_several_lines_are_one_offer(run: Run, demos: Demos) -> None:
    """The sample call: the lamp and two blue pillows for $63.69 by December 2; the lamp alone is $37.77."""
    order = demos["wmm.default inside window"].order
    lamp, pillows = LineRequest("1", 1, Reason.DAMAGED), LineRequest("2", 2, Reason.INCORRECT_ITEM)

    both, alone = run(Assess(order.order_number, (lamp, pillows))), run(Assess(order.order_number, (lamp,)))

    assert (both.quote.refund_cents, both.quote.return_by.isoformat()) == (6369, "2026-12-02")
    assert alone.quote.refund_cents == 3777


def test_too_late_and_broken_is_for_a_person_with_the_amount(run: Run, demos: Demos) -> None:
    """The sample call: nothing is offered, and the person sees that approving would cost $86.39."""
    demo = demos["amz.default past the deadline, it broke"]

    assessed = run(Assess(demo.order.order_number, (demo.request,)))

    assert assessed.decisions[0][1].reason_code == "fault_after_deadline"
    assert (assessed.quote, assessed.if_approved_cents) == (None, 8639)


def test_what_the_store_handles_itself_comes_with_instructions(run: Run, demos: Demos) -> None:
    """An eligible line sold by Amazon gets steps and a link, and no offer."""
    demo = demos["amz.default, sold by Amazon: how to do it"]

    assessed = run(Assess(demo.order.order_number, (demo.request,)))

    assert (assessed.capabilities, assessed.quote) == (("instruct",), None)
    assert len(assessed.instructions) >= 3
    assert assessed.instructions_url.startswith("https://")


def test_an_even_exchange_refunds_nothing(run: Run, demos: Demos) -> None:
    """Asked for the same thing again, the offer is an exchange for no money."""
    demo = demos["amz.default inside window"]

    assessed = run(Assess(demo.order.order_number, (demo.request,), kind="exchange"))

    assert (assessed.quote.kind, assessed.quote.refund_cents, assessed.quote.fees) == ("exchange", 0, ())


def test_without_a_reason_there_is_a_decision_and_no_offer(run: Run, demos: Demos) -> None:
    """Whether it may go back is known before the reason is; the amount is not."""
    demo = demos["amz.default inside window"]

    assessed = run(Assess(demo.order.order_number, (replace(demo.request, reason=None),)))

    assert (assessed.decisions[0][1].verdict, assessed.quote) == (Verdict.ELIGIBLE, None)


def test_units_in_a_return_are_gone(run: Run, demos: Demos) -> None:
    """What is already on its way back can neither be offered again nor approved as an exception."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    run(CreateReturn("s", demo.order.order_number, quote, "k"))

    assessed = run(Assess(demo.order.order_number, (demo.request,)))

    assert assessed.decisions[0][1].reason_code == "quantity"
    assert (assessed.quote, assessed.if_approved_cents) == (None, None)


def test_two_requests_for_a_line_share_its_units(run: Run, demos: Demos) -> None:
    """Two towels that do not fit and one that is torn are three; a fourth does not exist."""
    order = demos["amz.default, several items and part of a quantity"].order
    two, one = LineRequest("1", 2, Reason.WRONG_SIZE), LineRequest("1", 1, Reason.DAMAGED)

    fits, too_many = run(Assess(order.order_number, (two, one))), run(Assess(order.order_number, (two, replace(one, quantity=2))))

    assert {index for line in fits.quote.lines for index in line.unit_indexes} == {0, 1, 2}
    assert too_many.decisions[1][1].reason_code == "quantity"


def test_a_customer_with_many_returns_is_for_a_person(run: Run, demos: Demos, database: SqlDatabase) -> None:
    """The return-rate rule counts this person's returns over all their orders, other people's not."""
    demo, other = demos["amz.default inside window"], demos["amz.default, one day left"]
    with database.begin(write=True) as uow:
        for number in range(4):
            uow.orders.save(replace(demo.order, order_number=f"1140000000000000{number}"))
        uow.commit()
    for number in range(4):
        quote = run(Assess(f"1140000000000000{number}", (demo.request,))).quote
        if quote:
            run(CreateReturn("s", f"1140000000000000{number}", quote, f"k{number}"))

    mine, theirs = run(Assess(demo.order.order_number, (demo.request,))), run(Assess(other.order.order_number, (other.request,)))

    assert mine.decisions[0][1].reason_code == "return_rate"
    assert theirs.quote is not None
    assert normalise_name(other.order.last_name) != normalise_name(demo.order.last_name)


@pytest.mark.parametrize("number, line", [("11499999999999999", "1"), ("11455670223499108", "gone")])
def test_what_left_the_book_is_for_a_person(run: Run, demos: Demos, number: str, line: str) -> None:
    """An order or a line that is not stored any more can be neither offered nor refused."""
    assessed = run(Assess(number, (LineRequest(line, 1, Reason.DAMAGED),)))

    assert [(which, each.verdict, each.reason_code) for which, each in assessed.decisions] == [(line, Verdict.ASK_HUMAN, "order_gone")]
    assert (assessed.quote, assessed.if_approved_cents, assessed.capabilities) == (None, None, ())


@pytest.mark.parametrize("cents, offered", [(595, None), (600, 5)])
def test_an_offer_of_nothing_is_for_a_person(run: Run, database: SqlDatabase, cents: int, offered: int | None) -> None:
    """Our own shop takes $5.95 for the label: what cost no more is not offered for $0.00."""
    line = OrderLine("1", "S", "Soap dish", "home", 1, cents)
    with database.begin(write=True) as uow:
        uow.orders.save(Order("10004711", "shop", date(2026, 11, 10), "04101", "Doe", (line,), delivered_on=date(2026, 11, 12)))
        uow.commit()

    assessed = run(Assess("10004711", (LineRequest("1", 1, Reason.NO_LONGER_WANTED),)))

    assert (assessed.quote.refund_cents if assessed.quote else None) == offered
    if offered is None:
        assert [(each.verdict, each.reason_code) for _, each in assessed.decisions] == [(Verdict.ASK_HUMAN, "fee_takes_all")]
        assert assessed.if_approved_cents == 0


@pytest.mark.parametrize(
    "moves, code",
    [
        pytest.param((ReturnStatus.RECEIVED, ReturnStatus.REJECTED), "rejected_before", id="rejected"),
        pytest.param((ReturnStatus.CANCELLED,), "in_window", id="cancelled"),
        pytest.param((ReturnStatus.EXPIRED,), "in_window", id="expired"),
    ],
)
def test_a_rejected_return_is_not_offered_again(
    run: Run, demos: Demos, database: SqlDatabase, now: datetime, moves: tuple[ReturnStatus, ...], code: str
) -> None:
    """A person looks, with the amount; what was cancelled or expired is free."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    rma = run(CreateReturn("s", demo.order.order_number, quote, "k")).created.rma
    with database.begin(write=True) as uow:
        for status in moves:
            uow.returns.move(rma, status, by="dana", at=now)
        uow.commit()

    assessed = run(Assess(demo.order.order_number, (demo.request,)))

    assert assessed.decisions[0][1].reason_code == code
    assert (assessed.quote is None) is (code == "rejected_before")
    assert assessed.if_approved_cents == (quote.refund_cents if code == "rejected_before" else None)
