"""The values that go into and come out of reading one utterance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

INTENTS = (
    "start_return",
    "exchange",
    "return_status",
    "order_status",
    "not_received",
    "cancel",
    "ask_policy",
    "human",
    "yes",
    "no",
    "dont_know",
    "repeat",
    "slower",
    "goodbye",
    "abuse",
    "off_topic",
    "inform",
    "correction",
    "go_back",
    "wait",
    "start_over",
    "are_you_human",
    "explain",
    "gift",
    "thanks",
    "greeting",
    "other_language",
)
"""`inform` carries only slots. The classifier is trained for the first twenty; rules find the rest."""

SLOTS = ("order_number", "zip", "phone", "name", "email", "date", "quantity", "item", "reason", "condition", "preference", "store")


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer the customer can tap: `id` comes back as `choice_id`."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Expecting:
    """What was just asked. `kind` is choice, yes_no, number or free; `slot` names what the answer fills.

    Slots asked for by the conversation: store, journey, order_number, identity (ZIP and last name together), zip, last_name,
    items, quantity, reason, condition, offer (yes/no on a quote), pass_on (yes/no), steps (yes/no), cancel (yes/no),
    contact_by, contact, contact_ok (yes/no), rma, anything_else (yes/no), category.
    """

    slot: str
    kind: str = "free"
    choices: tuple[Choice, ...] = ()
    example: str | None = None
    about: str | None = None
    """The line id or other thing the question is about, when there is one."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a store's order numbers look: data from its policy file."""

    store: str
    length: int
    groups: tuple[int, ...]
    starts: str = ""
    letters: bool = False
    """True when letters belong to the number (such as D01 or W)."""


@dataclass(frozen=True, slots=True)
class LineName:
    """A line of the verified order, as something the customer can name."""

    line_id: str
    title: str
    category: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Scene:
    """What the reader may know while it reads: nothing personal, nothing of an order that is not verified."""

    today: date
    expecting: Expecting | None = None
    store: str | None = None
    stores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """store id → names it is called by ("amazon", "amazon dot com")."""
    formats: tuple[NumberFormat, ...] = ()
    partial_order_number: str = ""
    """Digits heard so far of an order number that is not complete."""
    lines: tuple[LineName, ...] = ()
    items_said: tuple[str, ...] = ()
    """Item words said earlier in the call, before the order was known."""
    asked: str = ""
    """The sentence that asked, when it is known: what it already names is no correction."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One utterance: `text` as the channel gives it, `heard` raw transcripts behind it, `alternatives` (text, confidence)."""

    text: str
    heard: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ItemMention:
    """A thing the customer named: "two blue pillows, wrong color" → text "blue pillows", quantity 2, reason INCORRECT_ITEM."""

    text: str
    quantity: int | None = None
    reason: str | None = None
    excluded: bool = False
    """True in "everything but the mug"."""
    line_ids: tuple[str, ...] = ()
    """The order lines it matches best when `Scene.lines` was given; more than one means it is ambiguous."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The customer replaced something said before, in this or an earlier turn."""

    slot: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one utterance meant.

    `slots` as said, `values` normalised: `order_number`, `zip`, `phone` digits only; `last_name` and `first_name`; `email`;
    `date` ISO; `quantity` int; `reason` a `retail.model.Reason` value; `condition` unopened|opened|used|damaged;
    `preference` refund|exchange|keep; `store` a store id; `rma` nine digits; `category` words of a product ("toaster");
    `contact_by` phone|text|email|page; `topic` money|fees|way of a question about the rules.
    """

    text: str
    intent: str
    confidence: float
    intents: tuple[tuple[str, float], ...] = ()
    """Every intent that holds, best first; the first is `intent`."""
    slots: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[ItemMention, ...] = ()
    everything: bool = False
    """"all of it", "both", "everything"."""
    corrections: tuple[Correction, ...] = ()
    candidates: tuple[str, ...] = ()
    """Order numbers that fit when the reading is ambiguous; one when it is not."""
    partial_order_number: str = ""
    """Digits of an incomplete order number, joined with what came before."""
    answer: str | None = None
    """yes, no or doubtful: how it answers a yes/no question that was asked."""
    choices: tuple[str, ...] = ()
    """Ids of `Scene.expecting.choices` that were picked."""
    sentiment: str = "calm"
    """calm, annoyed or angry."""
    personal: tuple[str, ...] = ()
    """The exact substrings that hold personal data (order number, ZIP, name, phone, e-mail, card), for redaction."""

    def has(self, intent: str) -> bool:
        """Whether this intent holds, first or not."""
        return intent == self.intent or any(name == intent for name, _ in self.intents)
