"""`flask returns list|show|move`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from returnflow.conversation.effects import Assess, CreateReturn
from returnflow.retail.model import LineRequest, Reason
from returnflow.retail.rma import shown
from returnflow.wiring import Services
from tests.calls import Clock

Flask = Callable[..., Any]


@pytest.fixture
def rma(flask: Flask, services: Services) -> str:
    """A return of the demo headphones."""
    flask("seed-demo")
    with services.database.begin(write=True) as uow:
        request = LineRequest("1", 1, Reason.DEFECTIVE)
        quote = services.tools.run(Assess("11455670223499108", (request,)), uow, services.clock()).quote  # type: ignore[union-attr]
        made = services.tools.run(CreateReturn("s", "11455670223499108", quote, "k"), uow, services.clock())
        uow.commit()
    return made.created.rma  # type: ignore[union-attr]


def test_the_list_shows_where_each_return_is(flask: Flask, rma: str) -> None:
    """Number in threes, status in words, money, days, and by when staff owe the label, in the shop's time."""
    ran = flask("returns", "list")

    line = next(line for line in ran.out.splitlines() if shown(rma) in line)
    for words in ("amazon", "approved", "$64.94", "Sun Nov 29", "Sat Nov 21, 10:31", "Mon Nov 23, 12:00"):
        assert words in line


def test_a_late_label_is_marked(flask: Flask, rma: str, clock: Clock) -> None:
    """On Tuesday the promise of Monday noon is broken, until the label is sent."""
    clock.forward(days=3)

    before = flask("returns", "list").out
    flask("returns", "move", rma, "label_sent")

    assert "LATE" in before
    assert "LATE" not in flask("returns", "list").out


def test_one_return_with_its_way(flask: Flask, rma: str) -> None:
    """Items, money with its rule, history and what can follow; the order only by its last digits."""
    ran = flask("returns", "show", shown(rma))

    assert ran.code == 0
    for words in ("1 × Aria headphones", "$64.94 by rule amz.default", "approved, by assistant", "label_sent, in_transit", "ending 9108"):
        assert words in ran.out
    assert "11455670223499108" not in ran.out
    assert flask("returns", "show", rma, "--json").document["refund_cents"] == 6494


def test_a_return_is_moved_on(flask: Flask, rma: str) -> None:
    """Along the table, with who did it."""
    for status in ("label_sent", "in_transit", "received", "refunded"):
        ran = flask("returns", "move", rma, status, "--by", "dana", "--json")

        assert (ran.code, ran.document["status"], ran.document["history"][-1]["by"]) == (0, status, "dana")
    assert [each["rma"] for each in flask("returns", "list", "--status", "refunded", "--json").document["returns"]] == [rma]
    assert flask("returns", "list", "--status", "approved").out == "No returns.\n"


def test_a_move_that_is_not_allowed_says_what_is(flask: Flask, rma: str) -> None:
    """The refusal lists where the return can go."""
    ran = flask("returns", "move", rma, "inspected")

    assert (ran.code, ran.out) == (1, "")
    assert "it can become label sent or" in ran.err


def test_an_expired_return_does_not_come_back_over_another(flask: Flask, rma: str, services: Services) -> None:
    """When its items are in a newer return, the old one stays expired and staff are told why."""
    flask("returns", "move", rma, "expired")
    with services.database.begin(write=True) as uow:
        request = LineRequest("1", 1, Reason.DEFECTIVE)
        quote = services.tools.run(Assess("11455670223499108", (request,)), uow, services.clock()).quote  # type: ignore[union-attr]
        services.tools.run(CreateReturn("s", "11455670223499108", quote, "k2"), uow, services.clock())
        uow.commit()

    ran = flask("returns", "move", rma, "received")

    assert ran.code == 1
    assert "in another return" in ran.err


@pytest.mark.parametrize(
    "number, words",
    [pytest.param("123", "nine digits", id="too-short"), pytest.param("482913079", "checks the others", id="misread"),
     pytest.param("482913077", "flask returns list", id="unknown")],
)  # fmt: skip
def test_a_wrong_number_says_what_to_do(flask: Flask, number: str, words: str) -> None:
    """A misread number is told from one that does not exist."""
    ran = flask("returns", "show", number)

    assert ran.code == 1
    assert words in ran.err
