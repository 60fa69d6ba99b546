"""Cases for a person: number, promise, packet, and who has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from returnflow.conversation.effects import AddHandoffNote, Assess, CreateReturn, OpenHandoff
from returnflow.retail.policy import Policies
from returnflow.retail.rma import is_valid
from returnflow.retail.shop import Shop
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder
from returnflow.tools.handoffs import claim_case, close_case
from returnflow.tools.runner import Tools

Run = Callable[..., Any]


@pytest.fixture
def effect(packet: dict[str, Any]) -> OpenHandoff:
    """The sample case: a blender that died, too late."""
    return OpenHandoff("s1", "out_of_window", packet["headline"], packet, "text", "4045550188")


def test_a_case_has_a_number_and_a_promise_that_can_be_kept(run: Run, effect: OpenHandoff) -> None:
    """On Saturday evening the desk is closed: Monday at noon, stored in UTC and said in words."""
    opened = run(effect)

    assert is_valid(opened.reference)
    assert (opened.due_at, opened.promise, opened.desk_open) == (datetime(2026, 11, 23, 17, tzinfo=UTC), "by Monday at noon", False)


def test_with_the_desk_open_the_answer_is_today(run: Run, effect: OpenHandoff) -> None:
    """On Monday morning somebody is there."""
    opened = run(effect, at=datetime(2026, 11, 23, 15, tzinfo=UTC))

    assert (opened.desk_open, opened.promise) == (True, "by 1 p.m. today")


def test_the_stored_packet_is_complete(run: Run, effect: OpenHandoff, database: SqlDatabase) -> None:
    """Number, creation and promise are filled in; the raw contact is beside the packet, not in it."""
    reference = run(effect).reference

    with database.begin(write=False) as uow:
        case = uow.handoffs.get(reference)
    assert case is not None
    assert case.packet["schema"] == "handoff.v1"
    assert (case.packet["case_number"], case.packet["created_at"], case.packet["due_at"]) == (
        reference,
        "2026-11-21T23:14:05Z",
        "2026-11-23T17:00:00Z",
    )
    assert case.packet["contact"]["value"] == "•••-•••-0188"
    assert (case.contact, "4045550188" in str(case.packet)) == ("4045550188", False)


def test_a_packet_that_is_not_the_schema_is_refused(run: Run, effect: OpenHandoff, packet: dict[str, Any]) -> None:
    """A field that staff do not know is a bug, found here and not at the desk."""
    packet["surprise"] = 1

    with pytest.raises(ValidationError):
        run(effect)


def test_a_case_number_is_never_a_return_number(
    policies: Policies, shop: Shop, database: SqlDatabase, demos: Mapping[str, DemoOrder], effect: OpenHandoff, now: datetime
) -> None:
    """Cases and returns draw from the same numbers and skip each other's, and their own."""
    draws = iter([48291307, 48291307, 51730264, 51730264, 60914825])
    tools = Tools(policies, shop, b"k" * 32, lambda low, high: next(draws))
    demo = demos["amz.default inside window"]
    with database.begin(write=True) as uow:
        assessed: Any = tools.run(Assess(demo.order.order_number, (demo.request,)), uow, now)
        made: Any = tools.run(CreateReturn("s", demo.order.order_number, assessed.quote, "k"), uow, now)
        first: Any = tools.run(effect, uow, now)
        second: Any = tools.run(effect, uow, now)
        uow.commit()

    assert [made.created.rma[:8], first.reference[:8], second.reference[:8]] == ["48291307", "51730264", "60914825"]


def test_the_customer_can_add_to_a_case(run: Run, effect: OpenHandoff, database: SqlDatabase) -> None:
    """What is added later stands under the case in the order it was said."""
    reference = run(effect).reference

    run(AddHandoffNote(reference, "It smoked."))
    run(AddHandoffNote(reference, "I kept the box."))

    with database.begin(write=False) as uow:
        case = uow.handoffs.get(reference)
    assert case is not None
    assert case.notes == ("It smoked.", "I kept the box.")


def test_a_case_has_one_winner(run: Run, effect: OpenHandoff, database: SqlDatabase, now: datetime) -> None:
    """The first who claims it has it, again and again; the second does not get it."""
    reference = run(effect).reference

    dana, sam, again = (claim_case(database, reference, by=name, now=now) for name in ("dana", "sam", "dana"))

    assert dana is not None
    assert dana.claimed_by == "dana"
    assert sam is None
    assert again == dana


def test_a_closed_case_stays_closed(run: Run, effect: OpenHandoff, database: SqlDatabase, now: datetime) -> None:
    """The first outcome stays, and nobody can claim it afterwards."""
    reference = run(effect).reference

    closed = close_case(database, reference, by="dana", outcome="approved", note="On its way.", now=now)
    again = close_case(database, reference, by="sam", outcome="declined", note="", now=now)

    assert closed is not None
    assert (closed.status, closed.outcome, closed.note) == ("closed", "approved", "On its way.")
    assert again is None
    assert claim_case(database, reference, by="sam", now=now) is None
