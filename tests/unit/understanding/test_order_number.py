"""Order numbers: what customers say is what they read off the slip, in whatever style."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnflow.understanding.model import Hearing
from returnflow.understanding.numbers import Reading
from returnflow.understanding.order_number import Fit, fit, joins, known_number, partial, relevant, replace_end
from returnflow.understanding.reader import default_reader
from tests.unit.understanding import speech
from tests.unit.understanding.scenes import FORMATS, read, scene

AMAZON, WALMART, SHOP = FORMATS
STYLES = [
    speech.digit_by_digit,
    speech.pairs,
    speech.doubled,
    speech.homophones,
    speech.mixed,
    speech.corrected,
]
GROUPED = [speech.grouped, speech.written]


def read_back(number: str, store: str, said: str) -> tuple[str, ...]:
    return read(said, "order_number", store=store).candidates


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@settings(max_examples=25)
@given(tail=st.text("0123456789", min_size=16, max_size=16), seed=st.integers(0, 2**16))
def test_an_amazon_number_said_is_the_number_read(style: Callable[[str, random.Random], str], tail: str, seed: int) -> None:
    """parse(speak(x)) == x."""
    number = f"1{tail}"

    assert read_back(number, "amazon", style(number, random.Random(seed))) == (number,)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@settings(max_examples=25)
@given(tail=st.text("0123456789", min_size=11, max_size=11), seed=st.integers(0, 2**16))
def test_a_walmart_number_said_is_the_number_read(style: Callable[[str, random.Random], str], tail: str, seed: int) -> None:
    """The prefix 2000 helps."""
    number = f"2000{tail}"

    assert read_back(number, "walmart", style(number, random.Random(seed))) == (number,)


@pytest.mark.parametrize("style", GROUPED, ids=lambda style: style.__name__)
@settings(max_examples=25)
@given(tail=st.text("0123456789", min_size=16, max_size=16), seed=st.integers(0, 2**16))
def test_groups_and_dashes_change_nothing(style: Callable[..., Callable[[str, random.Random], str]], tail: str, seed: int) -> None:
    """Spoken with pauses, or typed with dashes in a sentence."""
    number = f"9{tail}"

    assert read_back(number, "amazon", style(AMAZON.groups)(number, random.Random(seed))) == (number,)


@pytest.mark.parametrize(
    "said",
    [
        "114-5567022-34 ninety nine one oh eight",
        "one one four five five six seven oh two two three four nine five no nine one oh eight",
        "my order number is 11455670223499108",
        "one hundred fourteen, five five six seven zero two two, three four nine nine one oh eight",
        "one one four, that's the first part, then five five six seven oh two two, and three four nine nine one oh eight",
        "she says her order number is one one four five five six seven oh two two three four nine nine one oh eight GA",
    ],
)
def test_real_calls_mix_styles(said: str) -> None:
    """One number behind all of them."""
    assert read(said, "order_number").candidates == ("11455670223499108",)


def test_letters_of_a_format_are_read() -> None:
    """W and seven digits, said or typed."""
    for said in ("W1234567", "w 1234567", "W as in whiskey one two three four five six seven", "whiskey 123 4567", "double u 1234567"):
        assert read(said, "order_number").candidates == ("W1234567",), said


def test_the_start_of_a_number_with_letters_stays_open() -> None:
    """W and the first digits."""
    assert read("W one two three", "order_number", store="shop").partial_order_number == "W123"


def test_a_number_may_come_in_two_turns() -> None:
    """The first eight, then the rest."""
    first = read("two thousand one three four two … wait I get my glasses", "order_number", store="walmart")
    second = read("okay. seven zero four eight four one two", "order_number", store="walmart", partial_order_number="20001342")

    assert first.partial_order_number == "20001342"
    assert first.values.get("order_number") is None
    assert second.values["order_number"] == "200013427048412"
    assert second.partial_order_number == ""


def test_a_run_up_that_repeats_the_last_digits_is_no_new_digit() -> None:
    """Customers repeat the group they stopped in."""
    heard = read("one three four two seven zero four eight four one two", "order_number", store="walmart", partial_order_number="20001342")

    assert heard.candidates == ("200013427048412",)


def test_no_nine_corrects_the_end_of_what_was_heard() -> None:
    """The last digit of the open number is replaced."""
    assert read("no, nine", "order_number", partial_order_number="1145567").partial_order_number == "1145569"


def test_starting_again_forgets_what_was_heard() -> None:
    """From the top."""
    assert read("let me start over. one one four", "order_number", partial_order_number="999888").partial_order_number == "114"


def test_a_zip_in_the_same_breath_is_not_swallowed() -> None:
    """The order number, then five digits."""
    heard = read("one one four five five six seven oh two two three four nine nine one oh eight nine seven two one four", "order_number")

    assert (heard.values["order_number"], heard.values["zip"]) == ("11455670223499108", "97214")


def test_an_ambiguous_number_gives_its_candidates() -> None:
    """Some ways to say a number have several readings, until the store is known."""
    said = "two triple zero one thirteen forty three twenty one ninety nine oh one two"
    open_, known = read(said, "order_number"), read(said, "order_number", store="walmart")

    assert "order_number" not in open_.values
    assert len(open_.candidates) > 1
    assert known.candidates == ("200011343219912",) or "200011343219912" in open_.candidates


def test_other_guesses_of_the_recogniser_are_used_in_their_order() -> None:
    """When the first guess lacks a digit."""
    number, short = "114 5567022 3499108", "114 5567022 349910"
    heard = default_reader().read(Hearing(short, alternatives=((short, 0.9), (number, 0.7))), scene("order_number"))

    assert heard.candidates == ("11455670223499108",)


def test_the_last_digits_are_a_suffix() -> None:
    """As offered when the number cannot be found."""
    assert read("it ends in 3499108", "order_number").values["order_suffix"] == "3499108"
    assert read("the last seven digits are three four nine nine one oh eight", "order_number").values["order_suffix"] == "3499108"


def test_a_lone_quantity_is_no_number() -> None:
    """I have two orders."""
    assert read("I have two orders", "order_number").partial_order_number == ""


def test_only_the_known_stores_formats_count() -> None:
    """All of them when the store has none."""
    assert relevant(FORMATS, "walmart") == (WALMART,)
    assert relevant(FORMATS, "other") == FORMATS


def test_a_reading_that_fits_whole_wins_over_joining() -> None:
    """A whole number replaces what was heard before."""
    whole = Reading("200013427048412", 0.0)

    assert fit([whole], FORMATS, "2000") == Fit(("200013427048412",), ("walmart",))


def test_costly_readings_are_dropped_beside_a_natural_one() -> None:
    """Only near ones are candidates."""
    natural, odd = Reading("200013427048412", 0.0), Reading("200013427048499", 1.0)

    assert fit([natural, odd], (WALMART,)).candidates == ("200013427048412",)
    assert fit([odd], (WALMART,)).candidates == ("200013427048499",)


def test_nothing_fits_nothing() -> None:
    """Other lengths have no candidate and may be no start either."""
    assert fit([Reading("123", 0.0)], FORMATS) == Fit()
    assert partial([Reading("1" * 20, 0.0)], FORMATS) == ""
    assert partial([Reading("31", 0.0)], (WALMART,)) == ""


def test_small_helpers() -> None:
    """Joins, replacing the end, and what looks like an order number."""
    assert ("12345", 0.5) in joins("1234", "345")
    assert replace_end("1234", "99") == "1299"
    assert replace_end("1", "234") == "234"
    assert known_number("W1234567", FORMATS)
    assert not known_number("A1234567", (SHOP,))
