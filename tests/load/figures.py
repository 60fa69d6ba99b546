"""The arithmetic of a load run: from samples and counters to figures. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

BUSY = 0.85
"""Above this share of the cores the processor is what limits; below it the service waits for something else."""
_SUM = re.compile(r"returnflow_(?:request|turn_part)_duration_seconds_(sum|count)\{(.*)\} (\S+)")
_LABEL = re.compile(r'(part|route)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. Times in seconds of the monotonic clock; `problem` is empty when the answer was right."""

    endpoint: str
    scheduled: float
    sent: float
    done: float
    problem: str = ""

    @property
    def seconds(self) -> float:
        """What the customer waited, counted from when they meant to speak: a service that is behind cannot hide it."""
        return self.done - self.scheduled


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Cores:
    """How many cores each group of processes used on average. `others` is the rest of the machine's work."""

    of: Mapping[str, float]
    others: float
    machine: int

    @property
    def share(self) -> float:
        """Which part of all cores was busy, from 0 to 1."""
        return (sum(self.of.values()) + self.others) / self.machine


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank). Raises ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, ceil(percent / 100 * len(ordered)) - 1)]


def latency(samples: Iterable[Sample]) -> Latency | None:
    """Of these samples, None when there are none. A request that failed counts with the time until it did."""
    waits = [sample.seconds * 1000 for sample in samples]
    if not waits:
        return None
    return Latency(len(waits), percentile(waits, 50), percentile(waits, 95), percentile(waits, 99), max(waits))


def by_endpoint(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    grouped: dict[str, list[Sample]] = {}
    for sample in samples:
        grouped.setdefault(sample.endpoint, []).append(sample)
    return grouped


def lag_ms(samples: Sequence[Sample], percent: float = 99) -> float:
    """How late the generator itself sent: late answers to the same customer count here too, so look at it below saturation."""
    return percentile([(sample.sent - sample.scheduled) * 1000 for sample in samples], percent)


def problems(samples: Iterable[Sample]) -> Counter[str]:
    return Counter(f"{sample.endpoint}: {sample.problem}" for sample in samples if sample.problem)


def timings(metrics: str) -> dict[str, tuple[float, float]]:
    """From `/metrics`: route or part of a turn → how often and how many seconds in all."""
    found: dict[str, dict[str, float]] = {}
    for kind, labels, value in _SUM.findall(metrics):
        name = next((each for _, each in _LABEL.findall(labels)), "")
        entry = found.setdefault(name, {"count": 0.0, "sum": 0.0})
        entry[kind] += float(value)
    return {name: (entry["count"], entry["sum"]) for name, entry in found.items()}


def means_ms(before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """The mean milliseconds of what happened in between."""
    means: dict[str, float] = {}
    for name, (count, seconds) in after.items():
        earlier_count, earlier_seconds = before.get(name, (0.0, 0.0))
        if count > earlier_count:
            means[name] = (seconds - earlier_seconds) / (count - earlier_count) * 1000
    return means


def what_limits(cores: Cores, turn_ms: float, calm_turn_ms: float) -> str:
    """Why it got no faster: the cores, one worker's interpreter lock, or waiting inside the write transaction."""
    used = ", ".join(f"{name} {share:.2f}" for name, share in sorted(cores.of.items(), key=lambda item: -item[1]) if share >= 0.01)
    parts = f"{used}, other programs {cores.others:.2f} of {cores.machine} cores"
    if cores.share >= BUSY:
        return f"the processor ({cores.share:.0%} busy: {parts})"
    if any(share >= BUSY for name, share in cores.of.items() if name.startswith("worker")):
        return f"one worker's interpreter lock ({parts})"
    return f"waiting for the database (write part of a turn {calm_turn_ms:.0f} → {turn_ms:.0f} ms while {cores.share:.0%} busy: {parts})"


def growth(values: Sequence[float]) -> float:
    """By which part of the earlier value the later one is higher: median of the last quarter against that of the second quarter.

    The first quarter is left out, because caches fill then. Raises ValueError for fewer than eight values.
    """
    if len(values) < 8:
        raise ValueError("needs at least eight values")
    quarter = len(values) // 4
    early, late = median(values[quarter : 2 * quarter]), median(values[-quarter:])
    return late / early - 1
