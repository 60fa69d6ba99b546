"""What holds in every call, whatever the scenario says: no amount and no number that is not stored, no leak, no forbidden phrase."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from returnflow.agents.lint import FORBIDDEN
from returnflow.conversation.context import Context
from returnflow.conversation.ports import Case, HistoryEntry
from returnflow.retail.model import Fee, Order, Quote, Return
from returnflow.simulate.report import Kind, Problem
from returnflow.simulate.words import spoken
from returnflow.tools.demo_orders import DemoOrder

AMOUNT = re.compile(r"[$€£]\s?\d[\d,]*(?:\.\d+)?")
NUMBER_IN_THREES = re.compile(r"\b\d{3} \d{3} \d{3}\b")
LONG_NUMBER = re.compile(r"\d(?:[\s.()-]{0,2}\d){9,}")
"""Ten digits and more: a telephone, card or order number. Return and case numbers have nine."""
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def greeting(reply: str, disclosure: str) -> Iterator[Problem]:
    """The first words say that it is a machine."""
    if disclosure not in reply:
        yield Problem(Kind.WORDING, f'the first reply lacks the disclosure "{disclosure}"', 0)


def wording(reply: str, turn: int) -> Iterator[Problem]:
    """One question at most, and none of what it never says."""
    if reply.count("?") > 1:
        yield Problem(Kind.WORDING, "more than one question in a reply", turn)
    for pattern in FORBIDDEN:
        for match in pattern.finditer(reply):
            yield Problem(Kind.WORDING, f'says "{match[0]}", which it never says', turn)


def amounts(answer: Mapping[str, Any], stored: frozenset[int], turn: int) -> Iterator[Problem]:
    """Every amount said or shown is one that is stored at this moment."""
    shown = f"{answer['reply']['text']} {answer['reply']['speech']} {json.dumps(answer['cards'], ensure_ascii=False)}"
    for said in dict.fromkeys(AMOUNT.findall(shown)):
        if round(float(re.sub(r"[^\d.]", "", said)) * 100) not in stored:
            yield Problem(Kind.AMOUNT, f"says {said}, which is stored nowhere in this call", turn)


def numbers(reply: str, stored: Iterable[str], turn: int) -> Iterator[Problem]:
    """Every return or case number said is a stored one."""
    known = set(stored)
    for said in NUMBER_IN_THREES.findall(reply):
        if said.replace(" ", "") not in known:
            yield Problem(Kind.AMOUNT, f"says the number {said}, which is stored nowhere", turn)


def stored_cents(ctx: Context, order: Order | None, returns: Sequence[Return]) -> frozenset[int]:
    """Every amount the assistant may say now: of the offer, of this order's returns, and of the order once it is proven."""
    quotes = [each.quote for each in returns] + ([ctx.quote] if ctx.quote else [])
    found = {cents for quote in quotes for cents in _quoted(quote)}
    found |= {fee.amount_cents for _, decision in ctx.decisions for fee in decision.fees}
    if order is not None:
        found |= {order.total_cents}
        found |= {cents for line in order.lines for cents in (line.unit_price_cents, line.price_cents, line.paid_cents)}
    return frozenset(found)


def _quoted(quote: Quote) -> Iterator[int]:
    yield from (quote.refund_cents, quote.tax_cents, quote.shipping_cents, _sum(quote.fees))
    yield from (fee.amount_cents for fee in quote.fees)
    yield from (line.refund_cents for line in quote.lines)


def _sum(fees: Sequence[Fee]) -> int:
    return sum(fee.amount_cents for fee in fees)


def replies_leak(reply: str, demos: Sequence[DemoOrder], turn: int) -> Iterator[Problem]:
    """No reply says a ZIP code, a last name or a whole order number."""
    digits = re.sub(r"\D", "", reply)
    for demo in demos:
        if re.search(rf"(?<!\d){demo.order.zip}(?!\d)", reply):
            yield Problem(Kind.LEAK, "says the ZIP code", turn)
        if re.search(rf"\b{re.escape(demo.order.last_name)}\b", reply):
            yield Problem(Kind.LEAK, "says the last name", turn)
        if demo.order.order_number in digits:
            yield Problem(Kind.LEAK, "says the whole order number", turn)


def history_leaks(history: Sequence[HistoryEntry], demos: Sequence[DemoOrder]) -> Iterator[Problem]:
    """What is kept of a call has no ZIP code, last name, whole order number, telephone number or address in it, said in whatever way."""
    for number, entry in enumerate(history):
        text = entry.content
        what = [name for name, pattern in _personal(demos, customer=entry.role == "user") if pattern.search(text)]
        what += ["a long number"] if LONG_NUMBER.search(text) else []
        what += ["an e-mail address"] if EMAIL.search(text) else []
        for name in what:
            yield Problem(Kind.LEAK, f'history line {number} ({entry.role}) keeps {name}: "{text}"')


def packet_leaks(cases: Sequence[Case], demos: Sequence[DemoOrder]) -> Iterator[Problem]:
    """A case quotes the customer without personal data; a contact in it is masked; an order that is not proven is not in it."""
    for case in cases:
        text = json.dumps({name: value for name, value in case.packet.items() if name != "order"}, ensure_ascii=False)
        for name, pattern in _personal(demos, customer=True):
            if pattern.search(text):
                yield Problem(Kind.LEAK, f"the case's packet keeps {name}")
        if case.contact and case.contact in text:
            yield Problem(Kind.LEAK, "the case's packet keeps the raw contact")
        if case.packet["verified"]["level"] == 0 and case.packet["order"] is not None:
            yield Problem(Kind.LEAK, "the case shows staff an order that was not proven")


def _personal(demos: Sequence[DemoOrder], *, customer: bool) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Names like Price and Young are words, too: in the assistant's own sentences only the name as written counts."""
    for demo in demos:
        order = demo.order
        yield "the ZIP code", re.compile(rf"(?<!\d){order.zip}(?!\d)|{spoken(order.zip)}")
        yield "the last name", re.compile(rf"\b{re.escape(order.last_name)}\b", re.IGNORECASE if customer else 0)
        digits = r"\W{0,2}".join(order.order_number)
        yield "the whole order number", re.compile(rf"{digits}|{spoken(order.order_number[-7:])}|{spoken(order.order_number[-7:], 3)}")
