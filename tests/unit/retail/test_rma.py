"""Return numbers: nine digits that notice their own mistakes."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.rma import check_digit, is_valid, new_rma, shown, spoken

bodies = st.integers(10_000_000, 99_999_999)


def test_the_check_digit_is_damms() -> None:
    """The published example: 572 → 4."""
    assert check_digit("572") == "4"


@given(bodies)
def test_a_new_number_is_valid(body: int) -> None:
    """Nine digits, no leading zero, right check digit."""
    rma = new_rma(lambda low, high: body)

    assert is_valid(rma)
    assert len(rma) == 9
    assert rma[0] != "0"


@given(bodies, st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(body: int, place: int, by: int) -> None:
    """Any one digit changed makes the number invalid."""
    rma = new_rma(lambda low, high: body)
    wrong = rma[:place] + str((int(rma[place]) + by) % 10) + rma[place + 1 :]

    assert not is_valid(wrong)


@given(bodies, st.integers(0, 7))
def test_every_swap_of_neighbours_is_found(body: int, place: int) -> None:
    """Two neighbouring digits swapped make the number invalid, unless they are the same."""
    rma = new_rma(lambda low, high: body)
    swapped = rma[:place] + rma[place + 1] + rma[place] + rma[place + 2 :]

    assert swapped == rma or not is_valid(swapped)


def test_the_source_of_randomness_is_the_callers() -> None:
    """The same generator gives the same number."""
    assert new_rma(random.Random(7).randint) == new_rma(random.Random(7).randint)


def test_it_is_spoken_and_shown_in_threes() -> None:
    """Spaced digits for the voice, groups for the eye."""
    assert spoken("482913077") == "4 8 2, 9 1 3, 0 7 7"
    assert shown("482913077") == "482 913 077"


def test_other_texts_are_not_numbers() -> None:
    """Wrong length, letters, other scripts' digits and a leading zero are all invalid."""
    assert not any(is_valid(text) for text in ("", "12345678", "1234567890", "48291307x", "٤٨٢٩١٣٠٧٧", "000000000"))
