"""What staff do with a return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from returnflow.conversation.effects import Assess, CreateReturn
from returnflow.retail.lifecycle import MoveNotAllowed
from returnflow.retail.model import Return, ReturnStatus
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder
from returnflow.tools.staff_returns import document, label_is_due, move_return


@pytest.fixture
def made(run: Callable[..., Any], demos: Mapping[str, DemoOrder]) -> Return:
    """A return whose label staff have promised."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    created: Return = run(CreateReturn("s", demo.order.order_number, quote, "k")).created
    return created


def test_the_promised_label_is_due_until_it_is_sent(made: Return, database: SqlDatabase, now: datetime) -> None:
    """Moving a return to label_sent settles the staff's task."""
    assert label_is_due(made)

    sent = move_return(database, made.rma, ReturnStatus.LABEL_SENT, by="dana", now=now)

    assert not label_is_due(sent)
    assert (sent.history[-1][1], sent.history[-1][2]) == (ReturnStatus.LABEL_SENT, "dana")


def test_a_cancelled_return_needs_no_label(made: Return, database: SqlDatabase, now: datetime) -> None:
    """Nobody sends a label for a parcel that will not come."""
    assert not label_is_due(move_return(database, made.rma, ReturnStatus.CANCELLED, by="dana", now=now))


def test_a_move_that_is_not_in_the_table_is_refused(made: Return, database: SqlDatabase, now: datetime) -> None:
    """A refunded return stays refunded."""
    move_return(database, made.rma, ReturnStatus.REFUNDED, by="dana", now=now)

    with pytest.raises(MoveNotAllowed):
        move_return(database, made.rma, ReturnStatus.RECEIVED, by="dana", now=now)


def test_the_document_shows_nothing_of_the_customer(made: Return) -> None:
    """Staff's JSON has the order by its last four digits, money in cents, times in UTC."""
    shown = document(made)

    assert (shown["order_number"], shown["refund_cents"], shown["label_due_at"]) == ("…9108", 6494, "2026-11-23T17:00:00Z")
    assert shown["created_at"] == "2026-11-21T23:14:05Z"
    assert made.order_number not in str(shown)
