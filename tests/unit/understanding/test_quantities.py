"""Quantities: how many, when no thing carries the number itself."""

from __future__ import annotations

import pytest

from tests.unit.understanding.scenes import read


@pytest.mark.parametrize(
    "said,slot,number",
    [
        ("two", "quantity", 2),
        ("just one", "quantity", 1),
        ("um, three of them please", "quantity", 3),
        ("a couple", "quantity", 2),
        ("12", "quantity", 12),
        ("yes, but only one of them", "offer", 1),
        ("make it two", "offer", 2),
        ("give me one minute", "quantity", None),
        ("one one four five five six seven", "order_number", None),
        ("no", "quantity", None),
    ],
)
def test_a_number_is_a_quantity_where_it_stands_for_one(said: str, slot: str, number: int | None) -> None:
    """Bare only when it was asked for."""
    assert read(said, slot).values.get("quantity") == number
