"""Engines and the database's front door."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from returnflow.errors import ConfigurationError, Unavailable
from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from returnflow.storage.engine import is_memory, normalise_url
from tests.unit.storage.samples import POSTGRES, make_session

SEALER = Sealer([b"k" * 32])


@pytest.mark.parametrize(
    "given, driver",
    [
        ("postgres://u:p@db/returns", "postgresql+psycopg"),
        ("postgresql://u:p@db/returns?sslmode=require", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@db/returns", "postgresql+psycopg"),
        ("sqlite:///var/returnflow.db", "sqlite+pysqlite"),
        ("sqlite://", "sqlite+pysqlite"),
    ],
)
def test_the_usual_urls_get_our_driver(given: str, driver: str) -> None:
    """And keep everything else."""
    url = normalise_url(given)

    assert url.drivername == driver
    assert url.render_as_string(hide_password=False).endswith(given.split(":", 1)[1])


@pytest.mark.parametrize("given", ["mysql://u:planted@db/x", "not a url", ""])
def test_other_urls_are_refused_with_the_remedy(given: str) -> None:
    """Without quoting the URL, which can hold a password."""
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refused:
        SqlDatabase(given, SEALER)

    assert "planted" not in str(refused.value)
    assert "sqlite:///" in str(refused.value)


@pytest.mark.parametrize("given, expected", [("sqlite://", True), ("sqlite:///:memory:", True), ("sqlite:///x.db", False)])
def test_memory_is_recognised(given: str, expected: bool) -> None:
    """However it is spelled."""
    assert is_memory(normalise_url(given)) is expected


@pytest.mark.parametrize("url", ["file"], indirect=True)
def test_a_sqlite_file_is_set_up_to_be_trusted(database: SqlDatabase) -> None:
    """WAL, foreign keys, full sync, a busy time-out: on the connection that is used, readers and writers alike."""
    for write in (True, False):
        with database.begin(write=write) as work:
            found = {
                name: work.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "query_only")
            }

        assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 5000, "query_only": int(not write)}


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    """`var/` need not exist on a fresh clone."""
    database = SqlDatabase(f"sqlite:///{tmp_path}/var/deep/returnflow.db", SEALER)
    database.ping()
    database.dispose()

    assert (tmp_path / "var/deep/returnflow.db").exists()


@pytest.mark.parametrize("url", ["file"], indirect=True)
def test_a_locked_file_is_unavailable_in_the_end(database: SqlDatabase, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer gives up in plain words when somebody else never lets go; readers are not held up."""
    monkeypatch.setattr("returnflow.storage.engine.BUSY_SECONDS", 0.02)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        database.begin(write=True).__enter__()
    with database.begin(write=False) as work:
        assert work.sessions.get("s1") is None
    other.execute("ROLLBACK")
    other.close()

    with database.begin(write=True) as work:
        work.sessions.add(make_session())


@pytest.mark.parametrize("url", [POSTGRES], indirect=True)
def test_a_postgresql_connection_is_set_up_to_be_trusted(database: SqlDatabase) -> None:
    """UTC, bounded statements and locks, and a reader that cannot write."""
    for write in (True, False):
        with database.begin(write=write) as work:
            names = ("timezone", "statement_timeout", "lock_timeout", "transaction_read_only")
            found = [work.connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

        assert found == ["UTC", "5s", "5s", "off" if write else "on"]


def test_a_server_that_is_not_there_is_unavailable() -> None:
    """Without the address or the password in the text."""
    database = SqlDatabase("postgresql://u:planted@127.0.0.1:9/x", SEALER)

    with pytest.raises(Unavailable) as refused:
        database.ping()
    assert "planted" not in repr(refused.value)


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_a_forked_worker_opens_its_own_connections(database: SqlDatabase) -> None:
    """gunicorn preloads and forks: the child forgets the parent's connections and leaves them working."""
    database.ping()
    child = os.fork()
    if child == 0:
        try:
            database.dispose(forked=True)
            with database.begin(write=True) as work:
                work.sessions.add(make_session())
                work.commit()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    with database.begin(write=False) as work:
        assert work.sessions.get("s1") == make_session()
