"""The handoff packet: everything a person needs, so that the customer explains nothing twice. Schema `handoff.v1`."""

from __future__ import annotations

from datetime import date
from typing import Any

from returnflow.conversation.context import Context
from returnflow.conversation.effects import OpenHandoff
from returnflow.conversation.step import Frame, slot
from returnflow.conversation.titles import joined, short_title
from returnflow.retail.model import FAULT_REASONS, Decision, Verdict

KNOWN_REASONS = frozenset(
    {
        *("out_of_window", "asked_for_human", "high_value", "uncertain_policy", "verification_failed", "misunderstood"),
        *("tool_failed", "not_received", "abuse", "gift", "low_rating"),
    }
)
"""The schema's codes; the policy's finer codes are mapped onto them."""
OUT_OF_WINDOW = frozenset({"fault_after_deadline", "out_of_window", "late_with_fee"})
HIGH_VALUE = frozenset({"high_value", "risky_goods", "return_rate"})
FROM_CUSTOMER = frozenset({"exchange"})
WANTS = {"exchange": "exchange", "return": "refund", "cancel": "information", "return_status": "information", "order_status": "information"}
MOODS = {"calm": "calm", "annoyed": "upset", "angry": "upset"}


def open_handoff(ctx: Context, frame: Frame, contact_by: str) -> OpenHandoff:
    """The effect that stores the case, with the packet as far as the conversation knows it."""
    reason = reason_code(ctx.handoff_reason)
    title = headline(ctx, frame)
    contact = ctx.private.get("contact") if contact_by != "page" else None
    return OpenHandoff(ctx.session_id, reason, title, _packet(ctx, frame, reason, title, contact_by, contact), contact_by, contact)


def reason_code(said: str | None) -> str:
    """The schema's code for why this goes to a person."""
    if said in KNOWN_REASONS:
        return str(said)
    if said in OUT_OF_WINDOW:
        return "out_of_window"
    if said in HIGH_VALUE:
        return "high_value"
    return "asked_for_human" if said in FROM_CUSTOMER else "uncertain_policy"


def headline(ctx: Context, frame: Frame) -> str:
    """One line from the slots: what, why, what is wanted."""
    things = joined([short_title(item.title) for item in ctx.items]) or joined([mention.text for mention in ctx.mentions])
    code = next((item.reason for item in ctx.items if item.reason), None) or slot(ctx, "reason")
    why = frame.catalogue.shared.reasons.get(str(code)) if code else None
    parts = [things[:1].upper() + things[1:] if things else "", why or "", _late(ctx, frame.today), _wish(ctx)]
    return ", ".join(part for part in parts if part)[:200]


def _late(ctx: Context, today: date) -> str:
    for _, decision in ctx.decisions:
        if decision.deadline is not None and decision.reason_code in OUT_OF_WINDOW:
            return f"{max((today - decision.deadline).days, 0)} days past the deadline"
    return ""


def _wish(ctx: Context) -> str:
    by_reason = {
        "not_received": "says it did not arrive",
        "verification_failed": "could not be verified",
        "abuse": "asked for a person",
        "gift": "wants to return a gift",
    }
    if ctx.handoff_reason in by_reason:
        return by_reason[ctx.handoff_reason]
    return f"wants {_wants(ctx)}" if ctx.journey else "asked for a person"


def _wants(ctx: Context) -> str:
    if ctx.handoff_reason == "not_received":
        return "refund"
    return WANTS.get(ctx.journey or "", "information")


def _packet(ctx: Context, frame: Frame, reason: str, title: str, by: str, contact: str | None) -> dict[str, Any]:
    decision = _decisive(ctx)
    return {
        "schema": "handoff.v1",
        "channel": f"{ctx.channel}_{'voice' if ctx.mode == 'spoken' else 'typed'}",
        "language": ctx.language,
        "headline": title,
        "reason_code": reason,
        "rule_ids": sorted({each.rule_id for _, each in ctx.decisions if each.rule_id}),
        "customer_wants": _wants(ctx),
        "verified": _verified(ctx),
        "contact": {"by": by, "value": mask_contact(contact), "best_time": None, "consent": True},
        "order": _order(ctx),
        "claims": {} if ctx.verified else _claims(ctx, frame),
        "items": _items(ctx),
        "decision": _decision(decision),
        "quote": _quote(ctx),
        "if_approved_cents": ctx.if_approved_cents,
        "already_promised": [{"text": each.text, "at": each.at.isoformat().replace("+00:00", "Z")} for each in ctx.promises],
        "said": list(ctx.said[:3]),
        "tried": list(ctx.tried),
        "risk": sorted({each.reason_code for _, each in ctx.decisions if each.reason_code in HIGH_VALUE}),
        "mood": {"value": "abusive" if ctx.handoff_reason == "abuse" else MOODS[ctx.sentiment], "turn": ctx.mood_turn},
        "next_step": _next_step(ctx, decision),
        "actions": _actions(ctx, decision),
        "history_url": None,
        "definitions": ctx.definitions,
        "policy_version": ctx.policy_version,
    }


