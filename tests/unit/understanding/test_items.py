"""Things: what the customer names, with its own quantity and reason, and which lines of the order it is."""

from __future__ import annotations

import pytest

from returnflow.understanding.items import match_items, ordinal_place, wants_everything
from returnflow.understanding.model import ItemMention, LineName
from tests.unit.understanding.scenes import ITEM_CHOICES, LINES, read


def named(text: str, **given: object) -> list[tuple[str, int | None, str | None]]:
    return [(item.text, item.quantity, item.reason) for item in read(text, **given).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said,things",
    [
        ("my headphones from amazon they crackle it's driving me nuts", [("headphones", None, "DEFECTIVE")]),
        ("lamp is broken, and pillows, wrong color", [("lamp", None, "DEFECTIVE"), ("pillows", None, "INCORRECT_ITEM")]),
        ("two lamps and an air fryer", [("lamps", 2, None), ("air fryer", 1, None)]),
        ("I want to return my theremin because it hums", [("theremin", None, None)]),
        ("a pair of jeans, too small", [("jeans", None, "WRONG_SIZE")]),
        ("three of the blue mugs", [("blue mugs", 3, None)]),
        ("I want to return something", []),
        ("wait, I get my glasses", []),
        ("let me get my phone", []),
    ],
)
def test_things_are_named_before_the_order_is_known(said: str, things: list[tuple[str, int | None, str | None]]) -> None:
    """Known products, and unknown ones by their place in the sentence."""
    assert named(said) == things


@pytest.mark.parametrize(
    "said,ids",
    [
        ("the desk lamp", [("lamp",)]),
        ("pillows", [("blue", "gray")]),
        ("the blue pillow", [("blue",)]),
        ("the grey ones", [("gray",)]),
        ("the first one", [("lamp",)]),
        ("the last one", [("gray",)]),
        ("number two", [("blue",)]),
        ("the toaster", [()]),
        ("velvit pillow blue", [("blue",)]),
    ],
)
def test_a_mention_finds_its_lines(said: str, ids: list[tuple[str, ...]]) -> None:
    """One line when it is clear, several when it is open, none when nothing fits."""
    assert [item.line_ids for item in read(said, "items", lines=LINES).items] == ids


def test_phones_and_headphones_are_different_things() -> None:
    """A shared ending is no match."""
    lines = (LineName("1", "Aria Wireless Headphones", "electronics", 1),)

    assert match_items([ItemMention("phone")], lines)[0].line_ids == ()
    assert match_items([ItemMention("head phones")], lines)[0].line_ids == ("1",)


def test_a_correction_in_the_same_breath_leaves_its_end() -> None:
    """The gray, both, no: two blue ones."""
    heard = read("the gray. both. no wait, the blue, two blue ones", "items", lines=LINES, choices=ITEM_CHOICES)

    assert [(item.line_ids, item.quantity) for item in heard.items] == [(("blue",), 2)]
    assert heard.everything is False
    assert heard.choices == ("blue",)
    assert [(each.slot, each.old) for each in heard.corrections] == [("item", "gray")]
    assert heard.has("correction")


def test_everything_but_one_leaves_it_out() -> None:
    """The excluded thing is marked."""
    heard = read("everything but the lamp", "items", lines=LINES, choices=ITEM_CHOICES)

    assert heard.everything is True
    assert [(item.line_ids, item.excluded) for item in heard.items] == [(("lamp",), True)]
    assert heard.choices == ("blue", "gray")


@pytest.mark.parametrize("said", ["both", "all of it", "everything", "the whole order", "both of them", "all"])
def test_everything_has_many_words(said: str) -> None:
    """And picks every choice."""
    assert wants_everything(said)
    assert read(said, "items", lines=LINES, choices=ITEM_CHOICES).choices == ("lamp", "blue", "gray")


def test_the_other_one_is_the_line_that_was_not_asked_about() -> None:
    """With two lines."""
    heard = read("no, the other one", "items", kind="yes_no", lines=LINES[1:], about="blue")

    assert heard.answer == "no"
    assert heard.has("correction")
    assert [item.line_ids for item in heard.items] == [("gray",)]


def test_a_thing_in_a_policy_question_is_no_thing_to_return() -> None:
    """It is the category of the question."""
    heard = read("yes broken in box. how long I have for phone? I buy phone also there", "condition", lines=LINES)

    assert heard.answer == "yes"
    assert heard.has("ask_policy")
    assert (heard.values["category"], heard.values["reason"], heard.items) == ("phone", "DAMAGED", ())


def test_places_are_counted_from_nought() -> None:
    """And from the end."""
    assert (ordinal_place("the second one"), ordinal_place("the last item"), ordinal_place("number three"), ordinal_place("one")) == (
        1,
        -1,
        2,
        None,
    )
