"""The database as the rest of the house sees it."""

from __future__ import annotations

from typing import Final

from returnflow.privacy import Sealer
from returnflow.storage import migrate
from returnflow.storage.engine import BUSY_SECONDS, WRITES, is_memory, make_engine, normalise_url
from returnflow.storage.schema import metadata
from returnflow.storage.turnstile import OneAtATime, Turnstile, WriteQueue
from returnflow.storage.unit_of_work import SqlUnitOfWork

DEFAULT_POOL: Final = 10


class SqlDatabase:
    """Implements `conversation.ports.Database` on SQLite (a file, or `sqlite://` in memory) and PostgreSQL.

    `pool_size` is how many transactions a process can have open; give it at least as many as it has threads. Raises
    ConfigurationError for another kind of URL. Connects on first use.
    """

    def __init__(self, url: str, sealer: Sealer, *, pool_size: int = DEFAULT_POOL) -> None:
        parsed = normalise_url(url)
        self.in_memory: Final = is_memory(parsed)
        self.backend: Final = parsed.get_backend_name()
        self._sealer = sealer
        self._engine = make_engine(parsed, pool_size=pool_size)
        self._writing = self._engine.execution_options(**{WRITES: True})
        self._reading = self._engine.execution_options(postgresql_readonly=True) if self.backend == "postgresql" else self._engine
        self._open_turnstiles()

    def begin(self, *, write: bool) -> SqlUnitOfWork:
        """A transaction. With `write=False` the database itself refuses to be written to."""
        if write:
            return SqlUnitOfWork(self._writing, self._sealer, self._writers)
        return SqlUnitOfWork(self._reading, self._sealer, self._readers)

    def ping(self) -> None:
        """Ask the database for an answer. Raises errors.Unavailable."""
        with self.begin(write=False) as work:
            work.connection.exec_driver_sql("SELECT 1")

    def schema_revision(self) -> str | None:
        """The revision that the database is at, None when it was never migrated. Raises errors.Unavailable."""
        with self.begin(write=False) as work:
            return migrate.current_revision(work.connection)

    @staticmethod
    def newest_revision() -> str | None:
        """The revision that this code needs."""
        return migrate.newest_revision()

    def upgrade(self) -> None:
        """Migrate to the newest revision, all of it or nothing. Safe when several processes start at once."""
        with self.begin(write=True) as work:
            migrate.upgrade(work.connection)
            work.commit()

    def create_tables(self) -> None:
        """Make the tables of an in-memory database without Alembic; the tests prove that it is the migrated schema.

        Raises RuntimeError for a database that stays: that one is migrated.
        """
        if not self.in_memory:
            raise RuntimeError("create_tables is for in-memory databases; use upgrade")
        with self.begin(write=True) as work:
            metadata.create_all(work.connection, checkfirst=False)
            work.commit()

    def dispose(self, *, forked: bool = False) -> None:
        """Close the pool. `forked=True` in a child process (gunicorn's post_fork): forget the parent's connections, leave them open."""
        self._engine.dispose(close=not forked)
        self._open_turnstiles()

    def _open_turnstiles(self) -> None:
        one = OneAtATime() if self.in_memory else None
        self._readers: Turnstile | None = one
        self._writers: Turnstile | None = one or (WriteQueue(BUSY_SECONDS) if self.backend == "sqlite" else None)
