"""The scenarios that ship: all pass, and there are enough of them."""

from __future__ import annotations

import pytest

from returnflow.config import ROOT
from returnflow.simulate.report import Report
from returnflow.simulate.runner import run
from returnflow.simulate.scenario import load_scenarios
from tests.unit.simulate.conftest import files


@pytest.fixture(scope="module")
def report() -> Report:
    return run(load_scenarios(ROOT / "scenarios"), files)


def test_every_shipped_scenario_passes(report: Report) -> None:
    """The same as `flask simulate`, which shows the conversations."""
    assert {result.id: [problem.text for problem in result.problems] for result in report.failures} == {}


def test_they_cover_every_journey_and_both_stores(report: Report) -> None:
    """At least 80, and every intent that is heard and every change of agents that can happen is tried."""
    assert len(report.results) >= 80
    assert report.not_covered == ()
    agents = {agent for result in report.results for agent in result.agents}
    assert {"amazon_processing", "walmart_processing", "human_handoff", "shop_processing"} <= agents


def test_they_are_quick(report: Report) -> None:
    """Under a minute on a slow machine."""
    assert report.seconds < 60
