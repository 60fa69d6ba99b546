"""Scenario files: their shape, and reading them. Every problem of every file is reported at once as `file: key: what is wrong`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from returnflow.errors import ReturnFlowError
from returnflow.retail import problems
from returnflow.retail.model import Reason, ReturnStatus

DEFAULT_CLOCK = datetime.fromisoformat("2026-11-21T15:31:00+00:00")
"""Saturday morning in the shop, nobody at the desk: the sample day."""
DEFAULT_MAX_TURNS = 12
RETURN_FIELDS = frozenset(
    "rma order_number store kind status outcome refund_cents currency method return_by rule_id fee_cents lines staff_task".split()
)
HANDOFF_FIELDS = frozenset(
    "reference reason reason_code status headline due_at contact_by contact outcome customer_wants verified rule_ids order items decision "
    "quote if_approved_cents already_promised said tried risk mood next_step actions claims notes channel language".split()
)


class ScenarioError(ReturnFlowError):
    """Scenario files that cannot be run. `problems` has all of them."""

    code = "scenarios"
    title = "The scenario files are not valid"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from None
    return text


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _turn(value: Any) -> Any:
    return {"say": value} if isinstance(value, str) else value


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise ValueError("at least one")
    return values


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_many)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Mode = Literal["spoken", "typed"]
Event = Literal["silence", "interrupted", "pause", "resume", "handoff_arrived", "hangup"]
CardType = Literal["order", "items", "choices", "offer", "policy", "steps", "slip", "handoff", "status"]
Outcome = Literal["done", "prepared", "instructed", "answered", "refused", "passed_on", "abandoned"]
Status = Literal["active", "waiting_for_person", "with_person", "ended"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TurnExpect(Strict):
    """What must hold right after one turn. `null` means that there is none."""

    reply_matches: Patterns = ()
    reply_never: Patterns = ()
    agent: str | None = None
    step: str | None = None
    card: CardType | None = None
    expecting: str | None = None
    status: Status | None = None
    outcome: Outcome | None = None
    journey: str | None = None
    refund_cents: int | None = None
    slots: Mapping[str, str] = Field(default_factory=dict)


class Turn(Strict):
    """One thing the customer does: says or types something, taps an answer, or something happens to the channel."""

    say: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    event: Event | None = None
    choice: str | None = None
    mode: Mode | None = None
    heard: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    heard_chars: Annotated[int, Field(ge=0)] | Literal["all"] | None = None
    expect: TurnExpect = TurnExpect()

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(each is not None for each in (self.say, self.event, self.choice)) != 1:
            raise ValueError("exactly one of say, event and choice")
        return self


class OrderOf(Strict):
    """A seeded order, by what it shows."""

    shows: str


class GivenReturn(Strict):
    """A return of the scenario's order that exists before the call."""

    line: str = "1"
    quantity: Annotated[int, Field(ge=1)] = 1
    reason: Reason = Reason.DEFECTIVE
    status: ReturnStatus = ReturnStatus.APPROVED


class Given(Strict):
    returns: tuple[GivenReturn, ...] = ()


