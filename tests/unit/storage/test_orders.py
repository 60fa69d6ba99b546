"""The order book, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import event

from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NUMBER, make_line, make_order, make_return, stock


def test_an_order_comes_back_as_it_was_stored(database: SqlDatabase) -> None:
    """Every field and every line, in the same order, survives."""
    stock(database)

    with database.begin(write=False) as work:
        assert work.orders.find(NUMBER) == make_order()


def test_what_is_not_known_stays_not_known(database: SqlDatabase) -> None:
    """An order without optional fields comes back without them."""
    bare = make_order(first_name=None, email=None, phone=None, payment=None, delivered_on=None)
    stock(database, bare)

    with database.begin(write=False) as work:
        assert work.orders.find(NUMBER) == bare
        assert work.orders.find("0") is None


def test_importing_again_says_what_changed(database: SqlDatabase) -> None:
    """Imported once, unchanged when the same, updated when anything differs."""
    moved = make_order(zip="04102", delivered_on=date(2026, 11, 9))
    with database.begin(write=True) as work:
        said = [work.orders.save(each) for each in (make_order(), make_order(), moved, moved)]

        assert said == ["imported", "unchanged", "updated", "unchanged"]
        assert work.orders.find(NUMBER) == moved


def test_a_changed_customer_leaves_no_copy_behind(database: SqlDatabase) -> None:
    """A corrected address replaces the old one: the old ZIP finds nothing any more and no row keeps it."""
    stock(database)
    stock(database, make_order(zip="97214"))

    with database.begin(write=False) as work:
        assert work.orders.matching("04101", "O'Brien-Núñez") == ()
        assert work.connection.exec_driver_sql("SELECT zip FROM customers").scalars().all() == ["97214"]


def test_a_person_is_found_however_the_name_is_written(database: SqlDatabase) -> None:
    """ZIP and last name match by `normalise_zip` and `normalise_name`; the newest order comes first."""
    older = make_order("2", placed_on=date(2026, 10, 1), email="other@example.com")
    stock(database, older, make_order(), make_order("3", last_name="Reyes"), make_order("4", zip="97214"))

    with database.begin(write=False) as work:
        assert work.orders.matching("04101-2233", "obrien nunez") == (make_order(), older)
        assert work.orders.matching("", "") == ()


def test_an_order_without_a_readable_zip_matches_nobody(database: SqlDatabase) -> None:
    """Two empty keys are not the same person."""
    stock(database, make_order(zip="?", last_name="-"))

    with database.begin(write=False) as work:
        assert work.orders.matching("?", "-") == ()


def test_at_most_fifty_orders_match(database: SqlDatabase) -> None:
    """The newest fifty, whole."""
    stock(database, *(make_order(f"{number:05}", placed_on=date(2026, 1, 1).replace(day=1 + number % 28)) for number in range(60)))

    with database.begin(write=False) as work:
        found = work.orders.matching("04101", "O'Brien-Núñez")

    assert len(found) == 50
    assert [order.placed_on for order in found] == sorted((order.placed_on for order in found), reverse=True)
    assert all(len(order.lines) == 2 for order in found)


def test_a_miss_asks_the_database_as_much_as_a_hit(database: SqlDatabase) -> None:
    """One statement each way, so that timing and load tell nobody whether an order exists (design section 9)."""
    stock(database)
    asked: list[str] = []
    with database.begin(write=False) as work:
        event.listen(work.connection, "before_cursor_execute", lambda *about: asked.append(about[2]))
        for number, zip_code in ((NUMBER, "04101"), ("404", "99999")):
            work.orders.find(number)
            work.orders.matching(zip_code, "O'Brien-Núñez")

    assert len(asked) == 4
    assert asked[:2] == asked[2:]


def test_a_returned_line_survives_every_import(database: SqlDatabase) -> None:
    """What a return refers to keeps its amounts and stays, even when the new order does not name it."""
    stock(database)
    with database.begin(write=True) as work:
        work.returns.add(make_return())
        work.orders.save(make_order(lines=(make_line("3"), make_line("1", unit_price_cents=1, quantity=1))))
        changed = work.orders.find(NUMBER)
        work.orders.save(make_order(lines=(make_line("3", title="New"),)))
        dropped = work.orders.find(NUMBER)

    assert changed is not None
    assert changed.lines == (make_line("3"), make_line("1"))
    assert dropped is not None
    assert dropped.lines == (make_line("3", title="New"), make_line("1"))


def test_the_newest_orders_come_first(database: SqlDatabase) -> None:
    """By the day they were placed, at most as many as asked for."""
    days = (date(2026, 11, 3), date(2026, 11, 9), date(2026, 11, 1))
    stock(database, *(make_order(str(day.day), placed_on=day) for day in days))

    with database.begin(write=False) as work:
        assert [order.order_number for order in work.orders.newest(2)] == ["9", "3"]


def test_a_forgotten_order_is_gone_with_its_person_and_returns(database: SqlDatabase) -> None:
    """Nothing of it stays; another order of the same person does."""
    other = replace(make_order("2"), store="walmart")
    stock(database, make_order(), other)
    with database.begin(write=True) as work:
        work.returns.add(make_return())

        assert work.orders.forget(NUMBER)
        assert not work.orders.forget(NUMBER)
        assert work.returns.get("482913077") is None
        assert work.orders.matching("04101", "O'Brien-Núñez") == (other,)
        assert work.orders.forget("2")
        assert work.connection.exec_driver_sql("SELECT count(*) FROM customers").scalar() == 0
