"""Everything that was said is used at once: an utterance goes into the context, and what depended on changed facts is taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from returnflow.conversation import reset
from returnflow.conversation.context import Context, SlotValue
from returnflow.conversation.selection import select_heard
from returnflow.conversation.step import Frame, drop, expecting_is, put, slot
from returnflow.retail.model import Reason
from returnflow.understanding.model import ItemMention, Understanding

JOURNEYS = {
    "start_return": "return",
    "exchange": "exchange",
    "return_status": "return_status",
    "cancel": "cancel",
    "order_status": "order_status",
    "not_received": "not_received",
}
NEEDS_ORDER = frozenset(JOURNEYS.values())
NEVER_MIND = re.compile(r"\b(never ?mind|forget (it|that)|don'?t need (a|the) person|no person)\b", re.IGNORECASE)
GUESS, SURE = 0.35, 0.6
MOODS = {"calm": 0, "annoyed": 1, "angry": 2}


@dataclass(frozen=True, slots=True)
class Absorbed:
    """The context with the utterance in it, and the names of what is new."""

    ctx: Context
    news: frozenset[str]


def absorb(ctx: Context, heard: Understanding, frame: Frame) -> Absorbed:
    """Take every slot, item and correction of the utterance into the context."""
    before = ctx
    ctx = _mood(ctx, heard)
    ctx = _store(ctx, heard, frame)
    ctx = _number(ctx, heard, frame)
    ctx = _identity(ctx, heard)
    ctx = _journey(ctx, heard)
    ctx = _reason(ctx, heard)
    ctx = _items(ctx, heard)
    ctx = _quantity(ctx, heard)
    ctx = _contact(ctx, heard)
    return Absorbed(ctx, _news(before, ctx))


def _mood(ctx: Context, heard: Understanding) -> Context:
    if MOODS[heard.sentiment] <= MOODS[ctx.sentiment]:
        return ctx
    return replace(ctx, sentiment=heard.sentiment, mood_turn=ctx.turn)


def _store(ctx: Context, heard: Understanding, frame: Frame) -> Context:
    """The store as said, tapped or shown by the order number; a policy question about another store changes nothing."""
    said = heard.values.get("store")
    if expecting_is(ctx, "store") and heard.choices:
        said = heard.choices[0]
    if said is None and len(heard.candidates) == 1 and slot(ctx, "store") is None:
        said = store_of(heard.candidates[0], frame)
    current = slot(ctx, "store")
    if said is None or said == current or said not in frame.catalogue.stores:
        return ctx
    if heard.intent == "ask_policy" and ctx.journey in NEEDS_ORDER:
        return ctx
    if current is not None:
        ctx = reset.without_number(ctx)
    return put(replace(ctx, routing_confidence=max(heard.confidence, 0.8)), "store", said)


def store_of(number: str, frame: Frame) -> str | None:
    """The one enabled store whose order numbers look like this, or None."""
    fitting = {
        fmt.store
        for fmt in frame.formats
        if fmt.store in frame.catalogue.stores and len(number) == fmt.length and number.startswith(fmt.starts)
    }
    return fitting.pop() if len(fitting) == 1 else None


def _number(ctx: Context, heard: Understanding, frame: Frame) -> Context:
    numbers = tuple(n for n in heard.candidates if slot(ctx, "store") in (None, store_of(n, frame)) or store_of(n, frame) is None)
    if numbers and numbers != ctx.number_candidates:
        if _same_order(ctx, numbers):
            return ctx
        ctx = reset.without_number(ctx)
        ctx = replace(ctx, number_candidates=numbers)
        return put(ctx, "order_number", numbers[0])
    if heard.values.get("rma") and not ctx.verified and (ctx.journey in ("cancel", "return_status") or _about_a_return(heard)):
        return put(replace(ctx, facts_stale=False), "rma", heard.values["rma"])
    suffix = heard.values.get("order_suffix")
    if suffix and not numbers and not ctx.verified:
        return put(replace(ctx, facts_stale=False), "order_suffix", suffix)
    if heard.partial_order_number and not ctx.verified:
        return replace(ctx, partial_order_number=heard.partial_order_number)
    return ctx


def _about_a_return(heard: Understanding) -> bool:
    return heard.has("cancel") or heard.has("return_status")


def _same_order(ctx: Context, numbers: tuple[str, ...]) -> bool:
    return ctx.order is not None and ctx.order.order_number in numbers


def _identity(ctx: Context, heard: Understanding) -> Context:
    """ZIP and last name; once the order is proven they are not needed any more."""
    if ctx.verified:
        return ctx
    given = {key: str(heard.values[key]) for key in ("zip", "last_name") if heard.values.get(key)}
    if not given or all(ctx.private.get(key) == value for key, value in given.items()):
        return ctx
    ctx = replace(ctx, private={**ctx.private, **given}, facts_stale=False)
    for key in given:
        ctx = put(ctx, key, "given")
    return ctx


def _journey(ctx: Context, heard: Understanding) -> Context:
    if _only_about_rules(heard):
        return ctx
    wanted = _wish(ctx, heard)
    if ctx.handoff_reason is not None:
        return _taken_back(ctx, wanted, heard)
    if expecting_is(ctx, "journey") and heard.choices:
        wanted = wanted or JOURNEYS.get(heard.choices[0])
    if heard.values.get("preference") == "exchange" and (wanted in (None, "return")) and ctx.journey in (None, "return", "exchange"):
        wanted = "exchange"
    if heard.values.get("preference") == "refund" and ctx.journey == "exchange":
        wanted = "return"
    if wanted is None and (ctx.journey is None or ctx.settled) and (heard.items or heard.values.get("reason")):
        wanted = "return"
    if wanted is None or not _may_change(ctx, wanted, heard):
        return ctx
    confidence = max(ctx.routing_confidence, heard.confidence)
    return replace(reset.for_new_journey(ctx, wanted), routing_confidence=confidence)


def _wish(ctx: Context, heard: Understanding) -> str | None:
    """The journey that was asked for. A guess counts only where nothing is under way and no number was asked for."""
    floor = GUESS if ctx.journey is None and not ctx.expecting_number else SURE
    heard_now = heard.intents or ((heard.intent, heard.confidence),)
    return next((JOURNEYS[name] for name, confidence in heard_now if name in JOURNEYS and confidence >= floor), None)


def _taken_back(ctx: Context, wanted: str | None, heard: Understanding) -> Context:
    """ "Never mind, I just want to return it": the wish for a person is taken back as long as no case is open."""
    if ctx.status != "active" or heard.has("human") or not (NEVER_MIND.search(heard.text) or heard.intent in JOURNEYS):
        return ctx
    if wanted == "cancel" and NEVER_MIND.search(heard.text):
        wanted = "return" if heard.items or heard.has("start_return") else None  # what is cancelled is the wish, not a return
    if wanted is None or wanted == ctx.journey:
        return replace(ctx, handoff_reason=None, settled=False, expecting=None, question=None)
    return reset.for_new_journey(ctx, wanted)


def _only_about_rules(heard: Understanding) -> bool:
    """ "How long can I return a toaster?" starts no return."""
    asks = heard.intent == "ask_policy" or heard.values.get("topic") is not None
    return asks and not (heard.items or heard.candidates or heard.values.get("reason"))


def _may_change(ctx: Context, wanted: str, heard: Understanding) -> bool:
    """A journey under way is left only for something really different."""
    if ctx.settled or ctx.journey is None:
        return True
    if wanted == ctx.journey:
        return False
    if {wanted, ctx.journey} == {"return", "exchange"}:
        return wanted == "exchange" or heard.values.get("preference") == "refund"
    if ctx.journey in ("return", "exchange") and wanted == "cancel":
        return False
    if wanted == "return":
        return heard.intent == "start_return" and not expecting_is(ctx, "cancel", "pass_on")
    return heard.intent in JOURNEYS and heard.confidence >= 0.6


def _reason(ctx: Context, heard: Understanding) -> Context:
    reason = heard.values.get("reason")
    if expecting_is(ctx, "reason") and heard.choices:
        reason = heard.choices[0]
    if heard.values.get("condition"):
        ctx = _condition(ctx, str(heard.values["condition"]))
    asked = ctx.expecting is not None and ctx.expecting.kind == "yes_no"
    if reason is None or (asked and heard.answer == "no" and reason == Reason.NO_LONGER_WANTED):  # "no thanks, I changed my mind"
        return ctx
    if ctx.items and ctx.journey in ("return", "exchange"):
        return _reason_for_items(ctx, str(reason), heard)
    return put(ctx, "reason", reason) if not any(mention.reason for mention in heard.items) or len(heard.items) < 2 else ctx


def _condition(ctx: Context, said: str) -> Context:
    """To the one item there is, or the one asked about; kept for the item to come when there is none yet."""
    about = ctx.expecting.about if ctx.expecting else None
    if not ctx.items:
        return put(ctx, "condition", said)
    if about is None and len(ctx.items) > 1:
        return ctx
    items = tuple(replace(item, condition=said) if about in (None, item.line_id) else item for item in ctx.items)
    return ctx if items == ctx.items else replace(reset.without_quote(ctx), items=items)


def _reason_for_items(ctx: Context, reason: str, heard: Understanding) -> Context:
    """To the item asked about; to all when all are meant; else to those that have none yet."""
    if heard.items and all(mention.line_ids or mention.reason for mention in heard.items):
        return ctx
    about = ctx.expecting.about if ctx.expecting and ctx.expecting.slot == "reason" and not heard.everything else None
    asked_only = any(item.reason is None for item in ctx.items)

    def takes(line_id: str, has: str | None) -> bool:
        if about is not None:
            return line_id == about
        return has is None if asked_only else heard.everything or len(ctx.items) == 1

    items = tuple(replace(item, reason=reason) if takes(item.line_id, item.reason) else item for item in ctx.items)
    return ctx if items == ctx.items else replace(reset.without_quote(ctx), items=items)


def _items(ctx: Context, heard: Understanding) -> Context:
    if ctx.settled or ctx.handoff_reason is not None or ctx.journey not in (None, "return", "exchange", "not_received", "order_status"):
        return ctx
    if ctx.verified:
        quantity_answer = expecting_is(ctx, "quantity", "reason") and not heard.items
        return ctx if quantity_answer or ctx.journey not in ("return", "exchange") else select_heard(ctx, heard)
    if heard.everything:
        ctx = replace(ctx, everything=True)
    aside = _only_about_rules(heard) or heard.intent == "wait" or (heard.has("wait") and expecting_is(ctx, "order_number"))
    if not heard.items or aside:
        return ctx
    return replace(ctx, mentions=merge_mentions(ctx.mentions, with_shared_reason(heard.items)))


def with_shared_reason(said: tuple[ItemMention, ...]) -> tuple[ItemMention, ...]:
    """ "The lamp and a pillow arrived damaged": a reason said last, and only there, is about all of them."""
    if len(said) < 2 or said[-1].reason is None or any(mention.reason for mention in said[:-1]):
        return said
    return tuple(replace(mention, reason=said[-1].reason) for mention in said)


def merge_mentions(old: tuple[ItemMention, ...], new: tuple[ItemMention, ...]) -> tuple[ItemMention, ...]:
    """Later words about the same thing win, and keep what they do not repeat."""
    known: list[ItemMention] = []
    for mention in (*old, *new):
        same = next((n for n, before in enumerate(known) if _same_thing(before.text, mention.text)), None)
        if same is None:
            known.append(mention)
        else:
            known[same] = _joined(known[same], mention)
    return tuple(known[:8])


def _same_thing(one: str, other: str) -> bool:
    """ "The blue pillows" and "the pillows", said in one call, are the same pillows."""
    words, others = set(one.lower().split()), set(other.lower().split())
    return bool(words and others) and (words <= others or others <= words)


def _joined(before: ItemMention, now: ItemMention) -> ItemMention:
    text = max(before.text, now.text, key=len)
    quantity, reason = now.quantity or before.quantity, now.reason or before.reason
    return replace(now, text=text, quantity=quantity, reason=reason, excluded=now.excluded or before.excluded)


def _quantity(ctx: Context, heard: Understanding) -> Context:
    """How many, for the item asked about; or for the only one, when the number comes with the offer ("yes, but only one of them")."""
    about = _counted_item(ctx, heard)
    line = ctx.order.line(about) if ctx.order is not None and about else None
    number = _number_said(heard, line.available) if line else None
    if line is None or number is None or not 1 <= number <= line.available:
        return ctx
    items = tuple(replace(item, quantity=number) if item.line_id == line.line_id else item for item in ctx.items)
    return ctx if items == ctx.items else replace(reset.without_quote(ctx), items=items)


def _counted_item(ctx: Context, heard: Understanding) -> str | None:
    if expecting_is(ctx, "quantity") and ctx.expecting is not None:
        return ctx.expecting.about
    alone = len(ctx.items) == 1 and not heard.items and expecting_is(ctx, "offer", "change", "declined")
    return ctx.items[0].line_id if alone else None


def _number_said(heard: Understanding, available: int) -> int | None:
    said = heard.values.get("quantity")
    if said is None and heard.everything:
        return available
    if said is None and len(heard.choices) == 1 and heard.choices[0].isdigit():
        return int(heard.choices[0])
    return None if said is None else int(said)


def _contact(ctx: Context, heard: Understanding) -> Context:
    """How to reach the customer; only taken while a person is being arranged, so that no phone number is kept for nothing."""
    if ctx.handoff_reason is None and not heard.has("human") and not expecting_is(ctx, "contact", "contact_by", "contact_ok"):
        return ctx
    by = heard.values.get("contact_by")
    if expecting_is(ctx, "contact_by") and heard.choices:
        by = heard.choices[0]
    by = by or slot(ctx, "contact_by")
    value = heard.values.get("email" if by == "email" else "phone") or heard.values.get("email") or heard.values.get("phone")
    if value:
        by = "email" if "@" in str(value) else (by if by in ("phone", "text") else "phone")
    if by and by != slot(ctx, "contact_by"):
        ctx = put(ctx, "contact_by", by)
        if not value and not _fits(by, ctx.private.get("contact")):
            ctx = drop(replace(ctx, private={k: v for k, v in ctx.private.items() if k != "contact"}), "contact", "contact_ok")
    if value and value != ctx.private.get("contact"):
        ctx = put(drop(replace(ctx, private={**ctx.private, "contact": str(value)}), "contact_ok"), "contact", "given")
    return ctx


def _fits(by: str, contact: str | None) -> bool:
    return contact is not None and by != "page" and ("@" in contact) == (by == "email")


def _news(before: Context, after: Context) -> frozenset[str]:
    """What this utterance changed: slot names, `items`, `journey`, `partial`."""
    news = {name for name, value in after.slots.items() if _differs(before.slots.get(name), value)}
    if before.items != after.items or before.mentions != after.mentions or before.open_mentions != after.open_mentions:
        news.add("items")
    if before.journey != after.journey or (before.settled and not after.settled):
        news.add("journey")
    if before.private != after.private:
        news.add("identity")
    if before.partial_order_number != after.partial_order_number and after.partial_order_number:
        news.add("partial")
    return frozenset(news)


def _differs(old: SlotValue | None, new: SlotValue) -> bool:
    return old is None or old.value != new.value
