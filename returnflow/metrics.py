"""What is counted and timed, under Prometheus names with the unit in the name. Every metric here has a writer.

With several processes `PROMETHEUS_MULTIPROC_DIR` must be set before this module is imported: `gunicorn.conf.py` does so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_TURNS = (1, 2, 3, 5, 8, 13, 21, 34, 55)


class Metrics:
    """One set of metrics. `directory` joins those of several processes when it is rendered."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._registry = registry = CollectorRegistry()
        self._requests = Histogram(
            "returnflow_request_duration_seconds",
            "Time from the first byte read to the answer, by route template.",
            ("route", "method", "status"),
            registry=registry,
            buckets=_SECONDS,
        )
        self._parts = Histogram(
            "returnflow_turn_part_duration_seconds",
            "Time of each part of a turn.",
            ("part",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._turns = Counter(
            "returnflow_turns", "Turns answered; replayed ones got the stored answer.", ("kind", "replayed"), registry=registry
        )
        self._conversations = Counter("returnflow_conversations", "Conversations that ended, by outcome.", ("outcome",), registry=registry)
        self._lengths = Histogram("returnflow_conversation_turns", "Turns of a conversation that ended.", registry=registry, buckets=_TURNS)
        self._started = Counter("returnflow_sessions_started", "Conversations that were started.", ("channel",), registry=registry)
        self._transitions = Counter("returnflow_transitions", "Moves from agent to agent.", ("from_agent", "to_agent"), registry=registry)
        self._handoffs = Counter("returnflow_handoffs", "Cases opened for a person.", ("reason",), registry=registry)
        self._errors = Counter("returnflow_errors", "Requests that were answered with a problem, by code.", ("code",), registry=registry)
        self._limited = Counter("returnflow_limits_hit", "Requests that came too fast.", ("limit",), registry=registry)
        self._purged = Counter(
            "returnflow_purged", "What was deleted because its time was over, by kind, each in its own unit.", ("kind",), registry=registry
        )
        self._bound: dict[tuple[str, str, int], Any] = {}

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Time one request. Looking a child up by its labels costs more than the rest, so children are kept."""
        child = self._bound.get((route, method, status))
        if child is None:
            child = self._bound[(route, method, status)] = self._requests.labels(route, method, str(status))
        child.observe(seconds)

    def part(self, part: str, seconds: float) -> None:
        """Time one part of a turn: understand, step, tools, commit."""
        self._parts.labels(part).observe(seconds)

    def session_started(self, channel: str) -> None:
        self._started.labels(channel).inc()

    def turn(self, kind: str, answer: Mapping[str, Any], *, replayed: bool) -> None:
        """Count an answered turn and what it brought about: a move, an end."""
        self._turns.labels(kind, "yes" if replayed else "no").inc()
        if replayed:
            return
        state = answer["state"]
        if move := answer.get("handoff"):
            self._transitions.labels(move["from"], move["to"]).inc()
        if state["status"] == "ended":
            self.ended(state.get("outcome"), state["version"])

    def ended(self, outcome: str | None, turns: int) -> None:
        self._conversations.labels(outcome or "none").inc()
        self._lengths.observe(turns)

    def handoff(self, reason: str) -> None:
        self._handoffs.labels(reason).inc()

    def error(self, code: str) -> None:
        self._errors.labels(code).inc()

    def limited(self, limit: str) -> None:
        self._limited.labels(limit).inc()

    def purged(self, counts: Mapping[str, int]) -> None:
        """Count what a round of deleting took, by kind."""
        for kind, number in counts.items():
            self._purged.labels(kind).inc(number)

    def render(self) -> bytes:
        """The text that Prometheus reads, of all processes when a directory was given."""
        if self._directory is None:
            return generate_latest(self._registry)
        joined = CollectorRegistry()
        MultiProcessCollector(joined, path=str(self._directory))  # type: ignore[no-untyped-call]
        return generate_latest(joined)
