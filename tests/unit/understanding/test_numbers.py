"""Numbers: every way to read a run of number words, the natural one first."""

from __future__ import annotations

import pytest

from returnflow.understanding.numbers import Reading, Run, find_runs, readings, small_number
from returnflow.understanding.text import tokenise


def runs(text: str) -> list[Run]:
    return find_runs(tokenise(text))


def best(text: str) -> str:
    return readings(runs(text)[0])[0].digits


@pytest.mark.parametrize(
    "said,digits",
    [
        ("one one four five", "1145"),
        ("oh four oh", "040"),
        ("nine nought seven", "907"),
        ("forty two", "42"),
        ("thirty-four ninety-nine", "3499"),
        ("one fourteen", "114"),
        ("five hundred", "500"),
        ("two thousand and five", "2005"),
        ("double five six", "556"),
        ("triple oh seven", "0007"),
        ("two fives nine", "559"),
        ("114 5567", "1145567"),
        ("2,000", "2000"),
        ("34 ninety nine", "3499"),
        ("five um five uh six", "556"),
        ("one dash two hyphen three", "123"),
    ],
)
def test_a_run_is_read_the_natural_way_first(said: str, digits: str) -> None:
    """Digits, pairs, teens, hundreds, repeats, written groups, fillers and dashes."""
    assert best(said) == digits


def test_an_unnatural_reading_is_kept_at_a_price() -> None:
    """A length may need forty two to be 402."""
    found = {read.digits: read.cost for read in readings(runs("forty two")[0])}

    assert found["42"] == 0
    assert found["402"] >= 1


def test_the_rest_may_belong_to_the_thousand_or_not() -> None:
    """Two thousand one is 2001 or 2000 and 1."""
    assert {"2001", "20001"} <= {read.digits for read in readings(runs("two thousand one")[0])}


@pytest.mark.parametrize("text", ["I want to return it", "it is for you", "oh my", "go to", "", "hundred", "and then", "no wait"])
def test_words_that_only_sound_like_digits_are_no_run(text: str) -> None:
    """Homophones count inside a run of digits only."""
    assert runs(text) == []


def test_homophones_count_inside_a_run() -> None:
    """A recogniser writes to, for and ate."""
    assert best("five to for ate nine") == "52489"


@pytest.mark.parametrize(
    "said,digits", [("five six no nine", "59"), ("one two three, no, four five", "145"), ("one two sorry three", "13")]
)
def test_a_correction_replaces_as_many_digits_as_follow(said: str, digits: str) -> None:
    """No, nine takes the last digit back."""
    assert best(said) == digits


def test_and_between_two_things_ends_a_run() -> None:
    """30309 and 2 lamps are two numbers."""
    assert len(runs("30309 and 2 lamps")) == 2


def test_letters_belong_to_a_run_only_when_wanted() -> None:
    """W and NATO words beside digits."""
    tokens = tokenise("whiskey one two three")

    assert readings(find_runs(tokens, letters=True)[0])[0] == Reading("W123", 0.0)
    assert readings(find_runs(tokens)[0])[0].digits == "123"


def test_double_u_is_a_letter() -> None:
    """Said before digits it is W, not U twice."""
    assert readings(find_runs(tokenise("double u one two"), letters=True)[0])[0].digits == "W12"


@pytest.mark.parametrize(
    "words,value", [(["two"], 2), (["12"], 12), (["twenty", "one"], 21), (["lamp"], None), ([], None), (["99999"], None)]
)
def test_small_numbers_are_quantities(words: list[str], value: int | None) -> None:
    """Words or digits up to four places."""
    assert small_number(words) == value
