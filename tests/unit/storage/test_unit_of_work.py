"""Transactions, on every database."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import ResourceClosedError

from returnflow.storage.database import SqlDatabase
from returnflow.storage.faults import StorageFault
from tests.unit.storage.samples import make_session, make_turn, stock


def test_a_reader_cannot_write(database: SqlDatabase) -> None:
    """The database itself refuses, and the next writer is not affected."""
    with pytest.raises(StorageFault, match=r"SQLITE_READONLY|25006"), database.begin(write=False) as work:
        work.sessions.add(make_session())
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        work.commit()

    with database.begin(write=False) as work:
        assert work.sessions.get("s1") == make_session()


def test_a_committed_unit_of_work_is_over(database: SqlDatabase) -> None:
    """Nothing can be written that would silently be rolled back."""
    with database.begin(write=True) as work:
        work.commit()
        with pytest.raises(ResourceClosedError):
            work.sessions.add(make_session())
    with pytest.raises(RuntimeError, match="not open"):
        database.begin(write=True).commit()


def test_an_error_in_the_block_rolls_back(database: SqlDatabase) -> None:
    """And comes out as it was raised."""

    def fail() -> None:
        with database.begin(write=True) as work:
            work.sessions.add(make_session())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with database.begin(write=False) as work:
        assert work.sessions.get("s1") is None


def test_an_error_of_the_database_quotes_nothing(database: SqlDatabase) -> None:
    """A refused row can be personal: neither the text nor a chained error holds any of it."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session(token_hash="planted-secret"))
        work.commit()
    with pytest.raises(StorageFault) as refused, database.begin(write=True) as work:
        work.sessions.add(make_session("s2", token_hash="planted-secret"))

    assert "planted" not in f"{refused.value!r} {refused.value.__cause__!r}"
    assert refused.value.__suppress_context__


def test_parents_must_exist(database: SqlDatabase) -> None:
    """Foreign keys are enforced on SQLite, too."""
    with pytest.raises(StorageFault), database.begin(write=True) as work:
        work.connection.exec_driver_sql("INSERT INTO handoff_notes (reference, text) VALUES ('nobody', 'x')")


@pytest.mark.parametrize("url", ["memory"], indirect=True)
def test_the_one_connection_of_a_memory_database_says_when_it_is_busy(database: SqlDatabase) -> None:
    """A second transaction inside the first would wait for itself."""
    with database.begin(write=True), pytest.raises(RuntimeError, match="one connection"):
        database.begin(write=False).__enter__()

    stock(database)
    with database.begin(write=False) as work:
        assert work.conversations.find_turn("s1", make_turn().turn_id) is None
