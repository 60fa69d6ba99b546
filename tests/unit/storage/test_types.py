"""Times that mean the same everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from returnflow.storage.database import SqlDatabase
from returnflow.storage.faults import StorageFault
from tests.unit.storage.samples import NOW, make_session


def test_a_time_comes_back_in_utc(database: SqlDatabase) -> None:
    """Stored with another offset, read as the same moment in UTC, to the microsecond."""
    moment = (NOW + timedelta(microseconds=123456)).astimezone(timezone(timedelta(hours=-5)))
    with database.begin(write=True) as work:
        work.sessions.add(make_session(created_at=moment))
        found = work.sessions.get("s1")

    assert found is not None
    assert found.created_at == moment
    assert found.created_at.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(database: SqlDatabase) -> None:
    """SQLite would keep it and forget what it meant."""
    with pytest.raises(StorageFault, match="StatementError"), database.begin(write=True) as work:
        work.sessions.add(make_session(created_at=datetime(2026, 11, 21)))  # noqa: DTZ001
