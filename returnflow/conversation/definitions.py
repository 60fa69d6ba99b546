"""What the YAML files in `returnflow/agents/` become: agents, their slots, transitions and wordings. Values only; `agents` loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from returnflow.retail.shop import Shop


class Role(StrEnum):
    """What an agent is for. Verification and processing agents serve one store."""

    ROUTER = "router"
    VERIFICATION = "verification"
    PROCESSING = "processing"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing to say, in several wordings that take turns. `typed` and `no_screen` replace `spoken` where they are given."""

    spoken: tuple[str, ...]
    typed: tuple[str, ...] = ()
    no_screen: tuple[str, ...] = ()

    def variants(self, mode: str, channel: str) -> tuple[str, ...]:
        """The wordings for this mode (spoken or typed) and channel (web or phone)."""
        if mode == "typed" and self.typed:
            return self.typed
        if channel == "phone" and self.no_screen:
            return self.no_screen
        return self.spoken


Say = Mapping[str, Mapping[str, Wording]]
"""Language code → wording key → wording."""


@dataclass(frozen=True, slots=True)
class SlotDefinition:
    """One fact an agent asks for, in the order of the file. Its wordings have the keys `<name>.ask`, `.rephrase`, `.another_way`,
    `.short`, `.explain` and `.where_to_find`."""

    name: str
    kind: str
    confirm: str = "implicit"
    tries: int = 3
    example: str | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """Leave for `to` (an agent id, or `role:<role>` for the agent with that role in the customer's store) when all facts hold."""

    to: str
    when: Mapping[str, object]
    priority: int = 0


@dataclass(frozen=True, slots=True)
class AgentDefinition:
    """One agent. Customers never see it: they meet one assistant."""

    id: str
    name: str
    role: Role
    store: str | None
    voice: str
    style: str
    say: Say
    slots: tuple[SlotDefinition, ...]
    tools: tuple[str, ...]
    transitions: tuple[Transition, ...]
    silence_seconds: tuple[int, ...] = (8, 20, 60)

    def slot(self, name: str) -> SlotDefinition | None:
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True)
class Shared:
    """What is written once for all agents: repair, small talk, labels, reasons, the steps of every journey."""

    say: Say
    labels: Mapping[str, str]
    reasons: Mapping[str, str]
    """Reason → words for "What's wrong?" buttons and cards."""
    journeys: Mapping[str, tuple[tuple[str, str], ...]]
    """Journey → ((step id, label), ...)."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions that are in force, with the checksum a conversation records."""

    agents: Mapping[str, AgentDefinition]
    shared: Shared
    shop: Shop
    checksum: str
    stores: Mapping[str, str] = field(default_factory=dict)
    """Enabled store id → label."""

    @property
    def router(self) -> AgentDefinition:
        return next(agent for agent in self.agents.values() if agent.role is Role.ROUTER)

    @property
    def handoff(self) -> AgentDefinition:
        return next(agent for agent in self.agents.values() if agent.role is Role.HANDOFF)

    def for_store(self, role: Role, store: str | None) -> AgentDefinition | None:
        """The agent with this role in this store."""
        return next((agent for agent in self.agents.values() if agent.role is role and agent.store == store), None)
