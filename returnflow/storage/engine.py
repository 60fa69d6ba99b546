"""Engines: what SQLite and PostgreSQL must be told before they can be trusted with a turn."""

from __future__ import annotations

import time
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import StaticPool

from returnflow.errors import ConfigurationError

WRITES: Final = "returnflow_writes"
"""Execution option of the engine that writes."""

BUSY_SECONDS: Final = 5
_SERVER_OPTIONS: Final = (
    "-c timezone=UTC -c statement_timeout=5000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c jit=off"
)


def normalise_url(url: str) -> URL:
    """The URL with the driver that we use. Raises ConfigurationError for anything but SQLite and PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(["DATABASE_URL: not a database URL; write sqlite:///var/returnflow.db or postgresql://…"]) from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return parsed.set(drivername="sqlite+pysqlite")
    raise ConfigurationError([f"DATABASE_URL: {parsed.drivername} is not supported; use sqlite:///… or postgresql://…"])


def is_memory(url: URL) -> bool:
    """Whether this is a SQLite database without a file."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def make_engine(url: URL, *, pool_size: int) -> Engine:
    """An engine that connects on first use. Parameters never appear in its errors: they can be personal."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, pool_size)
    engine = _memory(url) if is_memory(url) else _file(url, pool_size)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: URL, pool_size: int) -> Engine:
    asked = url.query.get("options", "")
    given = asked if isinstance(asked, str) else " ".join(asked)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_recycle=1800,
        connect_args={"connect_timeout": 5, "options": f"{_SERVER_OPTIONS} {given}".strip()},
    )


def _file(url: URL, pool_size: int) -> Engine:
    Path(url.database or "").expanduser().parent.mkdir(parents=True, exist_ok=True)
    arguments: dict[str, Any] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    return create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=0, pool_timeout=BUSY_SECONDS, connect_args=arguments)


def _memory(url: URL) -> Engine:
    return create_engine(url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False})


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    """Once per connection.

    `isolation_level = None` stops the driver from beginning transactions on its own; `_begin_sqlite` does. WAL lets readers
    read while one writes. `synchronous=FULL` makes an answered turn survive a power cut, not only a crash; it costs one fsync
    a turn (measured: docs/performance.md).
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once, so that it never fails half-way; a reader cannot write at all."""
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("PRAGMA query_only=OFF")
    connection.exec_driver_sql("PRAGMA busy_timeout=1")
    deadline = time.monotonic() + BUSY_SECONDS
    while not _try_to_begin(connection, last=time.monotonic() > deadline):
        continue
    connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _try_to_begin(connection: Connection, *, last: bool) -> bool:
    """One attempt of a millisecond. Raises OperationalError when the last one finds the file locked, too."""
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if last or getattr(error.orig, "sqlite_errorname", "") != "SQLITE_BUSY":
            raise
        return False
    return True
