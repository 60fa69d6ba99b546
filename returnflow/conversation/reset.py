"""Taking back what depended on something that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from returnflow.conversation.context import Context
from returnflow.conversation.step import drop


def without_quote(ctx: Context) -> Context:
    """Forget the offer and what it was decided on; the items stay."""
    return replace(
        ctx, quote=None, quote_delivered=False, quote_end=0, decisions=(), capabilities=(), instructions=(), if_approved_cents=None
    )


NO_CHOICE: Mapping[str, Any] = {"earlier_items": (), "open_mentions": (), "mentions": (), "unmatched": False, "everything": False}


def without_items(ctx: Context) -> Context:
    """Forget which items go back, and with them the offer."""
    return replace(drop(without_quote(ctx), "reason", "quantity"), items=(), past_items=ctx.items or ctx.past_items, **NO_CHOICE)


def without_order(ctx: Context) -> Context:
    """Forget the order and its proof; what the customer said about the items stays and is matched again."""
    ctx = without_quote(ctx)
    return replace(
        ctx, order=None, verified=False, items=(), earlier_items=(), open_mentions=(), returns=(), facts_stale=False, unmatched=False
    )


def without_number(ctx: Context) -> Context:
    """Forget the order number too."""
    ctx = drop(without_order(ctx), "order_number", "rma", "order_suffix")
    return replace(ctx, number_candidates=(), partial_order_number="")


def for_new_journey(ctx: Context, journey: str) -> Context:
    """Begin another journey in the same conversation: the proven order stays, the rest of the last journey goes."""
    fresh = replace(without_items(ctx), past_items=()) if ctx.settled else without_quote(ctx)
    return replace(fresh, journey=journey, settled=False, handoff_reason=None, tries={}, expecting=None, question=None)
