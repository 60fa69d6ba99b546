"""The cooperative customer of `until`."""

from __future__ import annotations

from typing import Any

import pytest

from returnflow.simulate.customer import next_turn, reached
from returnflow.tools.demo_orders import demo_orders
from tests.calls import NOW, catalogue, policies

DEMO = next(demo for demo in demo_orders(policies(), NOW) if demo.shows == "amz.default inside window")
REASONS = catalogue().shared.reasons


def state(slot: str | None, kind: str = "free", choices: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    asked = {"slot": slot, "kind": kind, "choices": [{"id": each, "label": each} for each in choices]} if slot else None
    return {"expecting": asked, "status": "active", "outcome": None, "handoff": None, **more}


@pytest.mark.parametrize(
    "asked, said",
    [
        (state("offer", "yes_no", ("yes", "no")), "yes"),
        (state("anything_else", "yes_no", ("yes", "no")), "no that's all"),
        (state("order_number", "number"), "114-5567022-3499108"),
        (state("zip", "number"), "97214, Reyes"),
        (state("last_name"), "Reyes"),
        (state("reason", "choice"), "does not work"),
        (state(None, status="waiting_for_person"), "okay, goodbye"),
    ],
    ids=["offer", "anything-else", "number", "zip", "name", "reason-in-words", "waiting"],
)
def test_says_what_the_owner_of_the_order_would_say(asked: dict[str, Any], said: str) -> None:
    """Yes to what costs, the order's facts to what asks for them."""
    turn = next_turn(asked, DEMO, REASONS)

    assert turn is not None
    assert turn.say == said


@pytest.mark.parametrize(
    "asked, tapped",
    [
        (state("contact_by", "choice", ("phone", "page")), "page"),
        (state("items", "choice", ("1", "2")), "1"),
        (state("reason", "choice", ("DEFECTIVE", "DAMAGED")), "DEFECTIVE"),
    ],
)
def test_taps_what_is_offered(asked: dict[str, Any], tapped: str) -> None:
    """Buttons where there are some."""
    turn = next_turn(asked, DEMO, REASONS)

    assert turn is not None
    assert turn.choice == tapped


@pytest.mark.parametrize("asked", [state("contact"), state(None, status="ended")])
def test_has_no_answer_to_what_it_cannot_know(asked: dict[str, Any]) -> None:
    """Then the call stops there, and the scenario says so."""
    assert next_turn(asked, DEMO, REASONS) is None


def test_without_an_order_only_confirmations_are_answered() -> None:
    """Nothing is made up."""
    assert next_turn(state("order_number", "number"), None, REASONS) is None


def test_where_a_call_is_to_get() -> None:
    """Settled, with a case, or over."""
    assert reached("done", state(None, outcome="instructed"))
    assert not reached("done", state("offer"))
    assert reached("handoff", state(None, handoff={}))
    assert reached("ended", state(None, status="ended"))
    assert not reached("ended", state(None, outcome="done"))
