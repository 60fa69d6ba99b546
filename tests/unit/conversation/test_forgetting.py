"""What of a stored conversation is text: a law over every context there can be."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings

from returnflow.conversation.context import CONTEXT, Context
from returnflow.conversation.forgetting import FORGOTTEN, packet_without_text, without_text
from tests.unit.storage.strategies import any_of

BLANK = {each.name: each.default for each in fields(Context)}


@settings(max_examples=50, deadline=None)
@given(context=any_of(Context))
def test_what_is_left_is_a_context_with_the_same_facts(context: Context) -> None:
    """It loads, every field with somebody's words is empty, and every other field is as it was, but for the words in its case."""
    left = CONTEXT.validate_json(json.dumps(without_text(json.loads(CONTEXT.dump_json(context)))))

    silent = replace(context.handoff, note=None, contact=None, passed_on=()) if context.handoff else None
    emptied: dict[str, Any] = {
        "said": (),
        "mentions": (),
        "open_mentions": (),
        "promises": (),
        "number_candidates": (),
        "partial_order_number": "",
    }
    nothing: dict[str, Any] = {"private": {}, "last_reply": None, "expecting": None, "question": None}
    assert left == replace(CONTEXT.validate_json(CONTEXT.dump_json(context)), handoff=silent, **emptied, **nothing)


def test_every_forgotten_field_exists() -> None:
    """A field that is renamed must not be kept for ever by its new name."""
    assert set(FORGOTTEN) <= set(BLANK)


def test_a_context_of_an_older_release_loses_its_text() -> None:
    """Fields that this release does not know stay, ones that it would miss are not made up."""
    old = {"session_id": "s", "said": ["hello there you"], "handoff": None, "mystery": 7}

    assert without_text(old) == {"session_id": "s", "said": [], "handoff": None, "mystery": 7}


def test_a_packet_keeps_its_structured_facts() -> None:
    """Quotations, worded promises and the masked contact go; items, decision and headline stay."""
    packet = {
        "headline": "Lamp, arrived broken",
        "said": ["my lamp broke"],
        "already_promised": [{"text": "Someone answers by noon.", "at": "2026-11-21T12:00:00Z"}],
        "contact": {"by": "text", "value": "•••-•••-0188"},
        "items": [{"title": "Lamp", "in_customers_words": "the tall thing"}],
        "decision": {"plain": "out of time"},
    }

    assert packet_without_text(packet) == {
        "headline": "Lamp, arrived broken",
        "said": [],
        "already_promised": [],
        "contact": {"by": "text", "value": None},
        "items": [{"title": "Lamp", "in_customers_words": None}],
        "decision": {"plain": "out of time"},
    }
