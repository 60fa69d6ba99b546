"""What holds in every call: each rule is broken once and seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from returnflow.conversation.context import Context
from returnflow.conversation.ports import Case, HistoryEntry
from returnflow.simulate import invariants
from returnflow.tools.demo_orders import demo_orders
from tests.calls import NOW, policies

DEMO = next(demo for demo in demo_orders(policies(), NOW) if demo.shows == "amz.default inside window")
CTX = Context("s", "u", "web", "en", "initial_router", NOW, NOW, "d", "p")


def answer(text: str, *cards: Any) -> dict[str, Any]:
    return {"reply": {"text": text, "speech": text}, "cards": list(cards)}


def case(**packet: Any) -> Case:
    whole = {"verified": {"level": 1}, "order": None, "said": [], **packet}
    return Case("1", "s", "open", "gift", "h", NOW, NOW, whole, "phone", "4045550188")


def test_the_first_reply_must_disclose() -> None:
    """That it is a machine."""
    assert not list(invariants.greeting("Hi, I'm automated. Hello?", "Hi, I'm automated."))
    assert list(invariants.greeting("Hello?", "Hi, I'm automated."))


@pytest.mark.parametrize(
    "reply",
    ["What? Why?", "I understand your frustration.", "Calm down.", "Your RMA is ready.", "Let me escalate.", "The ZIP does not match."],
)
def test_bad_wording_is_seen(reply: str) -> None:
    """Two questions, or what it never says."""
    assert list(invariants.wording(reply, 1))


def test_good_wording_passes() -> None:
    """One question."""
    assert not list(invariants.wording("You'd get it back. Shall I set it up?", 1))


def test_an_amount_must_be_stored() -> None:
    """In the reply and on the cards; the order's own prices only once it is proven."""
    proven = invariants.stored_cents(CTX, DEMO.order, ())

    assert not list(invariants.amounts(answer("It cost $64.94."), proven, 1))
    assert list(invariants.amounts(answer("It cost $64.94."), invariants.stored_cents(CTX, None, ()), 1))
    assert list(invariants.amounts(answer("Okay.", {"items": [{"text": "$500"}]}), proven, 1))
    assert list(invariants.amounts(answer("You get $1,264.94."), proven, 1))


def test_a_number_must_be_stored() -> None:
    """Return and case numbers are never invented."""
    assert not list(invariants.numbers("Your return number is 482 913 077.", ["482913077"], 1))
    assert list(invariants.numbers("Your return number is 482 913 078.", ["482913077"], 1))


@pytest.mark.parametrize("reply", ["Is it 97214?", "Thanks, Reyes.", "Order 114-5567022-3499108."])
def test_a_reply_that_tells_a_fact_is_seen(reply: str) -> None:
    """ZIP code, last name, whole order number."""
    assert list(invariants.replies_leak(reply, [DEMO], 1))


@pytest.mark.parametrize(
    "kept",
    [
        "it is 97214",
        "nine seven two one four",
        "under reyes",
        "114-5567022-3499108",
        "three four nine, nine one oh eight",
        "call 404-555-0188",
        "jo@example.com",
    ],
)
def test_personal_data_in_the_history_is_seen(kept: str) -> None:
    """In whatever way it was said."""
    assert list(invariants.history_leaks([HistoryEntry("user", kept, None, NOW)], [DEMO]))


def test_a_redacted_history_passes() -> None:
    """The last four digits, return numbers and amounts may stay."""
    kept = [
        HistoryEntry("user", "it's …9108, [number], [personal]", None, NOW),
        HistoryEntry("assistant", "482 913 077, $64.94", None, NOW),
    ]

    assert not list(invariants.history_leaks(kept, [DEMO]))


def test_a_name_that_is_a_word_counts_only_where_the_customer_spoke() -> None:
    """Price, Young and Baker are words of the assistant, too."""
    price = replace(DEMO, order=replace(DEMO.order, last_name="Price"))

    assert not list(invariants.history_leaks([HistoryEntry("assistant", "A person checks the price.", None, NOW)], [price]))
    assert list(invariants.history_leaks([HistoryEntry("user", "it's price", None, NOW)], [price]))


def test_a_packet_that_tells_too_much_is_seen() -> None:
    """A name in what was said, the raw contact, an order that was not proven."""
    assert not list(invariants.packet_leaks([case()], [DEMO]))
    assert list(invariants.packet_leaks([case(said=["I am Reyes"])], [DEMO]))
    assert list(invariants.packet_leaks([case(contact={"value": "4045550188"})], [DEMO]))
    assert list(invariants.packet_leaks([case(verified={"level": 0}, order={"number": "1"})], [DEMO]))
