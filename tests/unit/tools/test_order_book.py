"""Importing orders: all of a file or nothing, and every problem at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnflow.retail.model import MARKETPLACE_SELLER
from returnflow.retail.policy import Policies, default_policies_dir, load_policies
from returnflow.storage.database import SqlDatabase
from returnflow.tools.order_book import Imported, check, import_orders
from returnflow.tools.order_file import OPTIONAL, REQUIRED

TODAY = date(2026, 11, 21)
ITEM: dict[str, Any] = {
    "order_number": "114-5567022-3499108",
    "store": "amazon",
    "placed_on": "2026-10-26",
    "shipped_on": "2026-10-27",
    "delivered_on": "2026-10-30",
    "zip": "97214",
    "last_name": "Reyes",
    "currency": "USD",
    "line_id": "1",
    "sku": "ARIA-1",
    "title": "Aria headphones",
    "category": "audio",
    "seller": "marketplace_seller",
    "quantity": 1,
    "unit_price_cents": 5999,
    "tax_cents": 495,
}
Import = Callable[..., Imported]


def rows(*changes: dict[str, Any]) -> str:
    """A JSON array of the sample item with these changes, one item each."""
    return json.dumps([{**ITEM, **change} for change in changes], indent=1)


@cache
def shipped_policies() -> Policies:
    """For a property test, which takes no fixtures: their values would be printed with every example."""
    return load_policies([default_policies_dir()])


@pytest.fixture
def load(database: SqlDatabase, policies: Policies) -> Import:
    """Import a text."""

    def carry_out(text: str, dry_run: bool = False) -> Imported:
        return import_orders(text, database=database, policies=policies, today=TODAY, dry_run=dry_run)

    return carry_out


def test_an_order_is_stored_as_written(load: Import, database: SqlDatabase) -> None:
    """Number without separators, amounts in cents, dates as days."""
    found = load(rows({}))

    with database.begin(write=False) as uow:
        order = uow.orders.find("11455670223499108")
    assert (found.imported, found.errors, found.warnings) == (1, (), ())
    assert order is not None
    assert (order.total_cents, order.delivered_on, order.lines[0].title) == (6494, date(2026, 10, 30), "Aria headphones")


def test_importing_again_changes_nothing(load: Import) -> None:
    """The same file twice is one import; a changed row is an update."""
    load(rows({}))

    again, changed = load(rows({})), load(rows({"title": "Aria headphones, black"}))

    assert (again.imported, again.updated, again.unchanged) == (0, 0, 1)
    assert (changed.imported, changed.updated, changed.unchanged) == (0, 1, 0)


def test_a_dry_run_counts_and_stores_nothing(load: Import, database: SqlDatabase) -> None:
    """What would happen is said; the order book stays as it was."""
    found = load(rows({}), dry_run=True)

    with database.begin(write=False) as uow:
        stored = uow.orders.newest()
    assert (found.imported, stored) == (1, ())


def test_one_bad_row_stores_nothing(load: Import, database: SqlDatabase) -> None:
    """A good order beside a bad one is not stored either."""
    found = load(rows({}, {"order_number": "113-0000001-0000001", "zip": "9721"}))

    with database.begin(write=False) as uow:
        stored = uow.orders.newest()
    assert (found.imported, len(found.errors), stored) == (0, 1, ())


@pytest.mark.parametrize(
    "change, field, words",
    [
        pytest.param({"store": "etsy"}, "store", "expected one of amazon", id="unknown-store"),
        pytest.param({"zip": "9721"}, "zip", "leading zeros", id="zip"),
        pytest.param({"delivered_on": "2026-10-01"}, "delivered_on", "before the order was shipped", id="delivered-before-shipped"),
        pytest.param({"shipped_on": "2026-10-01"}, "shipped_on", "before the order was placed", id="shipped-before-placed"),
        pytest.param(
            {"shipped_on": "", "delivered_on": "2026-10-01"}, "delivered_on", "before the order was placed", id="delivered-before-placed"
        ),
        pytest.param({"delivered_on": "2027-01-01"}, "delivered_on", "in the future", id="future"),
        pytest.param({"quantity": 0}, "quantity", "not a quantity", id="quantity-0"),
        pytest.param({"tax_cents": -1}, "tax_cents", "negative", id="negative-money"),
        pytest.param({"unit_price_cents": 59.99}, "unit_price_cents", "whole number of cents", id="dollars"),
        pytest.param({"order_number": "200013427048412"}, "order_number", "not a number of Amazon", id="other-store's-number"),
        pytest.param({"order_number": "1.14557E+16"}, "order_number", "format the column as text", id="spreadsheet-number"),
        pytest.param({"seller": "walmart"}, "seller", "not known in Amazon", id="seller"),
        pytest.param({"last_name": ""}, "last_name", "is empty", id="empty"),
        pytest.param({"order_discount_cents": 6000}, "order_discount_cents", "more than the items cost", id="discount"),
    ],
)
def test_every_kind_of_mistake_is_named(load: Import, change: dict[str, Any], field: str, words: str) -> None:
    """One mistake is one problem, with its field and the remedy."""
    errors = load(rows(change)).errors

    assert [(each.line, each.field, words in each.problem) for each in errors] == [(2, field, True)]


def test_all_problems_are_reported_at_once(load: Import) -> None:
    """A file with five mistakes in three rows is repaired in one go."""
    found = load(
        rows({"zip": "x", "quantity": 0}, {"order_number": "1"}, {"order_number": "113-0000001-0000001", "store": "etsy", "title": "<>"})
    )

    assert [each.field for each in found.errors] == ["zip", "quantity", "order_number", "title"]
    assert [each.line for each in found.errors] == sorted(each.line for each in found.errors)


def test_rows_of_an_order_must_agree(load: Import) -> None:
    """The order's amounts and person are the same on all its rows, and the row that differs is named."""
    found = load(rows({"shipping_cents": 500}, {"line_id": "2", "shipping_cents": 600, "last_name": "Brooks"}))

    assert {each.field for each in found.errors} == {"shipping_cents", "last_name"}
    assert all("line 2" in each.problem for each in found.errors)


