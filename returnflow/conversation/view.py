"""The conversation as the outside sees it: `state` and the context view of design section 6. Personal values are masked here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from returnflow.conversation.context import Context
from returnflow.conversation.facts import fact, shipping_sentence, the_return
from returnflow.conversation.packet import mask_contact
from returnflow.conversation.ports import HistoryEntry
from returnflow.conversation.step import Frame, slot
from returnflow.conversation.titles import joined, short_title
from returnflow.retail.model import Quote, Return
from returnflow.retail.rma import spoken

PUBLIC_SLOTS = {"identity": "zip", "identity_retry": "order_number", "policy_store": "store"}
"""Questions of ours under the name of the slot that a client may fill first."""


def utc(moment: datetime) -> str:
    """ISO 8601 with `Z`, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def state(ctx: Context, version: int, frame: Frame, slip: dict[str, str] | None) -> dict[str, Any]:
    """`state` of every answer."""
    return {
        "version": version,
        "status": ctx.status,
        "outcome": ctx.outcome,
        "agent": ctx.current_agent,
        "journey": _journey(ctx),
        "steps": steps(ctx, frame),
        "expecting": _expecting(ctx),
        "slots": _slots(ctx, frame),
        "quote": quote_view(ctx.quote) if ctx.quote and not ctx.settled else None,
        "return": _return(ctx, frame, slip),
        "handoff": _handoff(ctx),
    }


def _journey(ctx: Context) -> str | None:
    return "human" if case_is_open(ctx) or ctx.handoff_reason is not None else ctx.journey


def case_is_open(ctx: Context) -> bool:
    """Whether a person still has to answer."""
    return ctx.handoff is not None and ctx.handoff.status != "closed"


def steps(ctx: Context, frame: Frame) -> list[dict[str, str]]:
    """The journey's steps with the one that is now; all done once it is settled."""
    labels = frame.catalogue.shared.journeys.get(_journey(ctx) or "return", ())
    names = [name for name, _ in labels]
    now = names.index(step_now(ctx)) if step_now(ctx) in names else 0
    finished = _finished(ctx)

    def stand(index: int) -> str:
        if finished or index < now:
            return "done"
        return "now" if index == now else "next"

    return [{"id": name, "label": label, "state": stand(index)} for index, (name, label) in enumerate(labels)]


def _finished(ctx: Context) -> bool:
    return ctx.settled and ctx.journey is not None and ctx.handoff_reason is None and ctx.outcome not in (None, "refused")


def step_now(ctx: Context) -> str:
    """The id of the step the conversation is at."""
    if case_is_open(ctx):
        return "answer"
    if ctx.handoff_reason is not None:
        return "passed_on"
    if slot(ctx, "store") is None:
        return "store"
    if not ctx.verified:
        return "order"
    if ctx.journey == "cancel":
        return "done" if ctx.settled else "confirm"
    if ctx.journey in ("return_status", "order_status", "not_received"):
        return "status"
    if ctx.settled:
        return "done"
    return "offer" if ctx.quote is not None or ctx.decisions else "items"


def _expecting(ctx: Context) -> dict[str, Any] | None:
    asked = ctx.expecting
    if asked is None:
        return None
    choices = [{"id": choice.id, "label": choice.label} for choice in asked.choices]
    return {"slot": PUBLIC_SLOTS.get(asked.slot, asked.slot), "kind": asked.kind, "choices": choices, "example": asked.example}


def _slots(ctx: Context, frame: Frame) -> list[dict[str, Any]]:
    """What the customer's Details list: never a ZIP, a name or a whole number."""
    rows: list[tuple[str, str, bool]] = []
    if slot(ctx, "store"):
        rows.append(("store", fact("store", ctx, frame).text, ctx.verified))
    if slot(ctx, "order_number"):
        rows.append(("order_number", f"…{str(slot(ctx, 'order_number'))[-4:]}", ctx.verified))
    rows.extend((name, "given", ctx.verified) for name in ("zip", "last_name") if slot(ctx, name))
    if ctx.items:
        rows.append(("items", fact("items", ctx, frame).text, True))
    elif ctx.mentions:
        rows.append(("items", fact("said_items", ctx, frame).text, False))
    reasons = _reasons(ctx, frame)
    if reasons:
        rows.append(("reason", reasons, bool(ctx.items)))
    if slot(ctx, "contact"):
        rows.append(("contact", mask_contact(ctx.private.get("contact")) or "given", bool(slot(ctx, "contact_ok"))))
    labels = frame.catalogue.shared.labels
    return [{"name": name, "label": labels.get(name, name), "value": value, "confirmed": confirmed} for name, value, confirmed in rows]


