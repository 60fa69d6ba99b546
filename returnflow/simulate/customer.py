"""The cooperative customer of `until`: says yes to what is asked, and knows the order as its owner does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from returnflow.simulate.scenario import Turn
from returnflow.tools.demo_orders import DemoOrder

FINAL = {"anything_else": "no that's all", "declined": "that's all"}
"""Questions that a yes would only prolong."""


def reached(until: str, state: Mapping[str, Any]) -> bool:
    """Whether the call is where the scenario wants it: settled with any outcome, with a case, or over."""
    if until == "ended":
        return bool(state["status"] == "ended")
    if until == "handoff":
        return state["handoff"] is not None
    return state["outcome"] is not None or state["status"] != "active"


def next_turn(state: Mapping[str, Any], demo: DemoOrder | None, reasons: Mapping[str, str]) -> Turn | None:
    """What this customer does now, None when nobody asked anything that they could answer. `reasons` puts reasons into words."""
    asked = state["expecting"]
    if asked is None:
        return Turn(say="okay, goodbye") if state["status"] != "ended" else None
    slot = asked["slot"]
    if slot in FINAL:
        return Turn(say=FINAL[slot])
    if slot == "contact_by":
        return Turn(choice="page")
    if asked["kind"] == "yes_no":
        return Turn(say="yes")
    answer = _from_order(slot, demo) if demo else None
    if answer is None:
        return None
    offered = {choice["id"] for choice in asked["choices"]}
    return Turn(choice=answer) if answer in offered else Turn(say=reasons.get(answer, answer))


def _from_order(slot: str, demo: DemoOrder) -> str | None:
    order, request = demo.order, demo.request
    known = {
        "store": order.store,
        "order_number": demo.spaced,
        "zip": f"{order.zip}, {order.last_name}",
        "last_name": order.last_name,
        "items": request.line_id,
        "quantity": str(request.quantity),
        "reason": request.reason.value if request.reason else None,
        "condition": request.condition,
    }
    return known.get(slot)
