"""Conversations for a long time, with Redis killed and started again on the way: `python -m tests.load.soak --help` (`make soak`).

Exit code 0: no request failed, no worker's memory grew, and the limits went back to Redis; 1: not.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import redis

from tests.load import machine
from tests.load.conversations import DATABASES, SHORTEST_CALL
from tests.load.driver import Driver
from tests.load.figures import growth, means_ms
from tests.load.report import Stretch, endpoints, put_into, stretch_notes
from tests.load.service import Service, service
from tests.services import guards
from tests.services.processes import Running, running
from tests.services.redis_server import redis_server

KILLED_AT, BACK_AT = 1 / 3, 1 / 2
"""When Redis goes and when it comes back, as parts of the run."""
MEMORY_SAMPLES = 40
MOST_GROWTH = 0.10


@dataclass(slots=True)
class Trouble:
    """Redis, which is taken away and given back at the same address."""

    folder: Path
    url: str
    part: Running
    stack: ExitStack
    told: list[str] = field(default_factory=list)

    async def happen(self, seconds: float) -> None:
        await asyncio.sleep(seconds * KILLED_AT)
        self.part.kill()
        await asyncio.to_thread(self.part.process.wait)
        self.told.append(f"Redis killed after {seconds * KILLED_AT:.0f} s")
        await asyncio.sleep(seconds * (BACK_AT - KILLED_AT))
        command = cast(list[str], self.part.process.args)
        again = running(command, log=self.folder / "redis-again.log", ready=self._answers)
        await asyncio.to_thread(self.stack.enter_context, again)
        self.told.append(f"back after {seconds * BACK_AT:.0f} s")

    def counts(self) -> int:
        """How many limits Redis holds: more than none means that the workers use it again."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.dbsize())

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.load.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument("--conversations", type=int, default=100, help="at the same time (100)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two turns of a conversation (5)")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the result between the marks <!-- soak --> of this page")
    options = parser.parse_args(arguments)
    guards.forget_settings()
    guards.guard_network()
    gc.disable()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rf-soak-")))
        url, part = stack.enter_context(redis_server(folder))
        trouble = Trouble(folder, url, part, stack)
        turns = options.minutes * 60 * options.conversations / options.every
        orders = int(turns / SHORTEST_CALL) + 2 * options.conversations
        started = stack.enter_context(service(options.database, folder, orders, REDIS_URL=url))
        return _judge(options, trouble, *_soak(started, options, trouble))


def _soak(started: Service, options: argparse.Namespace, trouble: Trouble) -> tuple[Stretch, dict[int, list[float]]]:
    """The load, the trouble and the memory of each worker, side by side."""
    seconds = options.minutes * 60
    driver = Driver(started.host, started.port, started.customers)
    memory: dict[int, list[float]] = {pid: [] for pid in started.workers}
    before, meter = started.timings(), started.meter()

    async def watch() -> None:
        for _ in range(MEMORY_SAMPLES):
            await asyncio.sleep(seconds / MEMORY_SAMPLES)
            for pid, values in memory.items():
                values.append(machine.private_mib(pid))

    async def everything() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(driver.hold(options.conversations, options.every, seconds))
            group.create_task(trouble.happen(seconds))
            group.create_task(watch())

    asyncio.run(everything())
    cores, parts = meter.read(), means_ms(before, started.timings())
    rate = options.conversations / options.every
    return Stretch(rate, seconds, driver.samples, driver.returns, driver.never_sent, cores, parts), memory


def _judge(options: argparse.Namespace, trouble: Trouble, done: Stretch, memory: dict[int, list[float]]) -> int:
    """Show what happened. The exit code."""
    counts = trouble.counts()
    grown = max(growth(values) for values in memory.values())
    when = datetime.now(UTC).date().isoformat()
    heading = f"{when}, {options.database}, {done.seconds / 60:.0f} minutes, {options.conversations} conversations, {machine.describe()}"
    notes = [*stretch_notes(done), f"{', '.join(trouble.told)}; limits in Redis at the end: {counts}. Returns made: {done.returns}."]
    notes += [_remembered(place, values) for place, values in enumerate(memory.values(), start=1)]
    text = "\n".join([heading, "", *endpoints(done), "", *(f"- {note}" for note in notes)]) + "\n"
    print(text)
    if options.write:
        options.write.write_text(put_into(options.write.read_text(), "soak", text))
    checks = {
        f"{done.errors} requests failed": done.errors == 0,
        f"{done.never_sent} turns were never sent": done.never_sent == 0,
        f"memory grew by {grown:.1%}, more than {MOST_GROWTH:.0%}": grown <= MOST_GROWTH,
        "the limits did not go back to Redis": counts > 0,
    }
    for what in (missed := [what for what, met in checks.items() if not met]):
        print(f"MISSED {what}", file=sys.stderr)
    return 1 if missed else 0


def _remembered(place: int, values: Sequence[float]) -> str:
    first, last = values[0], values[-1]
    grown = f"{growth(values):+.1%} after the first quarter"
    return f"Worker {place}, private memory: {first:.0f} MiB at first, {last:.0f} at last, {grown}."


if __name__ == "__main__":
    sys.exit(main())
