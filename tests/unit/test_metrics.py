"""Metrics: names, labels, and the joining of processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from returnflow.config import ROOT
from returnflow.metrics import Metrics

STATE: dict[str, Any] = {"version": 4, "status": "active", "outcome": None, "handoff": None}


def answer(moved: dict[str, str] | None = None, **state: Any) -> dict[str, Any]:
    return {"handoff": moved, "state": {**STATE, **state}}


def test_names_carry_their_unit() -> None:
    """Every metric is ours, times are in seconds, counters end in _total."""
    text = Metrics().render().decode()
    kinds = dict(re.findall(r"# TYPE (\S+) (\S+)", text))

    assert all(name.startswith("returnflow_") for name in kinds)
    assert [name for name, kind in kinds.items() if kind == "counter" and not name.endswith("_total")] == []
    assert [name for name in kinds if "duration" in name and not name.endswith(("_seconds", "_seconds_created"))] == []


def test_a_turn_counts_what_it_brought_about() -> None:
    """A move and an end are each counted once; a replay counts as nothing but a replay."""
    metrics = Metrics()
    moved = answer({"from": "initial_router", "to": "human_handoff", "reason": "wants_person"})

    metrics.turn("text", moved, replayed=False)
    metrics.turn("text", moved, replayed=True)
    metrics.turn("event", answer(status="ended", outcome="passed_on"), replayed=False)

    text = metrics.render().decode()
    assert 'returnflow_turns_total{kind="text",replayed="yes"} 1.0' in text
    assert 'returnflow_transitions_total{from_agent="initial_router",to_agent="human_handoff"} 1.0' in text
    assert 'returnflow_conversations_total{outcome="passed_on"} 1.0' in text
    assert "returnflow_conversation_turns_sum 4.0" in text


def test_what_was_deleted_is_counted_by_kind() -> None:
    """Each round adds to its kinds."""
    metrics = Metrics()
    metrics.purged({"lines": 3, "attempts": 1})
    metrics.purged({"lines": 2})

    text = metrics.render().decode()
    assert 'returnflow_purged_total{kind="lines"} 5.0' in text
    assert 'returnflow_purged_total{kind="attempts"} 1.0' in text


def test_requests_are_timed_by_route_template() -> None:
    """Method, template and status are labels; the second request uses the kept child."""
    metrics = Metrics()
    for seconds in (0.01, 0.02):
        metrics.request("/api/sessions/{session_id}", "GET", 200, seconds)

    assert 'returnflow_request_duration_seconds_count{method="GET",route="/api/sessions/{session_id}",status="200"} 2.0' in (
        metrics.render().decode()
    )


def test_processes_are_joined(tmp_path: Path) -> None:
    """With a directory the counts of several processes are added up."""
    code = "from pathlib import Path; from returnflow.metrics import Metrics; Metrics(Path({!r})).error('not_found')"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code.format(str(tmp_path))], env=environment, check=True)

    assert 'returnflow_errors_total{code="not_found"} 2.0' in Metrics(tmp_path).render().decode()


def test_every_metric_is_documented() -> None:
    """`docs/operations.md` names each, and nothing that does not exist."""
    kinds = re.findall(r"# TYPE (\S+) (\S+)", Metrics().render().decode())
    names = {name for name, _ in kinds if not name.endswith("_created")}
    documented = set(re.findall(r"returnflow_[a-z_]+", (ROOT / "docs" / "operations.md").read_text()))

    assert documented == names
