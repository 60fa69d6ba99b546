"""Whether the offer reached the customer: a yes counts only after that (design section 6)."""

from __future__ import annotations

from dataclasses import replace

from returnflow.conversation.context import Context

SLACK = 3
"""Characters that a browser's last boundary event may lack."""


def delivered(ctx: Context, mode: str, heard_chars: int | None, *, interrupted: bool) -> Context:
    """The context with `quote_delivered` as this turn shows it.

    Typed, or on a page that did not count: the card was shown. Spoken with a count: only when the quote was heard to its end.
    An interruption without a count means that it was not heard. What was not heard has to be said again: it cannot become
    delivered by a later turn.
    """
    if ctx.quote is None or ctx.quote_delivered or ctx.quote_end == 0:
        return ctx
    if mode == "typed":
        heard = True
    elif heard_chars is not None:
        heard = heard_chars + SLACK >= ctx.quote_end
    else:
        heard = not interrupted
    return replace(ctx, quote_delivered=heard, quote_end=ctx.quote_end if heard else 0)
