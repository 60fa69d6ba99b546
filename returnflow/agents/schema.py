"""The shape of an agent file and of shared.yaml, checked on load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from returnflow.conversation.definitions import Role

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=400)]
SayFile = Mapping[Annotated[str, Field(pattern=r"^[a-z]{2}$")], Mapping[str, Annotated[tuple[Words, ...], Field(min_length=1)]]]

JOURNEYS = Literal["return", "exchange", "return_status", "cancel", "order_status", "not_received", "human"]
FACTS = Literal["wants_person", "needs_order", "store_known", "store_changed", "verified", "handoff_closed", "journey", "store"]
TOOLS = Literal["answer_policy", "verify_order", "assess_return", "create_return", "list_returns", "cancel_return", "open_handoff"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Voice(Strict):
    """How the platform should sound."""

    voice: str
    speed: Annotated[float, Field(ge=0.5, le=1.5)] = 1.0


class SlotFile(Strict):
    """One fact an agent asks for."""

    name: Id
    kind: Literal["choice", "yes_no", "number", "free"]
    confirm: Literal["implicit", "explicit", "match"] = "implicit"
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    example: str | None = None
    choices: Mapping[str, str] = Field(default_factory=dict)


class TransitionFile(Strict):
    """Where to go when all of `when` holds."""

    to: Annotated[str, Field(pattern=r"^(role:(router|verification|processing|handoff)|[a-z][a-z0-9_]{1,39})$")]
    when: Annotated[Mapping[FACTS, bool | str], Field(min_length=1)]
    priority: Annotated[int, Field(ge=0, le=1000)] = 0


class AgentFile(Strict):
    """One agent's file."""

    id: Id
    name: str
    role: Role
    store: Id | None = None
    voice: Voice
    style: str
    slots: tuple[SlotFile, ...] = ()
    tools: tuple[TOOLS, ...] = ()
    transitions: tuple[TransitionFile, ...] = ()
    silence_seconds: tuple[int, int, int] = (8, 20, 60)
    say: SayFile


class SharedFile(Strict):
    """What is written once for all agents."""

    labels: Mapping[str, str]
    reasons: Mapping[str, str]
    journeys: Mapping[JOURNEYS, Mapping[Id, str]]
    say: SayFile


def hints() -> Mapping[str, Any]:
    """What belongs under a key, in words, for the error messages."""
    return {
        "id": "lower-case letters, digits and underscores",
        "role": "router, verification, processing or handoff",
        "kind": "choice, yes_no, number or free",
        "confirm": "implicit, explicit or match",
        "to": "an agent's id, or role:verification and the like",
        "when": "facts such as wants_person, needs_order, store_known, verified with the value they must have",
        "tools": "answer_policy, verify_order, assess_return, create_return, list_returns, cancel_return or open_handoff",
        "say": "language → key → list of wordings",
        "tries": "a whole number from 1 to 5",
        "priority": "a whole number from 0 to 1000",
    }
