"""The service under load: gunicorn with two workers, a database of its own, orders to return."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.load import machine
from tests.load.customer import Customer, Manner
from tests.load.driver import Driver
from tests.load.figures import by_endpoint, problems, timings
from tests.load.orders import make_orders
from tests.services.app_server import GUNICORN, AppServer, app_server
from tests.services.parts import wait_until
from tests.services.postgres import DURABLE, cluster

WORKERS = 2
PAUSE = 0.5
MOST_TURNS_OF_BRIEF = 3
SETTINGS = {
    "RETURNFLOW_WORKERS": str(WORKERS),
    # All customers of a load run come from one address; real ones do not.
    "RETURNFLOW_SESSIONS_PER_MINUTE": "99999",
}


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """What the very first customer of a fresh worker waited, in milliseconds. The first turn goes the whole way to an offer."""

    session: float
    turn: float
    later_turns: float
    """The slowest of the rest of the call."""
    slip: float


class Service:
    """A running service. `customers` gives people with an order each, all manners in turn."""

    def __init__(self, app: AppServer, customers: Iterator[Customer]) -> None:
        self.app = app
        self.customers = customers
        address = urlsplit(app.base)
        self.host, self.port = str(address.hostname), int(address.port or 80)

    @property
    def workers(self) -> list[int]:
        """Process ids, oldest first. `gunicorn`'s master is not among them."""
        return sorted(machine.descendants(self.app.running.process.pid))

    def meter(self) -> machine.Meter:
        """A meter over the workers, the database server, Redis and this generator."""
        groups = {f"worker {place}": {pid} for place, pid in enumerate(self.workers, start=1)}
        ours = machine.descendants(os.getpid())
        named = {"PostgreSQL": "postgres", "Redis": "redis-server"}
        groups |= {name: {pid for pid in ours if machine.program(pid) == short} for name, short in named.items()}
        groups["generator"] = {os.getpid()}
        return machine.Meter({name: pids for name, pids in groups.items() if pids})

    def timings(self) -> dict[str, tuple[float, float]]:
        """What the service itself has measured so far."""
        with urllib.request.urlopen(f"{self.app.base}/metrics", timeout=10) as answer:
            return timings(answer.read().decode())

    def first_answers(self) -> list[FirstAnswers]:
        """Be the first customer of every worker. The other workers are held still meanwhile, so that this one must answer."""
        return [self._first_answers_of(pid) for pid in self.workers]

    def _first_answers_of(self, worker: int) -> FirstAnswers:
        others = [pid for pid in self.workers if pid != worker]
        try:
            for pid in others:
                os.kill(pid, signal.SIGSTOP)
            return asyncio.run(self._one_call())
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    async def _one_call(self) -> FirstAnswers:
        customer = replace(next(self.customers), manner=Manner.BRIEF)
        driver = Driver(self.host, self.port, iter([customer]))
        await driver.hold(1, PAUSE, PAUSE * MOST_TURNS_OF_BRIEF)
        if bad := problems(driver.samples):
            raise RuntimeError(f"the first call of a fresh worker went wrong: {dict(bad)}")
        waited = {name: [each.seconds * 1000 for each in samples] for name, samples in by_endpoint(driver.samples).items()}
        first, *later = waited["turn"]
        return FirstAnswers(waited["session"][0], first, max(later), waited["slip"][0])


@contextmanager
def service(database: str, folder: Path, orders: int, **settings: str) -> Iterator[Service]:
    """Start it on `sqlite` (a file in `folder`) or `postgres` (a server of our own that syncs to disk), with `orders` orders."""
    with ExitStack() as stack:
        if database == "postgres":
            settings["DATABASE_URL"] = stack.enter_context(stack.enter_context(cluster(DURABLE)).database())
        app = stack.enter_context(app_server(folder, program=GUNICORN, seed=False, **{**SETTINGS, **settings}))
        made, rows = make_orders(orders, datetime.now(UTC).date())
        (folder / "orders.csv").write_text(rows)
        imported = json.loads(app.flask("import-orders", str(folder / "orders.csv"), "--json"))
        if imported["errors"] or imported["imported"] != orders:
            raise RuntimeError(f"the order book took {imported['imported']} of {orders} orders: {imported['errors'][:3]}")
        customers = (Customer(order, manner) for order, manner in zip(made, itertools.cycle(Manner), strict=False))
        running = Service(app, customers)
        wait_until(lambda: len(running.workers) == WORKERS, seconds=30, what=f"{WORKERS} workers were not there")
        yield running