def _verified(ctx: Context) -> dict[str, Any]:
    matched = ["order_number", "zip", "last_name"] if ctx.verified else []
    return {"level": 1 if ctx.verified else 0, "matched": matched, "tries_used": ctx.verify_failures + (1 if ctx.verified else 0)}


def _order(ctx: Context) -> dict[str, Any] | None:
    """Only a proven order is shown to staff."""
    if ctx.order is None or not ctx.verified:
        return None
    order = ctx.order
    sellers = sorted({line.seller for line in order.lines})
    return {
        "store": order.store,
        "number": order.order_number,
        "sold_by": ", ".join(sellers),
        "placed": order.placed_on.isoformat(),
        "shipped": order.shipped_on.isoformat() if order.shipped_on else None,
        "delivered": order.delivered_on.isoformat() if order.delivered_on else None,
    }


def _claims(ctx: Context, frame: Frame) -> dict[str, str]:
    """What was said and not proven: no ZIP, no name; the order number by its last four."""
    claims: dict[str, str] = {}
    if slot(ctx, "store"):
        claims["store"] = frame.catalogue.stores.get(str(slot(ctx, "store")), "")
    if ctx.number_candidates:
        claims["order_number"] = f"…{ctx.number_candidates[0][-4:]}"
    if ctx.mentions:
        claims["items"] = joined([mention.text for mention in ctx.mentions])
    return claims


def _items(ctx: Context) -> list[dict[str, Any]]:
    if ctx.items:
        return [
            {"title": item.title, "quantity": item.quantity, "reason": item.reason, "condition": item.condition, "outcome": _wants(ctx)}
            for item in ctx.items
        ]
    return [{"title": mention.text, "quantity": mention.quantity, "reason": mention.reason} for mention in ctx.mentions if mention.text]


def _decisive(ctx: Context) -> Decision | None:
    decisions = [decision for _, decision in ctx.decisions]
    return next((each for each in decisions if each.verdict is not Verdict.ELIGIBLE), decisions[0] if decisions else None)


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    deadline = decision.deadline.isoformat() if decision.deadline else None
    return {"verdict": decision.verdict.value, "deadline": deadline, "plain": decision.plain, "certainty": decision.certainty}


def _quote(ctx: Context) -> dict[str, Any] | None:
    if ctx.quote is None:
        return None
    quote = ctx.quote
    return {
        "refund_cents": quote.refund_cents,
        "currency": quote.currency,
        "return_by": quote.return_by.isoformat(),
        "rule_id": quote.rule_id,
    }


def _next_step(ctx: Context, decision: Decision | None) -> str:
    if ctx.handoff_reason == "not_received":
        return "Trace the parcel with the carrier, then answer the customer."
    if ctx.handoff_reason == "verification_failed":
        return "Check who it is by another way. What was said is not proven."
    if decision is not None and decision.verdict is not Verdict.ELIGIBLE:
        fault = any(item.reason in FAULT_REASONS for item in ctx.items)
        amount = f" Refund would be ${ctx.if_approved_cents / 100:.2f}." if ctx.if_approved_cents is not None else ""
        return f"Decide an exception{' for a fault' if fault else ''}.{amount}"
    return "Answer the customer; everything said is above."


def _actions(ctx: Context, decision: Decision | None) -> list[str]:
    if decision is not None and decision.verdict is not Verdict.ELIGIBLE:
        return ["approve_exception", "offer_exchange", "decline", "ask_customer"]
    return ["ask_customer", "decline"]


def customer_view(ctx: Context, frame: Frame) -> tuple[str, ...]:
    """ "What I passed on": the subset the customer may see."""
    lines = [headline(ctx, frame)]
    if ctx.order is not None and ctx.verified:
        lines.append(f"Order ending {ctx.order.last_four}")
    if ctx.private.get("contact"):
        lines.append(f"Answer to {mask_contact(ctx.private['contact'])}")
    return tuple(lines)


def mask_contact(contact: str | None) -> str | None:
    """ "•••-•••-0188" or "j•••@g•••"."""
    if contact is None:
        return None
    if "@" in contact:
        user, _, host = contact.partition("@")
        return f"{user[:1]}•••@{host[:1]}•••"
    return f"•••-•••-{contact[-4:]}"
