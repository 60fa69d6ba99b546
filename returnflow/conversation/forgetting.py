"""What of a conversation is text and goes when its time is over, and what is fact and stays.

It works on the stored documents and not on `Context`: text must go even from a conversation that an older release stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

FORGOTTEN: Final[Mapping[str, Any]] = {
    "said": [],
    "mentions": [],
    "open_mentions": [],
    "last_reply": None,
    "promises": [],
    "number_candidates": [],
    "partial_order_number": "",
    "private": {},
    "expecting": None,
    "question": None,
}
"""Fields of `Context` that hold somebody's words, and what is left of them. An open question goes with the words it was about."""


def without_text(context: Mapping[str, Any]) -> dict[str, Any]:
    """A stored context with its facts alone: journey, items, decisions, quote, return and case, but nobody's words."""
    kept = {name: FORGOTTEN.get(name, value) for name, value in context.items()}
    if kept.get("handoff"):
        kept["handoff"] = {**kept["handoff"], "note": None, "contact": None, "passed_on": []}
    return kept


def packet_without_text(packet: Mapping[str, Any]) -> dict[str, Any]:
    """A stored `handoff.v1` with its structured facts alone: no quotation, no promise as it was worded, not even the masked contact."""
    kept = {**packet, "said": [], "already_promised": []}
    if kept.get("contact"):
        kept["contact"] = {**kept["contact"], "value": None}
    if kept.get("items"):
        kept["items"] = [{**item, "in_customers_words": None} for item in kept["items"]]
    return kept
