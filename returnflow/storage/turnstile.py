"""Who may open a transaction when the database cannot queue by itself."""

from __future__ import annotations

from threading import Lock, RLock
from typing import Protocol

from returnflow.errors import Unavailable


class Turnstile(Protocol):
    def take(self) -> None: ...

    def give_back(self) -> None: ...


class OneAtATime:
    """The single connection of an in-memory database, lent to one transaction at a time."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._busy = False

    def take(self) -> None:
        """Wait for the connection. Raises RuntimeError inside another transaction of the same thread: that would never end."""
        self._lock.acquire()
        if self._busy:
            self._lock.release()
            raise RuntimeError("an in-memory database has one connection: finish the open unit of work before beginning another")
        self._busy = True

    def give_back(self) -> None:
        self._busy = False
        self._lock.release()


class WriteQueue:
    """The writers of one process on one SQLite file, in a row.

    SQLite lets waiting writers poll with growing pauses, and under load the unlucky ones wait for seconds and then fail. So the
    threads of a process queue here, and only the first polls for the file, every millisecond (`engine._begin_sqlite`).
    """

    def __init__(self, seconds: float) -> None:
        self._lock = Lock()
        self._seconds = seconds

    def take(self) -> None:
        """Raises errors.Unavailable when it takes too long."""
        if not self._lock.acquire(timeout=self._seconds):
            raise Unavailable

    def give_back(self) -> None:
        self._lock.release()
