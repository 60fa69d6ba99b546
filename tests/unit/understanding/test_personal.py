"""Personal data: cards are recognised to be dropped, order numbers are kept, and every part is quoted exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.understanding.personal import collect, is_card, luhn_valid, written_cards
from tests.unit.understanding.scenes import FORMATS, read

CARDS = ("4111111111111111", "5500000000000004", "340000000000009", "6011000000000004", "2223003122003222", "30000000000004")


@pytest.mark.parametrize("number", CARDS)
def test_test_cards_are_cards(number: str) -> None:
    """The issuers' own test numbers."""
    assert is_card(number)
    assert not is_card(number[:-1] + str((int(number[-1]) + 1) % 10))


@given(st.text("0123456789", min_size=12, max_size=18))
def test_every_number_has_one_right_luhn_digit(digits: str) -> None:
    """Of ten endings one is right."""
    assert sum(luhn_valid(digits + end) for end in "0123456789") == 1


@pytest.mark.parametrize(
    "said", ["4111 1111 1111 1111", "4111-1111-1111-1111", "my card is 4111111111111111, refund it", "four one one one " * 4]
)
def test_a_card_is_in_no_value_and_marked_for_redaction(said: str) -> None:
    """Spoken or written, asked for something else or not."""
    said = said if "four" not in said else "four " + "one " * 15
    for slot in ("", "order_number", "contact", "identity"):
        heard = read(said, slot)
        shown = " ".join(map(str, [*heard.values.values(), *heard.slots.values(), *heard.candidates, heard.partial_order_number]))

        assert "1111111111" not in shown
        assert heard.personal


def test_an_order_number_that_looks_like_a_card_is_kept() -> None:
    """Its format is known, so it is no card."""
    number = next(f"4{rest:016d}" for rest in range(200) if is_card(f"4{rest:016d}") or luhn_valid(f"4{rest:016d}"))

    assert read(number, "order_number").candidates == (number,)
    assert written_cards(number, FORMATS) == []


def test_parts_are_quoted_as_they_stand() -> None:
    """What is personal is a part of the text, longest first."""
    text = "114-7781203-5567890 and it's 30309, Brooks, mail b.rooks@example.com"
    heard = read(text, "order_number")

    assert set(heard.personal) >= {"114-7781203-5567890", "30309", "Brooks", "b.rooks@example.com"}
    assert all(part in text for part in heard.personal)


def test_parts_come_once_and_longest_first() -> None:
    """So that replacing them in turn leaves no remains."""
    assert collect(["ab", "abc", "ab", " "]) == ("abc", "ab")
