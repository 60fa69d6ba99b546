"""Database errors in plain kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from returnflow.errors import Unavailable
from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from returnflow.storage.faults import StorageFault
from tests.unit.storage.samples import POSTGRES, make_session


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_a_missing_table_is_a_fault_and_not_an_outage(database: SqlDatabase) -> None:
    """Trying again does not help, so it does not say so."""
    with pytest.raises(StorageFault, match=r"SQLITE_ERROR|42P01"), database.begin(write=False) as work:
        work.connection.exec_driver_sql("SELECT 1 FROM nowhere")


def test_a_file_that_cannot_be_opened_is_an_outage(tmp_path: Path) -> None:
    """The disk can come back."""
    database = SqlDatabase(f"sqlite:///{tmp_path}", Sealer([b"k" * 32]))

    with pytest.raises(Unavailable):
        database.ping()


def test_a_fault_names_the_constraint_where_the_server_tells(database: SqlDatabase) -> None:
    """Enough to find the bug: the kind and the SQLSTATE or SQLite's name for it."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        work.commit()

    with (
        pytest.raises(StorageFault, match=r"IntegrityError (SQLITE_CONSTRAINT_|23505 )"),
        database.begin(write=True) as work,
    ):
        work.sessions.add(make_session())
