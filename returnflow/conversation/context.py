"""The context of one conversation: everything known, kept whole across every handoff, serialisable, versioned by the database row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from returnflow.retail.model import Decision, Quote, Return
from returnflow.understanding.model import Expecting, ItemMention


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A fact the customer gave. `status` is heard or confirmed; `turn` is when."""

    value: Any
    status: str = "heard"
    turn: int = 0


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the conversation may know of a line of the verified order. `available` is delivered minus already returned."""

    line_id: str
    title: str
    category: str
    quantity: int
    available: int
    seller: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The verified order without any personal data."""

    order_number: str
    store: str
    placed_on: date
    shipped_on: date | None
    delivered_on: date | None
    currency: str
    time_zone: str
    lines: tuple[LineFacts, ...]
    repaired: bool = False
    """True when a digit was repaired, so that the number is said back."""

    @property
    def last_four(self) -> str:
        return self.order_number[-4:]

    def line(self, line_id: str) -> LineFacts | None:
        return next((line for line in self.lines if line.line_id == line_id), None)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """One line the customer wants to send back; `quantity` or `reason` None means still to be asked."""

    line_id: str
    title: str
    quantity: int | None = None
    reason: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """The case as the customer may see it."""

    reference: str
    reason: str
    headline: str
    due_at: datetime
    status: str = "open"
    contact: str | None = None
    """Masked."""
    passed_on: tuple[str, ...] = ()
    claimed_by: str | None = None
    note: str | None = None
    """What the person wrote when closing it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `text` for the eye, `speech` for the ear."""

    text: str
    speech: str
    language: str
    agent: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence that promised something, and when it was said."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """See design section 5. `private` holds ZIP, last name and contact: storage seals it, nothing else shows it."""

    session_id: str
    user_identity: str
    channel: str
    language: str
    current_agent: str
    created_at: datetime
    updated_at: datetime
    definitions: str
    policy_version: str
    mode: str = "typed"
    previous_agent: str | None = None
    next_agent: str | None = None
    visited: tuple[str, ...] = ()
    status: str = "active"
    outcome: str | None = None
    journey: str | None = None
    routing_confidence: float = 0.0
    sentiment: str = "calm"
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[ItemMention, ...] = ()
    """Things named before the order was known."""
    everything: bool = False
    """All of it goes back, said before the order was known."""
    open_mentions: tuple[ItemMention, ...] = ()
    """Things named that fit several lines of the order, still to be settled one by one."""
    unmatched: bool = False
    """The customer named something that the order does not have."""
    settled: bool = False
    """The journey has come to its end; only "anything else?" is left."""
    facts_stale: bool = False
    """The facts given did not match; one of them has to change before they are checked again."""
    number_candidates: tuple[str, ...] = ()
    partial_order_number: str = ""
    verified: bool = False
    verify_failures: int = 0
    order: OrderFacts | None = None
    items: tuple[ItemChoice, ...] = ()
    earlier_items: tuple[ItemChoice, ...] = ()
    """The choice before the customer narrowed it, for "both" after "how much for only the lamp"."""
    past_items: tuple[ItemChoice, ...] = ()
    """Items of a choice that was taken back: their reasons are not asked for again."""
    decisions: tuple[tuple[str, Decision], ...] = ()
    capabilities: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    instructions_url: str | None = None
    if_approved_cents: int | None = None
    quote: Quote | None = None
    quote_number: int = 0
    quote_end: int = 0
    """Characters of the last reply's speech up to the end of the quote; 0 when it held none."""
    quote_delivered: bool = False
    returns: tuple[Return, ...] = ()
    """Returns of the verified order as last read, newest first."""
    rma: str | None = None
    """The return this conversation is about: created here, or looked up."""
    handoff: HandoffFacts | None = None
    handoff_reason: str | None = None
    expecting: Expecting | None = None
    question: str | None = None
    """Wording key of the open question, to come back to after a digression."""
    tries: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    """Wording key → how often it was said, so that wordings take turns."""
    silences: int = 0
    paused: bool = False
    misses: int = 0
    """Turns in a row that brought nothing."""
    style: str = "normal"
    turn: int = 0
    said: tuple[str, ...] = ()
    """At most three of the customer's own sentences, redacted, for the packet."""
    tried: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    mood_turn: int = 0
    last_reply: Reply | None = None

    @property
    def expecting_number(self) -> bool:
        """Whether a number was asked for, so that "one" and "two" are nothing else."""
        return self.expecting is not None and self.expecting.kind == "number"


CONTEXT = TypeAdapter(Context)
"""`CONTEXT.dump_json(ctx)` and `CONTEXT.validate_json(data)`: the one serialisation of a context."""
