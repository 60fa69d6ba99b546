"""The small values the machine works with: its frame, the lines it wants said, and the step it has come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from returnflow.conversation.context import Context, SlotValue
from returnflow.conversation.definitions import AgentDefinition, Catalogue, Wording
from returnflow.conversation.effects import Effect
from returnflow.conversation.ports import TransitionRecord
from returnflow.understanding.model import Expecting, NumberFormat


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays the same during one turn: definitions, number formats and the time."""

    catalogue: Catalogue
    formats: tuple[NumberFormat, ...]
    now: datetime
    today: date

    def agent(self, ctx: Context) -> AgentDefinition:
        return self.catalogue.agents[ctx.current_agent]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value put into a sentence, for the eye and for the ear."""

    text: str
    speech: str

    @classmethod
    def plain(cls, words: str) -> Fact:
        return cls(words, words)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say: a wording key (or a wording itself) and the values that are not in the context."""

    key: str
    values: Mapping[str, Fact] = field(default_factory=dict)
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where the machine stands: the context, what will be said, and what has to be done before it can go on."""

    ctx: Context
    lines: tuple[Line, ...] = ()
    effect: Effect | None = None
    transitions: tuple[TransitionRecord, ...] = ()
    finished: bool = False
    """True when a question (or an ending) has been chosen, so that the turn can be answered."""

    def with_(self, **changes: Any) -> Step:
        """The same step with these context fields changed."""
        return replace(self, ctx=replace(self.ctx, **changes))

    def say(self, key: str, **values: str | Fact) -> Step:
        """The same step with one more line."""
        facts = {name: value if isinstance(value, Fact) else Fact.plain(value) for name, value in values.items()}
        return replace(self, lines=(*self.lines, Line(key, facts)))

    def do(self, effect: Effect) -> Step:
        """Stop here until the effect has been carried out."""
        return replace(self, effect=effect)

    def done(self) -> Step:
        return replace(self, finished=True)


def put(ctx: Context, name: str, value: Any, status: str = "heard") -> Context:
    """The context with this slot set in the present turn."""
    return replace(ctx, slots={**ctx.slots, name: SlotValue(value, status, ctx.turn)})


def drop(ctx: Context, *names: str) -> Context:
    """The context without these slots."""
    return replace(ctx, slots={name: slot for name, slot in ctx.slots.items() if name not in names})


def slot(ctx: Context, name: str) -> Any:
    """The slot's value, or None."""
    found = ctx.slots.get(name)
    return None if found is None else found.value


def expecting_is(ctx: Context, *slots: str) -> bool:
    """Whether the open question asks for one of these."""
    return ctx.expecting is not None and ctx.expecting.slot in slots


def yes_no(slot_name: str, about: str | None = None) -> Expecting:
    return Expecting(slot_name, "yes_no", about=about)
