"""What staff did to a case, taken into the customer's conversation."""

from __future__ import annotations

from dataclasses import replace

from returnflow.conversation.context import Context
from returnflow.conversation.ports import Case


def case_into(ctx: Context, case: Case) -> Context:
    """The context with the case as it stands: waiting, with a person, or closed with an answer."""
    if ctx.handoff is None or ctx.handoff.reference != case.reference:
        return ctx
    facts = replace(ctx.handoff, status=case.status, claimed_by=case.claimed_by, note=case.note)
    status = {"open": "waiting_for_person", "claimed": "with_person", "closed": "active"}[case.status]
    changed = replace(ctx, handoff=facts, status=ctx.status if ctx.status == "ended" else status)
    return replace(changed, handoff_reason=None) if case.status == "closed" else changed
