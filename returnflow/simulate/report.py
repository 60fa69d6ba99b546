"""What came out of a run: values, their sums, and the one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any


class Kind(StrEnum):
    """What a problem is about. A leak or an invented amount weighs more than a sentence that came out otherwise."""

    EXPECTATION = "expectation"
    AMOUNT = "amount"
    LEAK = "leak"
    WORDING = "wording"
    DATABASE = "database"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Problem:
    """What was expected and not so. `turn` counts from 1; 0 is the greeting, None the call as a whole."""

    kind: Kind
    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it went: what the customer did, what the assistant said, and where that left the call."""

    number: int
    customer: str
    reply: str
    agent: str
    step: str | None
    expecting: str | None
    outcome: str | None
    spoke: bool
    """Whether the customer did something, rather than something happening to the channel."""
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario's outcome."""

    id: str
    file: str
    group: str
    exchanges: tuple[Exchange, ...]
    agents: tuple[str, ...]
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.problems

    @property
    def turns(self) -> int:
        """Turns that the customer took."""
        return sum(exchange.spoke for exchange in self.exchanges)


@dataclass(frozen=True, slots=True)
class Group:
    """All scenarios of one theme."""

    name: str
    results: tuple[Result, ...]

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(result.id for result in self.results if not result.passed)

    @property
    def median_turns(self) -> int:
        return round(median(result.turns for result in self.results))

    @property
    def longest_turns(self) -> int:
        return max(result.turns for result in self.results)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `stores` are the labels of the stores that are on; `not_covered` is empty when only a part was run."""

    results: tuple[Result, ...]
    seconds: float
    stores: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)

    @property
    def failures(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def groups(self) -> tuple[Group, ...]:
        """By theme, in the order in which themes first appear."""
        by_name: dict[str, list[Result]] = {}
        for result in self.results:
            by_name.setdefault(result.group, []).append(result)
        return tuple(Group(name, tuple(results)) for name, results in by_name.items())

    def count(self, kind: Kind) -> int:
        """How many problems are of this kind."""
        return sum(problem.kind is kind for result in self.results for problem in result.problems)

    def document(self) -> dict[str, Any]:
        """The run as one JSON document; the transcript only of what failed."""
        return {
            "scenarios": len(self.results),
            "passed": self.passed,
            "failed": len(self.failures),
            "seconds": round(self.seconds, 2),
            "stores": list(self.stores),
            "problems": {kind.value: self.count(kind) for kind in Kind},
            "groups": [_group(group) for group in self.groups],
            "not_covered": list(self.not_covered),
            "results": [_result(result) for result in self.results],
        }


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "scenarios": len(group.results),
        "passed": group.passed,
        "median_turns": group.median_turns,
        "longest_turns": group.longest_turns,
        "failed": list(group.failed),
    }


def _result(result: Result) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": result.id,
        "file": result.file,
        "group": result.group,
        "passed": result.passed,
        "turns": result.turns,
        "seconds": round(result.seconds, 3),
        "agents": list(result.agents),
        "problems": [{"kind": each.kind.value, "turn": each.turn, "problem": each.text} for each in result.problems],
    }
    return document if result.passed else document | {"transcript": transcript(result.exchanges)}


def transcript(exchanges: Sequence[Exchange]) -> list[Mapping[str, Any]]:
    """Turn by turn, as values."""
    return [
        {
            "turn": each.number,
            "customer": each.customer,
            "assistant": each.reply,
            "agent": each.agent,
            "step": each.step,
            "expecting": each.expecting,
            "outcome": each.outcome,
        }
        for each in exchanges
    ]
