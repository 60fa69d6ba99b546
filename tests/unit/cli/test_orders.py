"""`flask import-orders`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from returnflow.wiring import Services

Flask = Callable[..., Any]
HEADER = (
    "order_number,store,placed_on,shipped_on,delivered_on,zip,last_name,currency,line_id,sku,title,category,"
    "seller,quantity,unit_price_cents,tax_cents"
)
ROW = (
    "114-5567022-3499108,amazon,2026-10-26,2026-10-27,2026-10-30,97214,Reyes,USD,1,ARIA-1,Aria headphones,audio,"
    "marketplace_seller,1,5999,495"
)


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file with one good order."""
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    return str(path)


def test_a_good_file_is_imported(flask: Flask, services: Services, good: str) -> None:
    """The document has the contract's keys, the order is in the book, and doing it again changes nothing."""
    first, again = flask("import-orders", good, "--json"), flask("import-orders", good, "--json")

    with services.database.begin(write=False) as uow:
        stored = uow.orders.find("11455670223499108")
    assert (first.code, first.document) == (0, {"imported": 1, "updated": 0, "unchanged": 0, "errors": [], "warnings": []})
    assert again.document["unchanged"] == 1
    assert stored is not None


def test_a_dry_run_stores_nothing(flask: Flask, services: Services, good: str) -> None:
    """It says what would happen, for people too."""
    ran = flask("import-orders", good, "--dry-run")

    with services.database.begin(write=False) as uow:
        stored = uow.orders.newest()
    assert (ran.code, stored) == (0, ())
    assert ran.out == "Would import 1 orders; 0 changed, 0 unchanged.\n"


def test_problems_end_with_exit_code_1(flask: Flask) -> None:
    """Each problem has line, field and remedy; people get a table and what to do next."""
    bad = f"{HEADER}\n{ROW.replace('97214', '9721')}\n".encode()

    as_json, for_people = flask("import-orders", "-", "--json", stdin=bad), flask("import-orders", "-", stdin=bad)

    assert (as_json.code, for_people.code) == (1, 1)
    (problem,) = as_json.document["errors"]
    assert (set(problem), problem["line"], problem["field"]) == ({"line", "field", "problem"}, 2, "zip")
    assert "Nothing was imported. Repair this row and run it again." in for_people.out


def test_a_file_in_another_encoding_says_so(flask: Flask) -> None:
    """An old spreadsheet's export is named with the line where it breaks."""
    ran = flask("import-orders", "-", "--json", stdin=f"{HEADER}\n{ROW.replace('Reyes', 'Núñez')}\n".encode("latin-1"))

    assert ran.code == 1
    assert [(each["line"], "UTF-8" in each["problem"]) for each in ran.document["errors"]] == [(2, True)]


@pytest.mark.parametrize("arguments", [(), ("no-such-file.csv",), ("x.csv", "--bogus")], ids=["no-file", "missing-file", "bad-option"])
def test_wrong_usage_is_exit_code_1(flask: Flask, arguments: tuple[str, ...]) -> None:
    """2 is kept for another meaning; the reason is on stderr and stdout stays empty."""
    ran = flask("import-orders", *arguments)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err
