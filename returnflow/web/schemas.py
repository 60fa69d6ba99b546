"""The bodies of the API (design section 6): what may come in, and what goes out. `/openapi.json` is made from these."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from returnflow.tools.handoffs import OUTCOMES

MAX_TEXT = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(text: str) -> str:
    """Control characters are no words; databases and terminals choke on them."""
    return _CONTROL.sub(" ", text)


def _known_outcome(outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(OUTCOMES)})
    return outcome


Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(_clean)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True), AfterValidator(_clean)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Event = Literal["silence", "interrupted", "pause", "resume", "handoff_arrived", "hangup"]
Mode = Literal["spoken", "typed"]
Json = dict[str, Any]


class Incoming(BaseModel):
    """A request body: strict types, unknown fields ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Outgoing(BaseModel):
    """An answer: exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewSession(Incoming):
    """Starts a conversation. Every field may be left out."""

    channel: Literal["web", "phone"] = "web"
    lang: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")] = "en"
    mode: Mode = "typed"
    order_number: Annotated[str, StringConstraints(max_length=64), AfterValidator(_clean)] | None = None


class Alternative(Incoming):
    """Another reading by the recogniser."""

    text: Text
    confidence: Annotated[float, Field(ge=0, le=1, strict=False)]


class Turn(Incoming):
    """One turn: exactly one of `text`, `choice_id` and `event`."""

    turn_id: Id
    text: Words | None = None
    choice_id: Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_clean)] | None = None
    event: Event | None = None
    mode: Mode | None = None
    heard: Annotated[list[Text], Field(max_length=20)] = []
    alternatives: Annotated[list[Alternative], Field(max_length=10)] = []
    heard_chars: Annotated[int, Field(ge=0, le=100_000)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(value is not None for value in (self.text, self.choice_id, self.event)) != 1:
            raise PydanticCustomError("one_of", "send exactly one of text, choice_id and event")
        return self

    @property
    def kind(self) -> str:
        """text, choice or event."""
        return "text" if self.text is not None else "choice" if self.choice_id is not None else "event"


class Rating(Incoming):
    """How the conversation was."""

    rating: Annotated[int, Field(ge=1, le=5)]
    comment: Text | None = None


class VoiceToken(Incoming):
    """What VocalBridge's SDK sends."""

    participant_name: Text | None = None
    session_id: Id | None = None


class StaffMessage(Incoming):
    """What a person says to the customer."""

    text: Words


class Closing(Incoming):
    """How a case ended."""

    outcome: Annotated[str, AfterValidator(_known_outcome), Field(json_schema_extra={"enum": [*OUTCOMES]})]
    note: Text = ""


class FieldProblemOut(Outgoing):
    field: str
    problem: str


class Problem(Outgoing):
    """Every error, as application/problem+json. `reference` is the short code that support finds in the log."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    reference: str
    errors: list[FieldProblemOut] = []


class AgentRef(Outgoing):
    id: str
    name: str
    role: str


class Agent(AgentRef):
    live_version: str | None


class Agents(Outgoing):
    definitions: str
    agents: list[Agent]


class Voice(Outgoing):
    platform: Literal["browser", "vocalbridge", "livekit"]
    topology: Literal["one_voice", "six_voices"]
    greets: Literal["brain", "platform"]


class Reply(Outgoing):
    """`text` is for the eye, `speech` for the ear."""

    text: str
    speech: str
    language: str
    agent: str


class Choice(Outgoing):
    id: str
    label: str


class Expecting(Outgoing):
    slot: str
    kind: Literal["choice", "yes_no", "number", "free"]
    choices: list[Choice]
    example: str | None


class Step(Outgoing):
    id: str
    label: str
    state: Literal["done", "now", "next"]


class Slot(Outgoing):
    name: str
    label: str
    value: str
    confirmed: bool


class State(Outgoing):
    """What the page draws from."""

    version: int
    status: Literal["active", "waiting_for_person", "with_person", "ended"]
    outcome: Literal["done", "prepared", "instructed", "answered", "refused", "passed_on", "abandoned"] | None
    agent: str
    journey: str | None
    steps: list[Step]
    expecting: Expecting | None
    slots: list[Slot]
    quote: Json | None
    return_: Annotated[Json | None, Field(alias="return")]
    handoff: Json | None


class CardItem(Outgoing):
    id: str
    text: str
    detail: str | None = None


class Card(Outgoing):
    type: Literal["order", "items", "choices", "offer", "policy", "steps", "slip", "handoff", "status"]
    title: str
    items: list[CardItem]
    actions: list[Json]
    slip: Json | None = None
    """Links to the slip, on the card of that type."""
    url: str | None = None
    """Where the store's own page is, on a card of type `steps`."""


class StateNow(State):
    """The state as it is read: with the cards that are open, which an answer has beside its state."""

    cards: list[Card]


class Started(Outgoing):
    session_id: str
    session_token: str
    expires_at: str
    user_identity: str
    agents: list[AgentRef]
    voice: Voice
    reply: Reply
    state: State


class Move(Outgoing):
    """A handoff between our own agents; `from` is the one before."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    reason: str


class Answer(Outgoing):
    turn_id: str
    replayed: bool
    reply: Reply
    handoff: Move | None
    cards: list[Card]
    state: State


class Said(Outgoing):
    role: Literal["user", "assistant", "system", "person"]
    content: str
    agent: str | None
    at: str


class ContextOut(StateNow):
    """The conversation as a whole: context and state at top level. ZIP and name are only ever `"given"`."""

    session_id: str
    user_identity: str
    channel: str
    language: str
    current_agent: str
    previous_agent: str | None
    next_agent: str | None
    conversation_history: list[Said]
    extracted_data: Json
    routing_confidence: float
    sentiment: Literal["calm", "annoyed", "angry"]
    created_at: str
    updated_at: str
    state: StateNow
    """The state once more, where an answer has it."""


class Ended(Outgoing):
    status: str
    ended_at: str


class CaseOut(Outgoing):
    reference: str
    status: str
    headline: str
    reason: str
    created_at: str
    due_at: str
    claimed_by: str | None
    claimed_at: str | None
    closed_at: str | None
    outcome: str | None
    note: str | None
    notes: list[str]
    session_id: str
    contact_by: str
    contact: str | None
    packet: Json


class Cases(Outgoing):
    handoffs: list[CaseOut]


class Part(Outgoing):
    status: Literal["ok", "down", "off"]
    checked_at: str
    detail: str


class HealthOut(Outgoing):
    status: Literal["ok", "degraded", "down"]
    version: str
    definitions: str
    parts: dict[str, Part]


class Alive(Outgoing):
    status: Literal["ok", "down"]
