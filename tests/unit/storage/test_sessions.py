"""Sessions and feedback, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW, make_session

LATER = NOW + timedelta(minutes=5)


def test_a_session_is_found_by_id_and_by_token(database: SqlDatabase) -> None:
    """And by nothing else."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session())

        assert work.sessions.get("s1") == make_session()
        assert work.sessions.by_token_hash("hash-s1") == make_session()
        assert work.sessions.get("hash-s1") is None
        assert work.sessions.by_token_hash("s1") is None


def test_the_last_use_only_moves_forward(database: SqlDatabase) -> None:
    """A slow request cannot make a session look idle."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        work.sessions.touch("s1", LATER)
        work.sessions.touch("s1", NOW)

        assert work.sessions.get("s1") == make_session(last_used_at=LATER)


def test_the_first_end_stays(database: SqlDatabase) -> None:
    """Ending again gives the first time; ending nothing is a KeyError."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session())

        assert work.sessions.end("s1", NOW) == NOW
        assert work.sessions.end("s1", LATER) == NOW
        assert work.sessions.get("s1") == replace(make_session(), ended_at=NOW)
        with pytest.raises(KeyError):
            work.sessions.end("s2", NOW)


def test_later_feedback_replaces_earlier(database: SqlDatabase) -> None:
    """One row a session."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        work.feedback.add("s1", 2, "slow", NOW)
        work.feedback.add("s1", 5, None, LATER)

        assert work.connection.exec_driver_sql("SELECT session_id, rating, comment FROM feedback").all() == [("s1", 5, None)]
