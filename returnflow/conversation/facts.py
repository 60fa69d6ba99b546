"""The values that wordings may use, each read from the context, which holds only what is stored. No amount is made anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from returnflow.conversation.context import Context
from returnflow.conversation.selection import available_lines
from returnflow.conversation.step import Fact, Frame, slot
from returnflow.conversation.titles import joined, short_title
from returnflow.retail.days import local_today
from returnflow.retail.hours import promise
from returnflow.retail.lifecycle import describe
from returnflow.retail.model import Return
from returnflow.retail.rma import shown, spoken
from returnflow.retail.words import day, money

NOTHING = Fact.plain("")


def fact(name: str, ctx: Context, frame: Frame) -> Fact:
    """The value of `{name}`. Raises KeyError for a name that no wording may use."""
    return FACTS[name](ctx, frame)


def digits(number: str, *groups: int) -> Fact:
    """Digits as shown together and spoken one by one, in groups."""
    parts, rest = [], number
    for size in groups or (len(number),):
        parts.append(rest[:size])
        rest = rest[size:]
    return Fact(" ".join(filter(None, parts)), ", ".join(" ".join(part) for part in parts if part))


def the_return(ctx: Context) -> Return | None:
    """The stored return that this conversation is about."""
    return next((each for each in ctx.returns if each.rma == ctx.rma), None)


def _store(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(frame.catalogue.stores.get(str(slot(ctx, "store")), "the shop"))


def _stores(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(joined(list(frame.catalogue.stores.values()), "or"))


def _items(ctx: Context, frame: Frame) -> Fact:
    """The chosen items; without a choice the order's only line or all its lines, at most three."""
    if ctx.items:
        texts = [_with_quantity(item.title, item.quantity, spoken=False) for item in ctx.items]
        return Fact(joined(texts), joined([_with_quantity(item.title, item.quantity, spoken=True) for item in ctx.items]))
    lines = ctx.order.lines if ctx.order else ()
    titles = [short_title(line.title) for line in lines]
    named = the_return(ctx)
    if named is not None:
        titles = [short_title(line.title) for line in named.quote.lines]
    return Fact.plain(joined(titles if len(titles) < 4 else [*titles[:2], f"{len(titles) - 2} more"]))


def _with_quantity(title: str, quantity: int | None, *, spoken: bool) -> str:
    title = short_title(title)
    if quantity is None or quantity == 1:
        return title
    return f"{title}, {quantity} of them" if spoken else f"{title} × {quantity}"


