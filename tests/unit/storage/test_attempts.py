"""Failed verification attempts, on every database."""

from __future__ import annotations

from datetime import timedelta

from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW

HOUR = timedelta(hours=1)


def test_failures_count_per_scope_since_its_own_time(database: SqlDatabase) -> None:
    """Every scope asked for is in the answer; a key of another scope never counts."""
    with database.begin(write=True) as work:
        for hours in (0, 1, 2):
            work.attempts.record([("call", "a"), ("order", "b")], NOW + hours * HOUR)
        work.attempts.record([("order", "a")], NOW)
        since = {"call": NOW + HOUR, "order": NOW, "caller": NOW}

        assert work.attempts.counts([("call", "a"), ("order", "b"), ("caller", "c")], since) == {"call": 2, "order": 3, "caller": 0}
        assert work.attempts.counts([], {}) == {}


def test_of_several_keys_the_worst_counts(database: SqlDatabase) -> None:
    """An utterance with two readings of a number is one failure against each, not two against the limit."""
    with database.begin(write=True) as work:
        work.attempts.record([("order", "a"), ("order", "b"), ("order", "a")], NOW)
        work.attempts.record([("order", "a")], NOW)

        assert work.attempts.counts([("order", "a"), ("order", "b")], {"order": NOW}) == {"order": 2}
