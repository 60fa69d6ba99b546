"""A call in a test: the whole brain on a database of its own, with a clock that stands still."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from returnflow.agents.loader import default_agents_dir, load_catalogue
from returnflow.conversation.definitions import Catalogue
from returnflow.conversation.ports import Database, StoredSession
from returnflow.conversation.service import ConversationService, TurnRequest, TurnResult, fingerprint
from returnflow.privacy import Sealer, derive_key
from returnflow.retail.policy import Policies, default_policies_dir, load_policies
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import demo_orders, seed
from returnflow.tools.runner import Tools
from returnflow.tools.slip_links import SlipLinks
from returnflow.understanding.reader import default_reader

NOW = datetime(2026, 11, 21, 15, 31, tzinfo=UTC)
_ids = itertools.count(1)


class Clock:
    """Time that moves only when told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@cache
def policies() -> Policies:
    return load_policies([default_policies_dir()])


@cache
def catalogue(*more: Path) -> Catalogue:
    return load_catalogue([default_agents_dir(), *more], None, {p.store: p.label for p in policies().enabled()})


def memory_database() -> SqlDatabase:
    """A fresh database in memory, with the schema and no orders."""
    database = SqlDatabase("sqlite://", Sealer([derive_key("test", "seal")]))
    database.create_tables()
    return database


@dataclass
class House:
    """Everything a call needs, wired as in production but for the database, the clock and the dice."""

    database: Database = field(default_factory=memory_database)
    clock: Clock = field(default_factory=Clock)
    keep_text: bool = True

    def __post_init__(self) -> None:
        self.demos = {demo.document()["shows"]: demo.document() for demo in demo_orders(policies(), self.clock())}
        self.tools = Tools(policies(), catalogue().shop, b"k" * 32, Random(7).randint)
        self.service = self.another_process()

    def another_process(self) -> ConversationService:
        """A second brain on the same database, as another worker process has it."""
        return ConversationService(
            database=self.database,
            tools=self.tools,
            reader=default_reader(),
            catalogue=catalogue(),
            policies=policies(),
            clock=self.clock,
            slip_links=SlipLinks(b"s" * 32, self.clock),
            keep_text=self.keep_text,
        )

    def seeded(self) -> House:
        seed(self.database, demo_orders(policies(), self.clock()))
        return self

    def call(self, mode: str = "typed", **start: Any) -> Call:
        return Call(self, mode, start)


class Call:
    """One customer's conversation: `say`, `tap`, `event`; the last answer is at hand."""

    def __init__(self, house: House, mode: str, start: dict[str, Any]) -> None:
        self.house, self.mode = house, mode
        self.service = house.service
        self.id = f"call-{next(_ids)}"
        now = house.clock()
        session = StoredSession(self.id, self.id.rjust(64, "0"), "web", now, now, now + timedelta(hours=24))
        self.answers: list[dict[str, Any]] = [self.service.start(session, user_identity="customer", mode=mode, **start).answer]

    def say(self, text: str, **more: Any) -> str:
        return self._turn(text=text, **more)

    def tap(self, choice_id: str, **more: Any) -> str:
        return self._turn(choice_id=choice_id, **more)

    def event(self, name: str, **more: Any) -> str:
        return self._turn(event=name, **more)

    def give_order(self, shows: str) -> str:
        """Say order number, ZIP and last name of this demo order in one go."""
        order = self.house.demos[shows]
        return self.say(f"{order['order_number']}, {order['zip']}, {order['last_name']}")

    def request(self, **turn: Any) -> TurnRequest:
        """A turn as the web edge builds it."""
        turn = {"turn_id": f"turn-{next(_ids)}", "mode": self.mode, **turn}
        return TurnRequest(**turn, fingerprint=fingerprint(json.loads(json.dumps(turn))), caller="caller")

    def _turn(self, **turn: Any) -> str:
        return self.send(self.request(**turn)).answer["reply"]["text"]

    def send(self, request: TurnRequest) -> TurnResult:
        result = self.service.handle_turn(self.id, request)
        self.answers.append(result.answer)
        return result

    @property
    def answer(self) -> dict[str, Any]:
        return self.answers[-1]

    @property
    def reply(self) -> str:
        return str(self.answer["reply"]["text"])

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.answer["state"])

    @property
    def asked(self) -> str | None:
        return self.state["expecting"]["slot"] if self.state["expecting"] else None

    @property
    def cards(self) -> list[str]:
        return [card["type"] for card in self.answer["cards"]]

    @property
    def agents(self) -> tuple[str, ...]:
        snapshot = self.service.read(self.id)
        assert snapshot is not None
        return snapshot.context.visited
