"""The demo orders are what they say they are, on any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from returnflow.conversation.effects import Assess, CreateReturn, ReturnCreated
from returnflow.retail.days import local_today
from returnflow.retail.decide import decide
from returnflow.retail.model import Verdict
from returnflow.retail.policy import Policies
from returnflow.retail.shop import Shop
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import clear, demo_orders, seed
from returnflow.tools.order_book import fits_format
from returnflow.tools.runner import Tools


@pytest.fixture(scope="module")
def everywhere(policies: Policies) -> Policies:
    """All stores switched on, the merchant's own too."""
    return replace(policies, stores={name: replace(policy, enabled=True) for name, policy in policies.items()})


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(datetime(2026, 11, 21, 18, tzinfo=UTC), id="sample-day"),
        pytest.param(datetime(2026, 12, 26, 3, tzinfo=UTC), id="after-christmas"),
        pytest.param(datetime(2027, 1, 20, 3, tzinfo=UTC), id="in-the-return-season"),
        pytest.param(datetime(2027, 2, 10, tzinfo=UTC), id="after-the-season"),
        pytest.param(datetime(2028, 2, 29, 12, tzinfo=UTC), id="leap-day"),
    ],
)
def test_every_order_gets_the_answer_it_shows(everywhere: Policies, day: datetime) -> None:
    """The engine's verdict and rule are those that the demo file promises, whatever day it is seeded on."""
    for demo in demo_orders(everywhere, day):
        policy, today = everywhere[demo.order.store], local_today(day, demo.order.time_zone)
        decision = decide(demo.order, demo.request, policy, today=today, returned_units={})

        assert (demo.shows, decision.verdict, decision.rule_id) == (demo.shows, demo.expect, demo.rule_id)


def test_every_rule_and_verdict_is_shown(everywhere: Policies, now: datetime) -> None:
    """At least forty orders; no rule of any store and no verdict is missing; numbers are unique and of the store's format."""
    demos = demo_orders(everywhere, now)

    assert len(demos) >= 40
    assert {demo.rule_id for demo in demos} == {rule.id for policy in everywhere.values() for rule in policy.rules}
    assert {demo.expect for demo in demos} == set(Verdict)
    assert len({demo.order.order_number for demo in demos}) == len({demo.shows for demo in demos}) == len(demos)
    assert all(fits_format(demo.order.order_number, everywhere[demo.order.store]) for demo in demos)


def test_a_store_that_is_off_has_no_orders(policies: Policies, now: datetime) -> None:
    """The merchant's own store is off by default and adds nothing."""
    assert {demo.order.store for demo in demo_orders(policies, now)} == {"amazon", "walmart"}


def test_eligible_orders_can_be_finished(everywhere: Policies, database: SqlDatabase, shop: Shop, now: datetime) -> None:
    """An order that shows "eligible" ends with a return number, or with steps where it says so."""
    demos = [demo for demo in demo_orders(everywhere, now) if demo.expect is Verdict.ELIGIBLE]
    seed(database, demos)
    tools = Tools(everywhere, shop, b"k" * 32)
    for demo in demos:
        with database.begin(write=True) as uow:
            assessed = tools.run(Assess(demo.order.order_number, (demo.request,)), uow, now)
            if "how to do it" in demo.shows:
                assert assessed.instructions  # type: ignore[union-attr]
                continue
            quote = assessed.quote  # type: ignore[union-attr]
            assert quote is not None, demo.shows
            outcome = tools.run(CreateReturn("s", demo.order.order_number, quote, demo.shows), uow, now)

        assert isinstance(outcome, ReturnCreated), demo.shows


def test_the_sample_orders_are_there(policies: Policies, now: datetime) -> None:
    """The orders that the sample calls use, to the cent and to the day."""
    found = {demo.spaced: demo.order for demo in demo_orders(policies, now)}
    headphones, blender, pillows = found["114-5567022-3499108"], found["114-7781203-5567890"], found["2000134-27048412"]

    assert (headphones.zip, headphones.last_name, headphones.total_cents) == ("97214", "Reyes", 6494)
    assert str(headphones.delivered_on) == "2026-10-30"
    assert (blender.zip, blender.last_name, blender.total_cents, str(blender.delivered_on)) == ("30309", "Brooks", 8639, "2026-10-02")
    assert (pillows.zip, pillows.last_name, [line.quantity for line in pillows.lines]) == ("60614", "Kowalczyk", [1, 2, 2])


def test_seeding_again_changes_nothing(policies: Policies, database: SqlDatabase, now: datetime) -> None:
    """On the same day the second run leaves every order as it is."""
    demos = demo_orders(policies, now)

    first, again = seed(database, demos), seed(database, demo_orders(policies, now + timedelta(minutes=5)))

    assert first == {"imported": len(demos), "updated": 0, "unchanged": 0}
    assert again == {"imported": 0, "updated": 0, "unchanged": len(demos)}


def test_on_a_later_day_orders_move_along_but_not_under_a_return(
    policies: Policies, database: SqlDatabase, tools: Tools, now: datetime
) -> None:
    """Tomorrow the demo is fresh again; an order with a return keeps the dates that its return was decided on."""
    demos = demo_orders(policies, now)
    seed(database, demos)
    kept = demos[0]
    with database.begin(write=True) as uow:
        quote = tools.run(Assess(kept.order.order_number, (kept.request,)), uow, now).quote  # type: ignore[union-attr]
        tools.run(CreateReturn("s", kept.order.order_number, quote, "k"), uow, now)
        uow.commit()

    counts = seed(database, demo_orders(policies, now + timedelta(days=3)))

    with database.begin(write=False) as uow:
        stored = uow.orders.find(kept.order.order_number)
    assert counts == {"imported": 0, "updated": len(demos) - 1, "unchanged": 1}
    assert stored == kept.order


def test_clearing_forgets_orders_and_their_returns(policies: Policies, database: SqlDatabase, tools: Tools, now: datetime) -> None:
    """After a reset the demo is as on the first day, and orders that are not demo orders stay."""
    demos = demo_orders(policies, now)
    own = replace(demos[0].order, order_number="11400000000000000", last_name="Other")
    seed(database, demos)
    with database.begin(write=True) as uow:
        uow.orders.save(own)
        quote = tools.run(Assess(demos[0].order.order_number, (demos[0].request,)), uow, now).quote  # type: ignore[union-attr]
        tools.run(CreateReturn("s", demos[0].order.order_number, quote, "k"), uow, now)
        uow.commit()

    gone = clear(database, demos)

    with database.begin(write=False) as uow:
        left, returns = uow.orders.newest(), uow.returns.list()
    assert (gone, left, returns) == (len(demos), (own,), ())
    assert seed(database, demos)["imported"] == len(demos)