def _known_fields(rows: tuple[Mapping[str, Any], ...], known: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
    unknown = sorted({name for row in rows for name in row} - known)
    if unknown:
        raise ValueError(f"fields among {', '.join(sorted(known))}; {', '.join(unknown)} is none")
    return rows


Rows = tuple[Mapping[str, Any], ...]
ReturnRows = Annotated[Rows, AfterValidator(lambda rows: _known_fields(rows, RETURN_FIELDS))]
HandoffRows = Annotated[Rows, AfterValidator(lambda rows: _known_fields(rows, HANDOFF_FIELDS))]


class DatabaseExpect(Strict):
    """Exactly what the call has stored or changed. What is not listed must not be there."""

    returns: ReturnRows = ()
    handoffs: HandoffRows = ()


class Expect(Strict):
    """What must hold at the end of the call."""

    outcome: Outcome | None = None
    status: Status | None = None
    agents: tuple[str, ...] | None = None
    said: Patterns = ()
    never_said: Patterns = ()
    max_turns: Annotated[int, Field(ge=1, le=100)] | None = None
    database: DatabaseExpect = DatabaseExpect()


class Scenario(Strict):
    """One call: what there is, what the customer does, and what must come of it."""

    id: Name
    tags: tuple[Name, ...] = ()
    order: OrderOf | None = None
    other: OrderOf | None = None
    stores: tuple[Name, ...] = ()
    clock: AwareDatetime = DEFAULT_CLOCK
    mode: Mode = "spoken"
    channel: Literal["web", "phone"] = "web"
    given: Given = Given()
    turns: Annotated[tuple[Annotated[Turn, BeforeValidator(_turn)], ...], AfterValidator(_some)]
    until: Literal["done", "handoff", "ended"] | None = None
    expect: Expect = Expect()


@dataclass(frozen=True, slots=True)
class Filed:
    """A scenario and the file it stands in."""

    file: str
    scenario: Scenario

    @property
    def group(self) -> str:
        """The theme it is reported under: its first tag that is no store, else its file's name."""
        return next((tag for tag in self.scenario.tags if tag not in ("amazon", "walmart", "shop")), Path(self.file).stem)


class _Loader(yaml.SafeLoader):
    """YAML in which a customer's "yes", "no" and "08817" stay what was said."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_FILE = TypeAdapter(Annotated[tuple[Scenario, ...], AfterValidator(_some)])
_HINTS: Mapping[str, str] = {
    "id": "lower-case letters, digits and dashes",
    "shows": "what a seeded order shows, see flask seed-demo --json",
    "until": "done, handoff or ended",
    "clock": "a time with its zone, like 2026-11-21T15:31:00Z",
}


def load_scenarios(path: Path) -> tuple[Filed, ...]:
    """The scenarios of a file, or of every YAML file under a folder, in order. Raises ScenarioError with every problem."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    found: list[str] = [] if files else [f"{path}: no scenario file (*.yaml) in this folder"]
    filed: list[Filed] = []
    for file in files:
        name = str(file.relative_to(root))
        scenarios, wrong = _read(file, name)
        filed += [Filed(name, scenario) for scenario in scenarios]
        found += wrong
    found += _twice(filed)
    if found:
        raise ScenarioError(found)
    return tuple(filed)


def _read(file: Path, name: str) -> tuple[Sequence[Scenario], list[str]]:
    try:
        # A subclass of SafeLoader that only resolves less: no object is ever built from a tag.
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except (OSError, UnicodeDecodeError):
        return (), [f"{name}: the file cannot be read, expected a YAML file"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return (), [f"{name}: line {mark.line + 1 if mark else '?'}: not YAML, expected a list of scenarios"]
    try:
        return _FILE.validate_python(raw), []
    except ValidationError as error:
        return (), [_named(line, raw) for line in problems.problems(error, name, _HINTS, Scenario.model_fields)]


def _named(problem: str, raw: Any) -> str:
    """Says the scenario's id where it has one: people look for that, not for the place in the list."""

    def name(found: re.Match[str]) -> str:
        entry = raw[int(found[1])] if isinstance(raw, list) and int(found[1]) < len(raw) else None
        return f": {entry['id']}" if isinstance(entry, dict) and isinstance(entry.get("id"), str) else found[0]

    return re.sub(r": \[(\d+)\]", name, problem, count=1)


def _twice(filed: Iterable[Filed]) -> list[str]:
    places: dict[str, list[str]] = {}
    for each in filed:
        places.setdefault(each.scenario.id, []).append(each.file)
    return [
        f"{files[-1]}: {name}: id: is used {count} times (in {', '.join(dict.fromkeys(files))}), expected an id of its own"
        for name, files in places.items()
        if (count := Counter(files).total()) > 1
    ]
