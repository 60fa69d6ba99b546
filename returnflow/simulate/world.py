"""What a call runs in: definitions, policies, a database with the demo orders, and the service over them.

Files and the filled database are made once for a set of stores and a day. Every scenario begins with a fresh copy of that
database; the copies share one engine, so that no statement is compiled twice.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection as SqliteConnection

from returnflow.conversation.definitions import Catalogue
from returnflow.conversation.effects import Assess, Assessed, CreateReturn, ReturnCreated
from returnflow.conversation.ports import Reader
from returnflow.conversation.service import ConversationService
from returnflow.privacy import Sealer, derive_key
from returnflow.retail.lifecycle import MOVES
from returnflow.retail.model import LineRequest, ReturnStatus
from returnflow.retail.policy import Policies
from returnflow.simulate.scenario import Filed, GivenReturn, Scenario, ScenarioError
from returnflow.simulate.words import words_of
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder, demo_orders, seed
from returnflow.tools.runner import Tools
from returnflow.tools.slip_links import SlipLinks

Files = Callable[[tuple[str, ...]], tuple[Policies, Catalogue]]
"""Policies and definitions with exactly these stores on; with none named, as they are."""
_SECRET = "conversation tests only"  # noqa: S105  it seals databases that live for milliseconds
_BEFORE = "before"


@dataclass(frozen=True, slots=True)
class World:
    """What calls on one day with one set of stores share."""

    policies: Policies
    catalogue: Catalogue
    demos: Mapping[str, DemoOrder]
    filled: SqlDatabase
    """The demo orders and nothing else; never used by a call."""
    used: SqlDatabase
    """What the call that is played now uses."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one call has to itself. `before` holds the returns that were there when it began, as (rma, status)."""

    scenario: Scenario
    world: World
    database: SqlDatabase
    service: ConversationService
    words: Mapping[str, str]
    before: frozenset[tuple[str, str]] = frozenset()

    @property
    def order(self) -> DemoOrder | None:
        return self.world.demos[self.scenario.order.shows] if self.scenario.order else None

    @property
    def orders(self) -> tuple[DemoOrder, ...]:
        """The orders this scenario talks about."""
        named = (self.scenario.order, self.scenario.other)
        return tuple(self.world.demos[each.shows] for each in named if each is not None)


@dataclass(slots=True)
class Worlds:
    """Makes worlds, each once. `reader` is the real one: it knows no store and is shared."""

    files: Files
    reader: Reader
    _made: dict[tuple[tuple[str, ...], datetime], World] = field(default_factory=dict)
    _read: dict[tuple[str, ...], tuple[Policies, Catalogue]] = field(default_factory=dict)

    def read(self, stores: tuple[str, ...]) -> tuple[Policies, Catalogue]:
        """Policies and definitions with these stores on, read once."""
        if stores not in self._read:
            self._read[stores] = self.files(stores)
        return self._read[stores]

    def of(self, scenario: Scenario) -> World:
        """The world of this scenario's stores and clock. Raises ConfigurationError for a store that does not exist."""
        key = (scenario.stores, scenario.clock)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def stage(self, scenario: Scenario) -> Stage:
        """A fresh database with the demo orders and what the scenario says was there before, and a service over it.

        Ends the stage before it: both use the same memory.
        """
        world = self.of(scenario)
        database = _copied(world.filled, world.used)
        draws = random.Random(scenario.id)  # noqa: S311  the same numbers in every run are the point
        tools = Tools(world.policies, world.catalogue.shop, derive_key(_SECRET, "attempts"), rng=draws.randint)
        words = words_of(world.demos, scenario)
        for number, given in enumerate(scenario.given.returns, start=1):
            rma = _earlier_return(given, number, scenario, world, database, tools)
            words |= {"return.rma" if number == 1 else f"return{number}.rma": rma}
        service = ConversationService(
            database=database,
            tools=tools,
            reader=self.reader,
            catalogue=world.catalogue,
            policies=world.policies,
            clock=lambda: scenario.clock,
            slip_links=SlipLinks(derive_key(_SECRET, "slip"), lambda: scenario.clock),
        )
        return Stage(scenario, world, database, service, words, returns_now(database))

    def close(self) -> None:
        """Forget all worlds."""
        for world in self._made.values():
            world.filled.dispose()
            world.used.dispose()
        self._made.clear()

    def _make(self, stores: tuple[str, ...], now: datetime) -> World:
        policies, catalogue = self.read(stores)
        demos = demo_orders(policies, now)
        filled = _empty()
        filled.create_tables()
        seed(filled, demos)
        return World(policies, catalogue, {demo.shows: demo for demo in demos}, filled, _empty())