def _reasons(ctx: Context, frame: Frame) -> str:
    words = frame.catalogue.shared.reasons
    codes = [item.reason for item in ctx.items if item.reason] or [str(m.reason) for m in ctx.mentions if m.reason]
    codes = codes or ([str(slot(ctx, "reason"))] if slot(ctx, "reason") else [])
    return joined(list(dict.fromkeys(words[code] for code in codes if code in words)))


def quote_view(quote: Quote) -> dict[str, Any]:
    return {
        "lines": [
            {"line_id": line.line_id, "title": line.title, "quantity": line.quantity, "refund_cents": line.refund_cents}
            for line in quote.lines
        ],
        "fees": [{"kind": fee.kind, "amount_cents": fee.amount_cents, "reason": fee.reason} for fee in quote.fees],
        "refund_cents": quote.refund_cents,
        "currency": quote.currency,
        "method": quote.method,
        "return_by": quote.return_by.isoformat(),
        "refund_from": quote.refund_from.isoformat(),
        "refund_to": quote.refund_to.isoformat(),
        "rule_id": quote.rule_id,
        "certainty": quote.certainty,
    }


def _return(ctx: Context, frame: Frame, slip: dict[str, str] | None) -> dict[str, Any] | None:
    about = the_return(ctx)
    if about is None or not ctx.settled:
        return None
    view = quote_view(about.quote)
    return {
        "rma": about.rma,
        "rma_spoken": spoken(about.rma),
        "kind": about.kind,
        "status": about.status.value,
        "outcome": about.outcome,
        "lines": view["lines"],
        "refund_cents": about.quote.refund_cents,
        "currency": about.quote.currency,
        "return_by": view["return_by"],
        "method": about.quote.method,
        "next_steps": next_steps(about, ctx, frame),
        "slip": slip,
    }


def next_steps(about: Return, ctx: Context, frame: Frame) -> list[str]:
    """What the customer does now, from the stored return."""
    shipping = shipping_sentence(ctx, frame)
    filled = [shipping] if shipping else []
    filled.append("No printer? Write the return number on a sheet of paper and put that inside.")
    return filled


def _handoff(ctx: Context) -> dict[str, Any] | None:
    case = ctx.handoff
    if case is None:
        return None
    return {
        "reference": case.reference,
        "reason": case.reason,
        "headline": case.headline,
        "due_at": utc(case.due_at),
        "contact": case.contact,
        "status": case.status,
        "passed_on": list(case.passed_on),
        "claimed_by": case.claimed_by,
        "note": case.note,
    }


def context_view(ctx: Context, history: Sequence[HistoryEntry], shown_state: dict[str, Any]) -> dict[str, Any]:
    """What GET /api/sessions/{id} answers: the context of design section 5 and the state, both at top level.

    The state stands under `state` too, so that a client reads it with the code that reads an answer.
    """
    return {
        **shown_state,
        "session_id": ctx.session_id,
        "user_identity": ctx.user_identity,
        "channel": ctx.channel,
        "language": ctx.language,
        "current_agent": ctx.current_agent,
        "previous_agent": ctx.previous_agent,
        "next_agent": ctx.next_agent,
        "conversation_history": [{"role": e.role, "content": e.content, "agent": e.agent, "at": utc(e.at)} for e in history],
        "extracted_data": extracted(ctx),
        "routing_confidence": round(ctx.routing_confidence, 3),
        "sentiment": ctx.sentiment,
        "status": ctx.status,
        "outcome": ctx.outcome,
        "created_at": utc(ctx.created_at),
        "updated_at": utc(ctx.updated_at),
        "state": shown_state,
    }


def extracted(ctx: Context) -> dict[str, Any]:
    """What has been understood, ZIP and name only as "given"."""
    number = slot(ctx, "order_number")
    first = ctx.items[0] if ctx.items else None
    return {
        "intent": ctx.journey,
        "store": slot(ctx, "store"),
        "order_number": f"…{str(number)[-4:]}" if number else None,
        "zip": slot(ctx, "zip"),
        "last_name": slot(ctx, "last_name"),
        "items": [short_title(item.title) for item in ctx.items] or [m.text for m in ctx.mentions if m.text],
        "item_type": ctx.order.line(first.line_id).category if first and ctx.order and ctx.order.line(first.line_id) else None,  # type: ignore[union-attr]
        "quantity": sum(item.quantity or 1 for item in ctx.items) if ctx.items else None,
        "reason": (first.reason if first else None) or slot(ctx, "reason"),
        "preference": "exchange" if ctx.journey == "exchange" else ("refund" if ctx.journey == "return" else None),
    }
