"""Reasons: everyday words to the canonical ones."""

from __future__ import annotations

import pytest

from returnflow.retail.model import Reason
from returnflow.understanding.patterns import load
from returnflow.understanding.reasons import find_reasons
from returnflow.understanding.text import Utterance


@pytest.mark.parametrize(
    "said,reason",
    [
        ("it crackles", Reason.DEFECTIVE),
        ("your blender died after six weeks", Reason.DEFECTIVE),
        ("this thing never worked", Reason.DEFECTIVE),
        ("it won't turn on", Reason.DEFECTIVE),
        ("it keeps shutting off", Reason.DEFECTIVE),
        ("it arrived smashed", Reason.DAMAGED),
        ("broken in box", Reason.DAMAGED),
        ("there is a crack in the screen", Reason.DAMAGED),
        ("the box was crushed", Reason.SHIPPING_BOX_DAMAGED),
        ("it's too small", Reason.WRONG_SIZE),
        ("they don't fit", Reason.WRONG_SIZE),
        ("I changed my mind about it", Reason.NO_LONGER_WANTED),
        ("we don't need it", Reason.NO_LONGER_WANTED),
        ("my kid already has one", Reason.DUPLICATE_ITEM),
        ("found it cheaper", Reason.LOWER_PRICE),
        ("wrong color", Reason.INCORRECT_ITEM),
        ("you sent me somebody else's order", Reason.INCORRECT_ITEM),
        ("it's missing the cable", Reason.MISSING_PARTS),
        ("there was no charger in it", Reason.MISSING_PARTS),
        ("it came too late for the party", Reason.ARRIVED_LATE),
        ("it looks nothing like the picture", Reason.NOT_AS_DESCRIBED),
        ("it feels cheap and flimsy", Reason.INADEQUATE_QUALITY),
        ("it never arrived", Reason.LOST_IN_TRANSIT),
        ("it says delivered but it was stolen", Reason.LOST_AFTER_DELIVERY),
        ("I tried to cancel it", Reason.TRIED_TO_CANCEL),
        ("I bought it at another store", Reason.BOUGHT_SOMEWHERE_ELSE),
        ("I ordered two sizes to try", Reason.BOUGHT_ANOTHER_SIZE_OR_COLOR),
    ],
)
def test_what_customers_say_is_one_of_the_reasons(said: str, reason: Reason) -> None:
    """The first one found."""
    assert [found.reason for found in find_reasons(Utterance(said).plain)][:1] == [reason.value]


@pytest.mark.parametrize(
    "said", ["I want to return my lamp", "where is my missing refund", "yes please", "can I talk to a person", "one one four"]
)
def test_no_reason_is_made_up(said: str) -> None:
    """Wishes and questions hold none."""
    assert [found for found in find_reasons(Utterance(said).plain) if found.reason != Reason.MISSING_PARTS] == []


def test_every_section_is_a_reason() -> None:
    """The file and the enumeration agree."""
    assert {Reason(name.removesuffix(" asked")) for name in load("reasons")} == set(Reason)
