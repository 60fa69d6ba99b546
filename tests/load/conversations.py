"""Simultaneous conversations on gunicorn with two workers: `python -m tests.load.conversations --help` (`make bench`).

The result is Markdown on stdout, progress goes to stderr. Exit code 0: no error and every target was met; 1: not.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.load import machine
from tests.load.driver import Driver
from tests.load.figures import means_ms, what_limits
from tests.load.report import Result, Stretch, document, put_into
from tests.load.service import Service, service
from tests.services import guards

DATABASES = ("sqlite", "postgres")
P95_MS, P99_MS, FIRST_MS = 50.0, 100.0, 500.0
"""The targets for a turn."""
SATURATED_MS = 250.0
STEP_SECONDS = 20.0
STEP_UP = 1.35
MOST_STEPS = 10
HALVINGS = 2
"""Steps between the last rate that held and the first that did not."""
FASTEST = 400.0
"""Turns a second, far above what the steps reach: bounds the orders that are made."""
SHORTEST_CALL = 3


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    guards.forget_settings()
    guards.guard_network()
    gc.disable()  # a run holds no cycles worth collecting, and a pause here would count as the service's
    chosen = DATABASES if options.database == "both" else (options.database,)
    results = [_measure(database, options) for database in chosen]
    when = datetime.now(UTC).date().isoformat()
    text = document(results, f"{when}, {machine.describe()}, gunicorn with 2 workers of 8 threads, generator on the same cores")
    print(text)
    if options.write:
        options.write.write_text(put_into(options.write.read_text(), "bench", text))
    missed = [problem for result in results for problem in _missed(result)]
    for problem in missed:
        print(f"MISSED {problem}", file=sys.stderr)
    return 1 if missed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.load.conversations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--conversations", type=int, default=100, help="at the same time (100)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two turns of a conversation (5)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of load at that rate (60)")
    parser.add_argument("--saturate", action="store_true", help=f"then raise the rate until p99 passes {SATURATED_MS:.0f} ms")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the result between the marks <!-- bench --> of this page")
    return parser.parse_args(arguments)


def _measure(database: str, options: argparse.Namespace) -> Result:
    """Start the service, be each worker's first customer, hold the conversations, and look for the limit when asked."""
    with tempfile.TemporaryDirectory(prefix="rf-load-") as folder, service(database, Path(folder), _orders_needed(options)) as running:
        _say(f"{database}: {len(running.workers)} workers serve at {running.app.base}")
        first = running.first_answers()
        target = _stretch(running, options.conversations, options.every, options.seconds)
        steps, limit = _saturate(running, options.conversations, target) if options.saturate else ([], "")
        return Result(database, options.conversations, first, target, steps, limit)


def _orders_needed(options: argparse.Namespace) -> int:
    """Enough for every conversation that could begin, shortest calls assumed."""
    turns = options.conversations / options.every * options.seconds
    ladder = sum(min(FASTEST, 30 * STEP_UP**step) * STEP_SECONDS for step in range(MOST_STEPS)) if options.saturate else 0
    calls = (turns + ladder) / SHORTEST_CALL + options.conversations * (2 + (MOST_STEPS + HALVINGS) * options.saturate)
    return int(calls)


def _stretch(running: Service, conversations: int, every: float, seconds: float) -> Stretch:
    """One stretch at one rate."""
    driver = Driver(running.host, running.port, running.customers)
    before, meter = running.timings(), running.meter()
    samples = asyncio.run(driver.hold(conversations, every, seconds))
    cores, after = meter.read(), running.timings()
    rate = conversations / every
    done = Stretch(rate, seconds, samples, driver.returns, driver.never_sent, cores, means_ms(before, after))
    turn = done.turn
    _say(
        f"  {rate:.0f} turns/s: p50 {turn.p50:.0f}, p95 {turn.p95:.0f}, p99 {turn.p99:.0f} ms, {done.errors} errors, {cores.share:.0%} busy"
    )
    return done


def _saturate(running: Service, conversations: int, calm: Stretch) -> tuple[list[Stretch], str]:
    """Raise the rate until p99 passes the mark, then narrow down. Gives the steps and what limits."""
    if calm.turn.p99 > SATURATED_MS:
        return [], f"p99 is {calm.turn.p99:.0f} ms at {calm.turns_per_second:.0f} turns a second already."
    steps: list[Stretch] = []

    def holds(rate: float) -> bool:
        steps.append(_stretch(running, conversations, conversations / rate, STEP_SECONDS))
        return steps[-1].turn.p99 <= SATURATED_MS and not steps[-1].errors and not steps[-1].never_sent

    good, rate = calm.turns_per_second, calm.turns_per_second * STEP_UP
    while holds(rate):
        good, rate = rate, rate * STEP_UP
        if len(steps) >= MOST_STEPS or rate > FASTEST:
            return steps, f"p99 is under {SATURATED_MS:.0f} ms at {good:.0f} turns a second still."
    over = steps[-1]
    bad = rate
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    why = what_limits(over.cores, over.write_ms, calm.write_ms)
    where = f"p99 passes {SATURATED_MS:.0f} ms between {good:.0f} and {bad:.0f} turns a second"
    return steps, f"{where}. At {over.turns_per_second:.0f} the limit is {why}."


def _missed(result: Result) -> list[str]:
    """Every target that was not met, in plain words."""
    turn, target = result.target.turn, result.target
    slowest = max(max(each.turn, each.later_turns) for each in result.first)
    checks = {
        f"{target.errors} errors": target.errors == 0,
        f"{target.never_sent} turns were never sent": target.never_sent == 0,
        f"p95 {turn.p95:.0f} ms, not under {P95_MS:.0f}": turn.p95 < P95_MS,
        f"p99 {turn.p99:.0f} ms, not under {P99_MS:.0f}": turn.p99 < P99_MS,
        f"first turn of a fresh worker {slowest:.0f} ms, not under {FIRST_MS:.0f}": slowest < FIRST_MS,
    }
    return [f"{result.database}: {what}" for what, met in checks.items() if not met]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
