"""What the reader may know while it reads this turn: nothing personal, nothing of an order that is not verified."""

from __future__ import annotations

from collections.abc import Mapping

from returnflow.conversation.context import Context
from returnflow.conversation.selection import line_names
from returnflow.conversation.step import Frame, slot
from returnflow.understanding.model import Scene


def scene_for(ctx: Context, frame: Frame, called: Mapping[str, tuple[str, ...]]) -> Scene:
    """The scene of this context. `called` maps enabled stores to the names people use for them."""
    return Scene(
        today=frame.today,
        expecting=ctx.expecting,
        store=slot(ctx, "store"),
        stores=called,
        formats=frame.formats,
        partial_order_number=ctx.partial_order_number,
        lines=line_names(ctx),
        items_said=tuple(mention.text for mention in ctx.mentions),
    )
