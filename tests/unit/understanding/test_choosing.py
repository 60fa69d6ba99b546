"""Which answers that were offered were picked."""

from __future__ import annotations

import pytest

from returnflow.understanding.model import Choice
from tests.unit.understanding.scenes import ITEM_CHOICES, LINES, STORE_CHOICES, read

REASONS = (Choice("DEFECTIVE", "It does not work"), Choice("WRONG_SIZE", "It does not fit"), Choice("other", "Something else"))
JOURNEYS = (Choice("start_return", "Return something"), Choice("return_status", "Where is my refund?"), Choice("human", "A person"))


@pytest.mark.parametrize(
    "said,slot,choices,picked",
    [
        ("Amazon", "store", STORE_CHOICES, ("amazon",)),
        ("your own shop", "store", STORE_CHOICES, ("shop",)),
        ("the second one", "store", STORE_CHOICES, ("walmart",)),
        ("it stopped working", "reason", REASONS, ("DEFECTIVE",)),
        ("something else", "reason", REASONS, ("other",)),
        ("the lamp", "items", ITEM_CHOICES, ("lamp",)),
        ("the lamp and the gray pillow", "items", ITEM_CHOICES, ("lamp", "gray")),
        ("the toaster", "items", ITEM_CHOICES, ()),
        ("return something", "journey", JOURNEYS, ("start_return",)),
        ("", "store", STORE_CHOICES, ()),
    ],
)
def test_a_choice_is_picked_by_name_value_or_place(said: str, slot: str, choices: tuple[Choice, ...], picked: tuple[str, ...]) -> None:
    """In the order they were offered."""
    assert read(said, slot, choices=choices, lines=LINES if slot == "items" else ()).choices == picked


def test_the_other_of_two() -> None:
    """The one that the question was not about."""
    two = STORE_CHOICES[:2]

    assert read("the other one", "store", choices=two, about="amazon").choices == ("walmart",)
