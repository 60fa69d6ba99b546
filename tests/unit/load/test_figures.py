"""What a load run claims is arithmetic, and arithmetic is tested."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.figures import Cores, Sample, growth, latency, means_ms, percentile, problems, timings, what_limits

METRICS = """
# HELP returnflow_request_duration_seconds Time from the first byte read to the answer, by route template.
returnflow_request_duration_seconds_sum{method="POST",route="/api/sessions",status="201"} 1.5
returnflow_request_duration_seconds_bucket{le="0.002",method="POST",route="/api/sessions",status="201"} 1.0
returnflow_request_duration_seconds_count{method="POST",route="/api/sessions",status="201"} 30.0
returnflow_request_duration_seconds_sum{method="POST",route="/api/sessions",status="429"} 0.5
returnflow_request_duration_seconds_count{method="POST",route="/api/sessions",status="429"} 10.0
returnflow_turn_part_duration_seconds_sum{part="understand"} 0.25
returnflow_turn_part_duration_seconds_count{part="understand"} 100.0
"""


def sample(seconds: float, late: float = 0.0, problem: str = "") -> Sample:
    return Sample("turn", 10.0, 10.0 + late, 10.0 + seconds, problem)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 100))
def test_a_percentile_is_the_smallest_value_that_covers_enough(values: list[float], percent: float) -> None:
    """Nearest rank: a value that was really measured, with at least that many values at or below it."""
    found = percentile(values, percent)
    needed = ceil(percent / 100 * len(values))

    assert found in values
    assert sum(value <= found for value in values) >= needed
    assert sum(value < found for value in values) < needed


def test_a_late_turn_counts_from_its_time() -> None:
    """Sent 2 s late and answered 0.1 s after: the customer waited 2.1 s."""
    found = latency([sample(2.1, late=2.0)])

    assert found is not None
    assert found.p99 == pytest.approx(2100)


def test_no_samples_have_no_latency() -> None:
    """An endpoint that nobody asked shows no zeros."""
    assert latency([]) is None


def test_problems_are_counted_by_kind() -> None:
    """A right answer is no problem."""
    assert problems([sample(1), sample(1, problem="503 unavailable"), sample(1, problem="503 unavailable")]) == {"turn: 503 unavailable": 2}


def test_the_services_own_timings_are_read() -> None:
    """Sums and counts of all statuses of a route together; buckets and comments are not counted."""
    assert timings(METRICS) == {"/api/sessions": (40.0, 2.0), "understand": (100.0, 0.25)}


def test_means_are_of_what_happened_in_between() -> None:
    """What was measured before the stretch has no part in it, and what did not happen has no mean."""
    before = {"understand": (100.0, 0.25), "turn": (5.0, 1.0)}

    assert means_ms(before, {"understand": (110.0, 0.35), "turn": (5.0, 1.0)}) == {"understand": pytest.approx(10.0)}


def test_memory_that_only_fills_caches_at_first_has_not_grown() -> None:
    """The first quarter is not looked at; a steady climb afterwards is seen."""
    assert growth([10, 60, 100, 100, 100, 100, 100, 100]) == 0
    assert growth([float(value) for value in range(100, 180)]) > 0.3


@pytest.mark.parametrize(
    "of, others, expected",
    [
        ({"worker 1": 0.8, "worker 2": 0.8, "generator": 0.2}, 0.0, "the processor"),
        ({"worker 1": 0.95, "worker 2": 0.1}, 0.0, "one worker's interpreter lock"),
        ({"worker 1": 0.4, "worker 2": 0.4}, 0.1, "waiting for the database"),
    ],
)
def test_what_limits_follows_from_who_is_busy(of: dict[str, float], others: float, expected: str) -> None:
    """Busy cores, a busy interpreter, or neither."""
    assert what_limits(Cores(of, others, 2), 80, 10).startswith(expected)
