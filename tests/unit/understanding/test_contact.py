"""ZIP codes, phones, return numbers and e-mail addresses."""

from __future__ import annotations

import pytest

from returnflow.retail.rma import check_digit
from returnflow.understanding.contact import damm_valid, email, phone, return_number, zip_code
from returnflow.understanding.numbers import Reading
from returnflow.understanding.text import Utterance
from tests.unit.understanding.scenes import read


@pytest.mark.parametrize(
    "text,address",
    [
        ("ann.reyes@example.com", "ann.reyes@example.com"),
        ("it's Ann_R+1@mail.example.co.uk please", "ann_r+1@mail.example.co.uk"),
        ("you can email me at ann dot reyes twenty two at gmail dot com", "ann.reyes22@gmail.com"),
        ("my email is ann underscore reyes at gmail dot com", "ann_reyes@gmail.com"),
        ("a n n r at my dash shop dot co dot uk", "annr@my-shop.co.uk"),
        ("send it to bob five at yahoo", "bob5@yahoo.com"),
    ],
)
def test_an_address_is_read_typed_or_spoken(text: str, address: str) -> None:
    """At, dot, dash, underscore; known providers may lack their ending."""
    found = email(Utterance(text))

    assert found is not None
    assert found[0] == address


@pytest.mark.parametrize("text", ["I am at home dot", "meet me at noon", "at", "@", "look at the lamp", "at gmail"])
def test_other_uses_of_at_are_no_address(text: str) -> None:
    """A domain is needed."""
    assert email(Utterance(text)) is None


def test_the_address_stands_where_it_was_said() -> None:
    """Its place is what is redacted."""
    text = "write to ann@example.com, thanks"
    found = email(Utterance(text))

    assert found is not None
    assert text[found[1] : found[2]] == "ann@example.com"


@pytest.mark.parametrize(
    "said,slot,expected",
    [
        ("nine seven two one four", "identity", {"zip": "97214"}),
        ("six oh six one four", "zip", {"zip": "60614"}),
        ("the zip is 30309-1234", "identity", {"zip": "30309"}),
        ("new york 10027", "", {"zip": "10027"}),
        ("four oh four, five five five, oh one eight eight", "contact", {"phone": "4045550188"}),
        ("call me at 1 (404) 555-0188", "contact_by", {"phone": "4045550188"}),
        ("my phone number is 404 555 0188 and the zip is 30309", "", {"phone": "4045550188", "zip": "30309"}),
        ("return number 482 913 077", "rma", {"rma": "482913077"}),
        ("house 124, 60614 4045550188", "", {"zip": "60614", "phone": "4045550188"}),
    ],
)
def test_numbers_go_where_their_cue_their_length_or_the_question_says(said: str, slot: str, expected: dict[str, str]) -> None:
    """Each digit has one meaning."""
    values = read(said, slot).values

    assert {name: values.get(name) for name in ("zip", "phone", "rma") if values.get(name)} == expected


@pytest.mark.parametrize("text", ["I paid 30 dollars", "it is 12345 dollars", "two weeks ago", "50%"])
def test_amounts_and_times_are_no_identifiers(text: str) -> None:
    """A measure behind the number says so."""
    assert not read(text).values.keys() & {"zip", "phone", "rma", "order_number"}


def test_nine_digits_are_a_return_number_when_their_check_digit_is_right() -> None:
    """Asked for or not; with a wrong one only when asked for."""
    right = "48291307" + check_digit("48291307")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)

    assert damm_valid(right)
    assert not damm_valid(wrong)
    assert return_number([Reading(right, 0.0)], certain=False) == right
    assert return_number([Reading(wrong, 0.0)], certain=False) is None
    assert return_number([Reading(wrong, 0.0)], certain=True) == wrong


def test_lengths_decide() -> None:
    """Five or nine digits, ten or eleven with a 1."""
    assert zip_code([Reading("123", 0.0)]) is None
    assert phone([Reading("14045550188", 0.0)]) == "4045550188"
    assert phone([Reading("441632960961", 0.0)]) is None
    assert phone([Reading("441632960961", 0.0)], certain=True) == "441632960961"
