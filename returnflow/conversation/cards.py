"""The cards of the moment: what the page pins until it is settled. All values are read from the context."""

from __future__ import annotations

from typing import Any

from returnflow.conversation.context import Context
from returnflow.conversation.facts import the_return
from returnflow.conversation.selection import available_lines
from returnflow.conversation.step import Frame
from returnflow.retail.lifecycle import describe
from returnflow.retail.model import Quote, Return
from returnflow.retail.rma import shown
from returnflow.retail.words import day, day_range, money

Card = dict[str, Any]


def cards(ctx: Context, frame: Frame, slip: dict[str, str] | None) -> list[Card]:
    """Every card that is open now, the most important first."""
    found: list[Card] = []
    if ctx.handoff is not None:
        found.append(_handoff(ctx, frame))
    about = the_return(ctx)
    if ctx.quote is not None and not ctx.settled and ctx.status == "active":
        found.append(offer_card(ctx.quote, ctx, frame))
    elif about is not None and ctx.settled:
        found.append(_slip(about, frame, slip) if slip else _status(about, frame))
    if ctx.instructions and ctx.outcome == "instructed":
        found.append(_steps(ctx))
    if ctx.expecting is not None and ctx.expecting.slot == "items":
        found.append(_items(ctx))
    elif ctx.order is not None and ctx.verified and not found:
        found.append(_order(ctx, frame))
    return found


def _card(kind: str, title: str, rows: list[tuple[str, str, str | None]], actions: list[dict[str, str]] | None = None) -> Card:
    items = [{"id": name, "text": text, **({"detail": detail} if detail else {})} for name, text, detail in rows]
    return {"type": kind, "title": title, "items": items, "actions": actions or []}


def offer_card(quote: Quote, ctx: Context, frame: Frame) -> Card:
    """What comes back, for what, by when, how, and when the money arrives."""
    title = "The same thing again" if quote.kind == "exchange" else f"{money(quote.refund_cents, quote.currency)} back"
    rows: list[tuple[str, str, str | None]] = []
    for line in quote.lines:
        amount = None if quote.kind == "exchange" else money(line.refund_cents, quote.currency)
        rows.append((f"line-{line.line_id}", f"{line.title} × {line.quantity}", amount))
    if quote.tax_cents:
        rows.append(("tax", "Tax in it", money(quote.tax_cents, quote.currency)))
    for fee in quote.fees:
        rows.append((f"fee-{fee.kind}", fee.reason, f"−{money(fee.amount_cents, quote.currency)}"))
    if not quote.fees:
        rows.append(("fees", "Fees", "none"))
    rows.append(("return_by", "Send by", day(quote.return_by, frame.today)))
    rows.append(("method", "How", _method(ctx, frame)))
    if quote.kind != "exchange":
        rows.append(("money", "Money", f"{day_range(quote.refund_from, quote.refund_to, frame.today)}, the way you paid"))
    actions = [
        {"label": "Yes, set it up", "choice_id": "yes"},
        {"label": "Change something", "choice_id": "change"},
        {"label": "No thanks", "choice_id": "no"},
    ]
    return _card("offer", title, rows, actions if ctx.expecting and ctx.expecting.slot == "offer" else [])


def _method(ctx: Context, frame: Frame) -> str:
    rule = frame.catalogue.shop.return_shipping.get(ctx.order.store if ctx.order else "")
    return METHODS.get(rule.kind, "As on the slip") if rule else "As on the slip"


METHODS = {
    "prepaid_by_staff": "By post, with a label we e-mail you",
    "customer_pays": "By post, at your cost",
    "drop_off": "Drop it off",
    "store_counter": "At our counter",
    "carrier": "A carrier picks it up",
}


def _slip(about: Return, frame: Frame, slip: dict[str, str]) -> Card:
    quote = about.quote
    rows: list[tuple[str, str, str | None]] = [("rma", "Return number", shown(about.rma))]
    if quote.kind != "exchange":
        rows.append(("refund", "You get back", money(quote.refund_cents, quote.currency)))
    rows.append(("return_by", "Send by", day(quote.return_by, frame.today)))
    rows.extend((f"line-{line.line_id}", f"{line.title} × {line.quantity}", None) for line in quote.lines)
    title = "Your exchange is set up" if quote.kind == "exchange" else "Your return is set up"
    return _card("slip", title, rows) | {"slip": slip}


def _status(about: Return, frame: Frame) -> Card:
    rows: list[tuple[str, str, str | None]] = [
        ("rma", "Return number", shown(about.rma)),
        ("status", "Where it stands", f"It {describe(about.status)}"),
    ]
    if about.quote.kind != "exchange":
        rows.append(("refund", "Refund", money(about.quote.refund_cents, about.quote.currency)))
    return _card("status", "Your return", rows)


def _steps(ctx: Context) -> Card:
    rows: list[tuple[str, str, str | None]] = [(f"step-{n}", text, None) for n, text in enumerate(ctx.instructions, 1)]
    card = _card("steps", "How to return it", rows)
    return card | ({"url": ctx.instructions_url} if ctx.instructions_url else {})


def _items(ctx: Context) -> Card:
    open_ids = ctx.open_mentions[0].line_ids if ctx.open_mentions else ()
    lines = [line for line in available_lines(ctx) if not open_ids or line.line_id in open_ids]
    rows: list[tuple[str, str, str | None]] = [
        (line.line_id, line.title, f"{line.available} of {line.quantity}" if line.quantity > 1 else None) for line in lines
    ]
    return _card("items", "What goes back?", rows, [{"label": line.title, "choice_id": line.line_id} for line in lines])


def _order(ctx: Context, frame: Frame) -> Card:
    order = ctx.order
    assert order is not None
    rows: list[tuple[str, str, str | None]] = [
        (line.line_id, line.title, f"× {line.quantity}" if line.quantity > 1 else None) for line in order.lines
    ]
    if order.delivered_on:
        rows.append(("delivered", "Delivered", day(order.delivered_on, frame.today)))
    return _card("order", f"Order …{order.last_four}", rows)


def _handoff(ctx: Context, frame: Frame) -> Card:
    case = ctx.handoff
    assert case is not None
    rows: list[tuple[str, str, str | None]] = [("case", "Case", shown(case.reference))]
    rows.extend((f"passed-{n}", text, None) for n, text in enumerate(case.passed_on, 1))
    if case.claimed_by:
        rows.append(("claimed", "With", case.claimed_by))
    if case.note:
        rows.append(("note", "Answer", case.note))
    title = {"open": "Passed to a person", "claimed": "A person has it", "closed": "Your case is closed"}[case.status]
    actions = [{"label": "Add something", "say": ""}] if case.status != "closed" else []
    return _card("handoff", title, rows, actions)
