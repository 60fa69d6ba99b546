"""What the machine asks of the world, and what the world answers. `tools` carries them out inside the turn's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returnflow.conversation.context import OrderFacts
from returnflow.retail.model import Decision, LineRequest, Quote, Return


@dataclass(frozen=True, slots=True)
class VerifyOrder:
    """Prove that an order is the customer's: all facts together, one answer (design section 9).

    Exactly one of `numbers` (canonical candidates), `suffix` (its last seven digits) or `rma` is given.
    """

    session_id: str
    caller: str
    zip: str
    last_name: str
    numbers: tuple[str, ...] = ()
    suffix: str | None = None
    rma: str | None = None


@dataclass(frozen=True, slots=True)
class OrderVerified:
    order: OrderFacts
    returns: tuple[Return, ...]


@dataclass(frozen=True, slots=True)
class NotVerified:
    """`locked` when a limit is reached and a person has to take over."""

    locked: bool
    failures: int


@dataclass(frozen=True, slots=True)
class Assess:
    """Decide on these lines and, where all are eligible, quote them. `kind` is return or exchange."""

    order_number: str
    requests: tuple[LineRequest, ...]
    kind: str = "return"


@dataclass(frozen=True, slots=True)
class Assessed:
    """`quote` is None unless every line is eligible and `create_return` (or `exchange`) is among `capabilities`."""

    decisions: tuple[tuple[str, Decision], ...]
    capabilities: tuple[str, ...]
    quote: Quote | None
    if_approved_cents: int | None
    instructions: tuple[str, ...] = ()
    instructions_url: str | None = None


@dataclass(frozen=True, slots=True)
class CreateReturn:
    """Commit the quote. A repeat with the same key gives the stored return."""

    session_id: str
    order_number: str
    quote: Quote
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class ReturnCreated:
    created: Return


@dataclass(frozen=True, slots=True)
class ReturnNotCreated:
    """The units were returned meanwhile, or the policy changed: the quote does not stand any more."""

    reason_code: str


@dataclass(frozen=True, slots=True)
class ListReturns:
    order_number: str


@dataclass(frozen=True, slots=True)
class ReturnsListed:
    returns: tuple[Return, ...]


@dataclass(frozen=True, slots=True)
class CancelReturn:
    rma: str
    by: str


@dataclass(frozen=True, slots=True)
class ReturnCancelled:
    cancelled: Return


@dataclass(frozen=True, slots=True)
class ReturnNotCancelled:
    current: Return


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """A question about the rules, without any order: how long for a kind of product, or a `topic` (money, fees or way)."""

    store: str
    category: str | None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyAnswered:
    rule_id: str
    certainty: str
    days: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class OpenHandoff:
    """Store a case for a person. `packet` is `handoff.v1` without `case_number`, `created_at` and `due_at`; `contact` is the raw value."""

    session_id: str
    reason_code: str
    headline: str
    packet: dict[str, Any]
    contact_by: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class HandoffOpened:
    reference: str
    due_at: datetime
    promise: str
    """Speakable: "by Monday at noon"."""
    desk_open: bool


@dataclass(frozen=True, slots=True)
class AddHandoffNote:
    """The customer adds something to an open case; `text` is redacted."""

    reference: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteAdded:
    reference: str


TOOL_OF: Mapping[type, str] = {
    VerifyOrder: "verify_order",
    Assess: "assess_return",
    CreateReturn: "create_return",
    ListReturns: "list_returns",
    CancelReturn: "cancel_return",
    AnswerPolicy: "answer_policy",
    OpenHandoff: "open_handoff",
    AddHandoffNote: "open_handoff",
}
"""Effect → the tool that an agent's file must list for it."""

Effect = VerifyOrder | Assess | CreateReturn | ListReturns | CancelReturn | AnswerPolicy | OpenHandoff | AddHandoffNote
Outcome = (
    OrderVerified
    | NotVerified
    | Assessed
    | ReturnCreated
    | ReturnNotCreated
    | ReturnsListed
    | ReturnCancelled
    | ReturnNotCancelled
    | PolicyAnswered
    | HandoffOpened
    | NoteAdded
)
