"""Quantities: how many, when no thing carries the number itself."""

from __future__ import annotations

import pytest

from returnflow.understanding.model import LineName
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


@pytest.mark.parametrize(
    "said,available,quantity",
    [
        ("one", 2, 1),
        ("just one", 2, 1),
        ("single one", 2, 1),
        ("one is fine", 2, 1),
        ("three of em", 4, 3),
        ("couple", 4, 2),
        ("I want to return two", 4, 2),
        ("I'll send back one", 2, 1),
        ("half of them", 4, 2),
        ("half", 3, None),
        ("all but one", 3, 2),
        ("every one of them", 3, 3),
        ("to", 4, 2),
        ("too", 4, 2),
        ("won", 4, 1),
        ("for", 4, 4),
        ("keep one", 3, 2),
        ("I keep one", 2, 1),
        ("not all, keep one", 2, 1),
        ("both", 2, 2),
        ("both", 3, None),
    ],
)
def test_how_many_of_one_line(said: str, available: int, quantity: int | None) -> None:
    """Asked about a line whose units are known: the number, what its sound is like, or what is left after those kept."""
    heard = read(said, "quantity", kind="number", about="pillow", lines=(LineName("pillow", "Velvet Pillow", "home", available),))

    assert heard.values.get("quantity") == quantity
    assert not heard.items
    if quantity is not None:
        assert [name for name, _ in heard.intents] == ["inform"]