def _said_items(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(joined([mention.text for mention in ctx.mentions if mention.text]) or "that")


def _item(ctx: Context, frame: Frame) -> Fact:
    about = ctx.expecting.about if ctx.expecting else None
    line = ctx.order.line(about or "") if ctx.order else None
    return Fact.plain(short_title(line.title)) if line else _items(ctx, frame)


def _line_list(ctx: Context, frame: Frame) -> Fact:
    open_ids = ctx.open_mentions[0].line_ids if ctx.open_mentions else ()
    lines = [line for line in available_lines(ctx) if not open_ids or line.line_id in open_ids]
    titles = [short_title(line.title) for line in lines]
    return Fact.plain(joined(titles if len(titles) < 5 else [*titles[:3], f"{len(titles) - 3} more"], "or"))


def _count(ctx: Context, frame: Frame) -> Fact:
    """How many units can go back, or how many digits of a number have been heard."""
    line = ctx.order.line(ctx.expecting.about or "") if ctx.order and ctx.expecting else None
    return Fact.plain(str(line.available if line else len(ctx.partial_order_number)))


def _last4(ctx: Context, frame: Frame) -> Fact:
    number = ctx.order.order_number if ctx.order else str(slot(ctx, "order_number") or "")
    return digits(number[-4:])


def _amount(ctx: Context, frame: Frame) -> Fact:
    about = the_return(ctx)
    quote = about.quote if about is not None and ctx.settled else (ctx.quote or (about.quote if about else None))
    return Fact.plain(money(quote.refund_cents, quote.currency)) if quote else NOTHING


def _fee(ctx: Context, frame: Frame) -> Fact:
    if ctx.quote is None:
        return NOTHING
    return Fact.plain(money(sum(fee.amount_cents for fee in ctx.quote.fees), ctx.quote.currency))


def _quote_day(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(day(ctx.quote.return_by, frame.today)) if ctx.quote else NOTHING


def _money_range(ctx: Context, frame: Frame) -> Fact:
    if ctx.quote is None:
        return NOTHING
    return Fact.plain(f"between {day(ctx.quote.refund_from, frame.today)} and {day(ctx.quote.refund_to, frame.today)}")


def _rma(ctx: Context, frame: Frame) -> Fact:
    return Fact(shown(ctx.rma), spoken(ctx.rma)) if ctx.rma else NOTHING


def _case(ctx: Context, frame: Frame) -> Fact:
    return Fact(shown(ctx.handoff.reference), spoken(ctx.handoff.reference)) if ctx.handoff else NOTHING


def _promise(ctx: Context, frame: Frame) -> Fact:
    """By when a person answers, or the label is sent: always a stored time."""
    about = the_return(ctx)
    due = ctx.handoff.due_at if ctx.handoff else (about.staff_due_at if about else None)
    return Fact.plain(promise(due, frame.now, frame.catalogue.shop.time_zone)) if due else NOTHING


def _contact(ctx: Context, frame: Frame) -> Fact:
    value = ctx.private.get("contact", "")
    if "@" in value or not value.isdigit():
        return Fact(value, value.replace("@", " at ").replace(".", " dot "))
    number = digits(value[-10:], 3, 3, 4)
    return Fact(number.text.replace(" ", "-"), number.speech)


def _status(ctx: Context, frame: Frame) -> Fact:
    about = the_return(ctx)
    return Fact.plain(f"it {describe(about.status)}.") if about else NOTHING


def _steps(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(" ".join(ctx.instructions))


def _day_of(pick: Callable[[Context], date | None]) -> Callable[[Context, Frame], Fact]:
    def value(ctx: Context, frame: Frame) -> Fact:
        found = pick(ctx)
        return Fact.plain(day(found, frame.today)) if found else NOTHING

    return value


def _last_reply(ctx: Context, frame: Frame) -> Fact:
    return Fact(ctx.last_reply.text, ctx.last_reply.speech) if ctx.last_reply else NOTHING


def shipping_sentence(ctx: Context, frame: Frame) -> str:
    """How the parcel of this conversation's return gets back, with the stored promise in it; empty when the shop says nothing."""
    about = the_return(ctx)
    rule = frame.catalogue.shop.return_shipping.get(about.store) if about else None
    return rule.say(frame.catalogue.shop.name, _promise(ctx, frame).text) if rule else ""


def _shipping(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(shipping_sentence(ctx, frame))


def _own(sentences: Mapping[str, str], ctx: Context) -> Fact:
    return Fact.plain(sentences.get(ctx.language) or sentences["en"])


def _notice(ctx: Context, frame: Frame) -> Fact:
    return Fact.plain(frame.catalogue.shop.notice_on(frame.today, ctx.language) or "")


def shop_today(frame: Frame) -> date:
    """Today where the shop is."""
    return local_today(frame.now, frame.catalogue.shop.time_zone)


FACTS: Mapping[str, Callable[[Context, Frame], Fact]] = {
    "shop": lambda ctx, frame: Fact.plain(frame.catalogue.shop.name),
    "disclosure": lambda ctx, frame: _own(frame.catalogue.shop.disclosure, ctx),
    "greeting": lambda ctx, frame: _own(frame.catalogue.shop.greeting, ctx),
    "shipping": _shipping,
    "notice": _notice,
    "last_reply": _last_reply,
    "store": _store,
    "stores": _stores,
    "items": _items,
    "said_items": _said_items,
    "item": _item,
    "line_list": _line_list,
    "count": _count,
    "last4": _last4,
    "refund": _amount,
    "fee": _fee,
    "return_by": _quote_day,
    "money_range": _money_range,
    "rma": _rma,
    "case": _case,
    "promise": _promise,
    "contact": _contact,
    "status": _status,
    "steps": _steps,
    "placed": _day_of(lambda ctx: ctx.order.placed_on if ctx.order else None),
    "shipped": _day_of(lambda ctx: ctx.order.shipped_on if ctx.order else None),
    "delivered": _day_of(lambda ctx: ctx.order.delivered_on if ctx.order else None),
}
GIVEN = frozenset({"plain", "answer", "topic"})
"""Names whose value comes with the line: words of the policy, never an amount of ours."""