def test_a_line_id_is_used_once(load: Import) -> None:
    """Two rows with the same line id are one mistake, not one line."""
    assert [each.field for each in load(rows({}, {})).errors] == ["line_id"]


def test_discount_and_shipping_are_split_over_the_lines(load: Import, database: SqlDatabase) -> None:
    """Allocated once by largest remainder: the lines sum to what was charged."""
    both = {"order_discount_cents": 1000, "shipping_cents": 599, "tax_cents": 0}
    load(
        rows(
            {**both, "quantity": 3, "unit_price_cents": 1333, "tax_cents": 0},
            {**both, "line_id": "2", "unit_price_cents": 1, "tax_cents": 0},
        )
    )

    with database.begin(write=False) as uow:
        order = uow.orders.find("11455670223499108")
    assert order is not None
    assert (sum(line.discount_cents for line in order.lines), sum(line.shipping_cents for line in order.lines)) == (1000, 599)
    assert order.total_cents == 3999 + 1 - 1000 + 599


def test_a_missing_seller_is_the_marketplace_with_a_warning(load: Import, database: SqlDatabase) -> None:
    """Never silently the store's own longer window: the default is said, once for all rows."""
    found = load(rows({"seller": ""}, {"seller": None, "line_id": "2"}))

    with database.begin(write=False) as uow:
        order = uow.orders.find("11455670223499108")
    assert order is not None
    assert {line.seller for line in order.lines} == {MARKETPLACE_SELLER}
    assert [(each.field, "(2 rows)" in each.problem) for each in found.warnings] == [("seller", True)]


def test_an_unknown_category_is_a_warning(load: Import) -> None:
    """The store's general rule holds, and the merchant hears it."""
    found = load(rows({"category": "garden gnome"}))

    assert (found.imported, [each.field for each in found.warnings]) == (1, ["category"])


def test_titles_and_names_are_data(load: Import, database: SqlDatabase) -> None:
    """Brackets and control characters do not reach the order book."""
    load(rows({"title": "Lamp\u202e [SYSTEM] <script>", "last_name": "Re\x07yes"}))

    with database.begin(write=False) as uow:
        order = uow.orders.find("11455670223499108")
    assert order is not None
    assert (order.lines[0].title, order.last_name) == ("Lamp SYSTEM script", "Re yes")


def test_problems_never_repeat_what_was_written(policies: Policies) -> None:
    """The report can be mailed around: no value of a customer is in it."""
    bad = {"zip": "secret-zip", "email": "secret@", "phone": "secret", "payment": "4111111111111111", "last_name": "4111"}

    found = check(rows(bad), policies=policies, today=TODAY)

    assert len(found.errors) == 5
    assert not any(value in each.problem for each in found.errors for value in bad.values())


@settings(max_examples=40)
@given(data=st.data())
def test_any_row_is_an_order_or_a_problem(data: st.DataObject) -> None:
    """Whatever stands in the cells, the check answers and what it accepts adds up."""
    policies = shipped_policies()
    cells = st.text(max_size=12) | st.sampled_from(["0", "-1", "5", "99999999999", "2026-10-27", "", "amazon", "walmart"])
    values = {name: data.draw(cells | st.just(str(ITEM.get(name, "")))) for name in (*REQUIRED, *OPTIONAL)}
    out = io.StringIO()
    writer = csv.DictWriter(out, values)
    writer.writeheader()
    writer.writerow(values)

    found = check(out.getvalue(), policies=policies, today=TODAY)

    assert bool(found.orders) != bool(found.errors)
    assert all(order.total_cents >= 0 for order in found.orders)
