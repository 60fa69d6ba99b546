"""Failed verification attempts, counted per scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, and_, func, insert, or_, select, text

from returnflow.storage.schema import verification_attempts as attempts

_ADD: Final = insert(attempts)
_HOLD: Final = text("SELECT pg_advisory_xact_lock(:lock)")
_COLUMNS: Final = (attempts.c.scope, func.count())


class SqlAttempts:
    """Implements `retail.ports.Attempts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, scopes: Iterable[tuple[str, str]], at: datetime) -> None:
        rows = [{"scope": scope, "key": key, "at": at} for scope, key in dict.fromkeys(scopes)]
        if rows:
            self._connection.execute(_ADD, rows)

    def counts(self, scopes: Iterable[tuple[str, str]], since: dict[str, datetime]) -> dict[str, int]:
        """Every scope asked for is in the answer. On SQLite the transaction that writes is alone anyway."""
        asked = sorted(set(scopes))
        found = {scope: 0 for scope, _ in asked}
        if not asked:
            return found
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_HOLD, [{"lock": lock} for lock in sorted({_lock(*each) for each in asked})])
        wanted = (and_(attempts.c.scope == scope, attempts.c.key == key, attempts.c.at >= since[scope]) for scope, key in asked)
        statement = select(*_COLUMNS).where(or_(*wanted)).group_by(attempts.c.scope, attempts.c.key)
        for scope, count in self._connection.execute(statement):
            found[scope] = max(found[scope], count)
        return found


def _lock(scope: str, key: str) -> int:
    """The 64 bits that stand for a counter. Taken in one order everywhere, so that two attempts wait and never deadlock."""
    return int.from_bytes(sha256(f"{scope}:{key}".encode()).digest()[:8], signed=True)
