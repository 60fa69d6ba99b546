"""Returns, their units and the ledger, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from returnflow.retail.lifecycle import MoveNotAllowed
from returnflow.retail.model import Return, ReturnStatus
from returnflow.retail.ports import RefundTooHigh, RmaTaken, UnitsTaken
from returnflow.storage.database import SqlDatabase
from returnflow.storage.unit_of_work import SqlUnitOfWork
from tests.unit.storage.samples import NOW, NUMBER, make_order, make_return, stock

LATER = NOW + timedelta(days=1)
S = ReturnStatus


@pytest.fixture
def work(database: SqlDatabase) -> Iterator[SqlUnitOfWork]:
    """A transaction over an order book with the usual order."""
    stock(database)
    with database.begin(write=True) as opened:
        yield opened


def test_a_return_comes_back_as_it_was_stored(work: SqlUnitOfWork) -> None:
    """Quote, history and all, whichever way it is found."""
    made = make_return(units={"1": (0, 1), "2": (0,)})

    assert work.returns.add(made) == made
    assert work.returns.get(made.rma) == made
    assert work.returns.by_idempotency_key(made.idempotency_key) == made
    assert work.returns.for_order(NUMBER) == (made,)
    assert work.returns.list() == (made,)
    assert work.returns.get("000000000") is None


def test_the_same_key_gives_the_stored_return(work: SqlUnitOfWork) -> None:
    """A repeat creates nothing, whatever number it drew."""
    made = work.returns.add(make_return())

    again = work.returns.add(make_return("111111116", idempotency_key=made.idempotency_key))

    assert again == made
    assert len(work.returns.list()) == 1


def test_a_number_in_use_is_refused(work: SqlUnitOfWork) -> None:
    """Another key with the same number: draw a new one. The transaction goes on."""
    work.returns.add(make_return())

    with pytest.raises(RmaTaken):
        work.returns.add(make_return(idempotency_key="other", units={"2": (0,)}))
    assert work.returns.add(make_return("111111116", units={"2": (0,)})).rma == "111111116"


def test_a_unit_goes_back_once(work: SqlUnitOfWork) -> None:
    """Overlapping units are refused as a whole, other units of the same line are not."""
    work.returns.add(make_return(units={"1": (0,)}))

    with pytest.raises(UnitsTaken):
        work.returns.add(make_return("111111116", units={"1": (0, 1), "2": (0,)}))
    assert work.returns.get("111111116") is None
    work.returns.add(make_return("222222223", units={"1": (1,)}))


@pytest.mark.parametrize("path", [(S.CANCELLED,), (S.EXPIRED,), (S.RECEIVED, S.REJECTED)], ids=["cancelled", "expired", "rejected"])
def test_a_return_that_came_to_nothing_frees_its_units(work: SqlUnitOfWork, path: tuple[ReturnStatus, ...]) -> None:
    """They can be returned anew, once."""
    work.returns.add(make_return())
    for to in path:
        work.returns.move("482913077", to, by="dana", at=LATER)

    work.returns.add(make_return("111111116"))

    with pytest.raises(UnitsTaken):
        work.returns.add(make_return("222222223"))


def test_an_expired_return_takes_its_units_back_when_the_parcel_arrives(work: SqlUnitOfWork) -> None:
    """Unless they were returned anew meanwhile."""
    work.returns.add(make_return())
    work.returns.move("482913077", S.EXPIRED, by="clock", at=LATER)
    work.returns.move("482913077", S.RECEIVED, by="dana", at=LATER)

    with pytest.raises(UnitsTaken):
        work.returns.add(make_return("111111116"))

    work.returns.add(make_return("222222223", units={"1": (1,)}))
    work.returns.move("222222223", S.EXPIRED, by="clock", at=LATER)
    work.returns.add(make_return("333333330", units={"1": (1,)}))
    with pytest.raises(UnitsTaken):
        work.returns.move("222222223", S.RECEIVED, by="dana", at=LATER)


def test_every_unit_must_be_named(work: SqlUnitOfWork) -> None:
    """A quote of two units that names one could be returned twice."""
    made = make_return(units={"1": (0,)})
    vague = replace(made.quote, lines=(replace(made.quote.lines[0], quantity=2),))

    with pytest.raises(ValueError, match="2 units are quoted, 1 are named"):
        work.returns.add(replace(made, quote=vague))


def test_a_move_is_recorded(work: SqlUnitOfWork) -> None:
    """Status, time and who, oldest first; the list by status follows."""
    made = work.returns.add(make_return())

    moved = work.returns.move(made.rma, S.IN_TRANSIT, by="carrier", at=LATER)

    expected = replace(made, status=S.IN_TRANSIT, updated_at=LATER, history=(*made.history, (LATER, S.IN_TRANSIT, "carrier")))
    assert moved == expected
    assert work.returns.list(S.IN_TRANSIT) == (expected,)
    assert work.returns.list(S.APPROVED) == ()


def test_a_move_outside_the_table_changes_nothing(work: SqlUnitOfWork) -> None:
    """The lifecycle decides; an unknown number is a KeyError."""
    made = work.returns.add(make_return())

    with pytest.raises(MoveNotAllowed):
        work.returns.move(made.rma, S.INSPECTED, by="dana", at=LATER)
    with pytest.raises(KeyError):
        work.returns.move("000000000", S.CANCELLED, by="dana", at=LATER)
    assert work.returns.get(made.rma) == made


def test_a_refund_is_booked_once(work: SqlUnitOfWork) -> None:
    """Becoming refunded writes one entry of the quoted amount."""
    made = work.returns.add(make_return())
    work.returns.move(made.rma, S.RECEIVED, by="dana", at=LATER)
    work.returns.move(made.rma, S.REFUNDED, by="dana", at=LATER)

    with pytest.raises(MoveNotAllowed):
        work.returns.move(made.rma, S.REFUNDED, by="dana", at=LATER)
    assert work.connection.exec_driver_sql("SELECT rma, amount_cents FROM refunds").all() == [(made.rma, 3000)]


def test_refunds_never_come_to_more_than_was_paid(work: SqlUnitOfWork) -> None:
    """The ledger refuses the entry that would pass what the order cost."""
    too_much = make_order().total_cents - 2999
    for rma, unit in (("482913077", 0), ("111111116", 1)):
        made = make_return(rma, units={"1": (unit,)})
        amount = 3000 if unit == 0 else too_much
        work.returns.add(replace(made, quote=replace(made.quote, refund_cents=amount)))
    work.returns.move("482913077", S.REFUNDED, by="dana", at=LATER)

    with pytest.raises(RefundTooHigh):
        work.returns.move("111111116", S.REFUNDED, by="dana", at=LATER)


def test_a_persons_returns_are_found_across_orders(work: SqlUnitOfWork) -> None:
    """By normalised ZIP and name, since a time, newest first."""
    work.orders.save(make_order("2", email=None))
    work.orders.save(make_order("3", last_name="Reyes"))
    first, second = make_return(), make_return("111111116", order_number="2", created_at=LATER)
    for made in (first, second, make_return("222222223", order_number="3")):
        work.returns.add(made)

    assert work.returns.for_customer("04101", "obriennunez", NOW) == (second, first)
    assert work.returns.for_customer("04101", "obriennunez", LATER) == (second,)
    assert work.returns.for_customer("", "", NOW) == ()


def test_lists_are_newest_first_and_limited(work: SqlUnitOfWork) -> None:
    """As many as asked for."""
    made: list[Return] = []
    for hour, unit in enumerate((("1", 0), ("1", 1), ("2", 0))):
        made.append(work.returns.add(make_return(f"10000000{hour}", units={unit[0]: (unit[1],)}, created_at=NOW + timedelta(hours=hour))))

    assert work.returns.list(limit=2) == (made[2], made[1])
    assert work.returns.for_order(NUMBER) == tuple(reversed(made))
