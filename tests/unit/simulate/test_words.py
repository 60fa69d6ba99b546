"""Words that depend on the seeded orders."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.simulate.scenario import OrderOf, Scenario
from returnflow.simulate.words import UnknownWord, fill, spoken, words_of
from returnflow.simulate.world import Worlds

SCENARIO = Scenario(id="x", turns=({"say": "hi"},), order=OrderOf(shows="amz.default inside window"))  # type: ignore[arg-type]


def test_an_order_has_its_facts_in_every_form(worlds: Worlds) -> None:
    """Written as people write it, spoken as people speak it."""
    words = words_of(worlds.of(SCENARIO).demos, SCENARIO)

    assert words["order.number"] == "114-5567022-3499108"
    assert words["order.number_spoken"] == "one one four, five five six seven oh two two, three four nine nine one oh eight"
    assert words["order.zip_spoken"] == "nine seven two one four"
    assert words["order.last_name_spelled"] == "R, E, Y, E, S"
    assert words["order.item"] == "Aria headphones"
    assert words["order.first_half"].replace(",", "") + " " + words["order.second_half"] == words["order.number_spoken"].replace(",", "")


def test_only_placeholders_are_filled() -> None:
    """A counted regular expression and a wording's own braces stay."""
    assert fill(r"\d{3} {refund} {order.zip}", {"order.zip": "97214"}) == r"\d{3} {refund} 97214"


def test_words_in_patterns_are_taken_literally() -> None:
    """A name with a dot matches only itself."""
    assert fill("{order.item}", {"order.item": "a.b"}, re.escape) == r"a\.b"


def test_an_unknown_word_says_which_there_are() -> None:
    """The remedy is in the message."""
    with pytest.raises(UnknownWord, match=r"\{order\.zap\} is not known here, expected one of order\.zip"):
        fill("{order.zap}", {"order.zip": "1"})


@given(st.text(alphabet="0123456789", min_size=1, max_size=20), st.lists(st.integers(1, 8), max_size=4))
def test_speaking_loses_no_digit(digits: str, sizes: list[int]) -> None:
    """However it is grouped."""
    said = spoken(digits, *sizes).replace(",", "").split()

    assert len(said) == len(digits)
    assert all((word == "oh") == (digit == "0") for word, digit in zip(said, digits, strict=True))
