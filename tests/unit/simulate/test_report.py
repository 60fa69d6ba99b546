"""Sums and the JSON document of a run."""

from __future__ import annotations

import json

from returnflow.simulate.report import Exchange, Kind, Problem, Report, Result


def result(name: str, group: str, turns: int, *problems: Problem) -> Result:
    exchanges = tuple(
        Exchange(number, "hi" * (number > 0), "Hello?", "initial_router", None, None, None, number > 0) for number in range(turns + 1)
    )
    return Result(name, f"{group}.yaml", group, exchanges, ("initial_router",), problems, 0.1)


LEAK = Problem(Kind.LEAK, "says the ZIP code", 1)
REPORT = Report((result("a", "returns", 3), result("b", "repairs", 5, LEAK), result("c", "returns", 4)), 1.0, ("Amazon",), ("intent x",))


def test_groups_come_in_the_order_they_first_appear() -> None:
    """With how many passed and how long the calls were."""
    groups = [(group.name, group.passed, group.median_turns, group.longest_turns, group.failed) for group in REPORT.groups]

    assert groups == [("returns", 2, 4, 4, ()), ("repairs", 0, 5, 5, ("b",))]


def test_a_report_counts_what_weighs_most() -> None:
    """Leaks and invented amounts by kind."""
    assert (REPORT.passed, len(REPORT.failures), REPORT.count(Kind.LEAK), REPORT.count(Kind.AMOUNT)) == (2, 1, 1, 0)


def test_the_document_shows_the_transcript_of_failures_only() -> None:
    """And is JSON."""
    document = json.loads(json.dumps(REPORT.document()))

    assert (document["scenarios"], document["passed"], document["failed"]) == (3, 2, 1)
    assert [("transcript" in each) for each in document["results"]] == [False, True, False]
    assert document["results"][1]["problems"] == [{"kind": "leak", "turn": 1, "problem": "says the ZIP code"}]
    assert document["groups"][0] == {
        "name": "returns", "scenarios": 2, "passed": 2, "median_turns": 4, "longest_turns": 4, "failed": []
    }  # fmt: skip