def unknown_orders(filed: Filed, world: World) -> list[str]:
    """What this scenario names and the world does not have, as problems."""
    scenario = filed.scenario
    where = f"{filed.file}: {scenario.id}"
    found = [
        f'{where}.{key}.shows: is "{named.shows}", expected what a seeded order shows (flask seed-demo --json)'
        for key, named in (("order", scenario.order), ("other", scenario.other))
        if named is not None and named.shows not in world.demos
    ]
    if scenario.given.returns and scenario.order is None:
        found.append(f"{where}.given.returns: needs an order, expected order: {{shows: …}}")
    return found


def returns_now(database: SqlDatabase) -> frozenset[tuple[str, str]]:
    """(rma, status) of every stored return."""
    with database.begin(write=False) as uow:
        return frozenset((each.rma, each.status.value) for each in uow.returns.list(limit=1000))


def _earlier_return(given: GivenReturn, number: int, scenario: Scenario, world: World, database: SqlDatabase, tools: Tools) -> str:
    """Store a return the way a call does, move it to where the scenario wants it, and give its number. Raises ScenarioError."""
    assert scenario.order is not None, "unknown_orders was not asked"
    demo = world.demos[scenario.order.shows]
    line = LineRequest(given.line, given.quantity, given.reason, demo.request.condition)
    with database.begin(write=True) as uow:
        assessed = tools.run(Assess(demo.order.order_number, (line,)), uow, scenario.clock)
        if not isinstance(assessed, Assessed) or assessed.quote is None:
            raise ScenarioError([f"{scenario.id}.given.returns[{number - 1}]: the policy refuses this return, expected one that it allows"])
        effect = CreateReturn(_BEFORE, demo.order.order_number, assessed.quote, f"{_BEFORE}:{number}")
        created = tools.run(effect, uow, scenario.clock)
        assert isinstance(created, ReturnCreated)
        for status in way_to(given.status):
            uow.returns.move(created.created.rma, status, by="staff", at=scenario.clock)
        uow.commit()
    return created.created.rma


def _empty() -> SqlDatabase:
    return SqlDatabase("sqlite://", Sealer([derive_key(_SECRET, "seal")]))


def _copied(filled: SqlDatabase, used: SqlDatabase) -> SqlDatabase:
    """`used` with exactly the content of `filled`, by SQLite's backup: a hundred times cheaper than making and filling tables."""
    with filled.begin(write=False) as source, used.begin(write=False) as target:
        ours, theirs = source.connection.connection.driver_connection, target.connection.connection.driver_connection
        assert isinstance(ours, SqliteConnection)
        assert isinstance(theirs, SqliteConnection)
        theirs.rollback()  # a backup cannot go into an open transaction
        ours.backup(theirs)
    return used


def way_to(status: ReturnStatus) -> tuple[ReturnStatus, ...]:
    """The shortest allowed way of a return from approved to `status`."""
    ways: deque[tuple[ReturnStatus, ...]] = deque([(ReturnStatus.APPROVED,)])
    while ways:
        way = ways.popleft()
        if way[-1] is status:
            return way[1:]
        ways.extend((*way, following) for following in MOVES[way[-1]] if following not in way)
    raise ScenarioError([f"status: no return becomes {status.value} after it was approved"])
