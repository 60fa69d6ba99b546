"""`handoff.v1`: what staff see when a call is passed on, field for field. A packet that does not fit is a bug and is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

ReasonCode = Literal[
    "out_of_window",
    "asked_for_human",
    "high_value",
    "uncertain_policy",
    "verification_failed",
    "misunderstood",
    "tool_failed",
    "not_received",
    "abuse",
    "gift",
    "low_rating",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Verified(_Part):
    """Which facts matched, never their values. Level 0 is not verified; `tries_used` counts complete sets."""

    level: int = Field(ge=0, le=2)
    matched: tuple[str, ...]
    tries_used: int = Field(ge=0)


class Contact(_Part):
    """How to answer; `value` is masked."""

    by: str
    value: str | None
    best_time: str | None = None
    consent: bool


class PacketOrder(_Part):
    """The verified order."""

    store: str
    number: str
    sold_by: str | None = None
    shipped_by: str | None = None
    placed: date | None = None
    shipped: date | None = None
    delivered: date | None = None
    link: str | None = None


class PacketItem(_Part):
    """One line the customer talked about."""

    title: str
    quantity: int | None = None
    reason: str | None = None
    condition: str | None = None
    outcome: str | None = None
    in_customers_words: str | None = None


class PacketDecision(_Part):
    """What the policy said, in plain words."""

    verdict: Literal["eligible", "not_eligible", "ask_human"]
    deadline: date | None
    plain: str
    certainty: str


class Promised(_Part):
    """A sentence that promised something, and when it was said."""

    text: str
    at: datetime


class Mood(_Part):
    """How the customer sounded, and since which turn."""

    value: Literal["calm", "upset", "abusive"]
    turn: int = Field(ge=0)


class HandoffPacket(_Part):
    """The packet in the order in which staff read it.

    `order` is filled only after verification; what was merely said stands in `claims`, marked unverified by being there.
    """

    schema_: Literal["handoff.v1"] = Field(alias="schema")
    case_number: str = Field(pattern=r"^[0-9]{9}$")
    created_at: datetime
    due_at: datetime
    channel: str
    language: str
    headline: str = Field(min_length=1, max_length=200)
    reason_code: ReasonCode
    rule_ids: tuple[str, ...] = ()
    customer_wants: Literal["refund", "exchange", "repair", "information", "complaint"]
    verified: Verified
    contact: Contact
    order: PacketOrder | None = None
    claims: dict[str, str] = Field(default_factory=dict)
    items: tuple[PacketItem, ...] = ()
    decision: PacketDecision | None = None
    quote: dict[str, JsonValue] | None = None
    if_approved_cents: int | None = Field(default=None, ge=0)
    already_promised: tuple[str | Promised, ...] = ()
    said: tuple[str, ...] = Field(default=(), max_length=3)
    tried: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    mood: Mood
    next_step: str
    actions: tuple[str, ...] = ()
    history_url: str | None = None
    definitions: str
    policy_version: str

    def document(self) -> dict[str, Any]:
        """The packet as JSON values, times ISO 8601 with `Z`."""
        return self.model_dump(mode="json", by_alias=True)
