"""Which lines of the order the customer means: from things said to chosen lines, one law for every channel and moment."""

from __future__ import annotations

import re
from dataclasses import replace

from returnflow.conversation.context import Context, ItemChoice, LineFacts
from returnflow.conversation.reset import without_quote
from returnflow.conversation.step import slot
from returnflow.understanding.items import match_items
from returnflow.understanding.model import ItemMention, LineName, Understanding

ALL = 10_000
"""Every unit that there is: a number that no order line reaches."""
ADDING = re.compile(r"\b(also|too|add|as well|plus|and the)\b", re.IGNORECASE)


def available_lines(ctx: Context) -> tuple[LineFacts, ...]:
    """The lines of the verified order that have units left to return."""
    return () if ctx.order is None else tuple(line for line in ctx.order.lines if line.available > 0)


def line_names(ctx: Context) -> tuple[LineName, ...]:
    """The order's lines as the reader may know them."""
    return tuple(LineName(line.line_id, line.title, line.category, line.available) for line in available_lines(ctx))


def select_said(ctx: Context) -> Context:
    """Match what was named before the order was known against its lines."""
    if ctx.items or not (ctx.mentions or ctx.everything):
        return ctx
    mentions = match_items(ctx.mentions, line_names(ctx))
    if ctx.everything and not mentions:
        mentions = tuple(ItemMention("", line.available, line_ids=(line.line_id,)) for line in available_lines(ctx))
    elif ctx.everything:
        mentions = tuple(replace(mention, quantity=mention.quantity or ALL) for mention in mentions)
    return select(ctx, mentions, adding=True)


def select_heard(ctx: Context, heard: Understanding) -> Context:
    """Take the items of this utterance: named, tapped, or "both"."""
    if heard.everything:
        return _everything(ctx, heard)
    mentions = match_items(heard.items, line_names(ctx)) or _tapped(ctx, heard)
    mentions = tuple(mention for mention in mentions if mention.line_ids or not ctx.items)
    if not mentions:
        return ctx
    adding = bool(ctx.open_mentions) or ADDING.search(heard.text) is not None
    chosen = select(ctx, mentions, adding=adding)
    narrowed = len(chosen.items) < len(ctx.items)
    return replace(chosen, earlier_items=ctx.items) if narrowed else chosen


def select(ctx: Context, mentions: tuple[ItemMention, ...], *, adding: bool) -> Context:
    """Choose the lines these mentions mean. Not adding replaces the earlier choice; what fits several lines stays open."""
    excluded = {line_id for mention in mentions if mention.excluded for line_id in mention.line_ids}
    if excluded:
        return _without(ctx, excluded, tuple(mention for mention in mentions if not mention.excluded))
    carried = ctx.open_mentions[0] if ctx.open_mentions else None
    chosen = tuple(_choice(ctx, m.line_ids[0], _carry(m, carried)) for m in mentions if len(m.line_ids) == 1)
    opened = tuple(m for m in mentions if len(m.line_ids) > 1)
    settled = carried is not None and any(set(m.line_ids) & set(carried.line_ids) for m in mentions)
    waiting = ctx.open_mentions[1:] if settled else ctx.open_mentions
    items = _merge(ctx.items if adding else (), chosen)
    unmatched = not items and not opened and not waiting
    if items == ctx.items and not opened and waiting == ctx.open_mentions:
        return replace(ctx, unmatched=unmatched)
    return replace(without_quote(ctx), items=items, open_mentions=(*opened, *waiting) if adding else opened, unmatched=unmatched)


def _without(ctx: Context, excluded: set[str], others: tuple[ItemMention, ...]) -> Context:
    """Everything but these: of what was chosen, else of the whole order with every unit; what is named beside them is added."""
    if others:
        ctx = select(replace(ctx, items=tuple(item for item in ctx.items if item.line_id not in excluded)), others, adding=True)
    kept = tuple(item for item in ctx.items if item.line_id not in excluded)
    if not ctx.items:
        rest = [line for line in available_lines(ctx) if line.line_id not in excluded]
        kept = tuple(_choice(ctx, line.line_id, ItemMention("", ALL)) for line in rest)
    if not kept or kept == ctx.items:
        return ctx
    return replace(without_quote(ctx), items=kept, open_mentions=(), unmatched=False)


def _tapped(ctx: Context, heard: Understanding) -> tuple[ItemMention, ...]:
    known = {line.line_id for line in available_lines(ctx)}
    return tuple(ItemMention("", line_ids=(picked,)) for picked in heard.choices if picked in known)


def _everything(ctx: Context, heard: Understanding) -> Context:
    """All that an open mention fits, or what was chosen before it was narrowed, or all lines; each with every unit."""
    carried = ctx.open_mentions[0] if ctx.open_mentions else None
    if carried is None and ctx.earlier_items:
        return replace(without_quote(ctx), items=_merge(ctx.earlier_items, ctx.items), earlier_items=(), unmatched=False)
    lines = [line for line in available_lines(ctx) if carried is None or line.line_id in carried.line_ids]
    reason = heard.values.get("reason")
    whole = tuple(
        replace(_choice(ctx, line.line_id, _carry(ItemMention("", reason=reason), carried)), quantity=line.available) for line in lines
    )
    items = _merge(ctx.items, whole) if carried else _merge(ctx.items, whole, keep_reason=True)
    if items == ctx.items and not carried:
        return ctx
    return replace(without_quote(ctx), items=items, open_mentions=ctx.open_mentions[1:] if carried else (), unmatched=False)


def _carry(mention: ItemMention, carried: ItemMention | None) -> ItemMention:
    if carried is None or not set(mention.line_ids or carried.line_ids) & set(carried.line_ids):
        return mention
    return replace(mention, reason=mention.reason or carried.reason, quantity=mention.quantity or carried.quantity)


def _choice(ctx: Context, line_id: str, mention: ItemMention) -> ItemChoice:
    line = next(line for line in available_lines(ctx) if line.line_id == line_id)
    earlier = next((item for item in (*ctx.items, *ctx.past_items) if item.line_id == line_id), None)
    quantity = line.available if mention.quantity == ALL else mention.quantity
    quantity = quantity if quantity and quantity <= line.available else None
    if quantity is None:
        quantity = earlier.quantity if earlier and earlier in ctx.items else (1 if line.available == 1 else None)
    reason = mention.reason or (earlier.reason if earlier else None)
    condition = earlier.condition if earlier else None
    if not ctx.items and len(ctx.mentions) < 2:
        reason, condition = reason or slot(ctx, "reason"), condition or slot(ctx, "condition")
    return ItemChoice(line_id, line.title, quantity, reason, condition)


def _merge(old: tuple[ItemChoice, ...], new: tuple[ItemChoice, ...], *, keep_reason: bool = False) -> tuple[ItemChoice, ...]:
    known = {item.line_id: item for item in old}
    for item in new:
        before = known.get(item.line_id)
        reason = item.reason or (before.reason if before and keep_reason else None)
        known[item.line_id] = replace(item, reason=reason)
    return tuple(known.values())
