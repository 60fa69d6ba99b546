"""Sessions, and the feedback that ends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from returnflow.conversation.ports import StoredSession
from returnflow.storage.schema import feedback, sessions
from returnflow.storage.types import clean

_COLUMNS: Final = tuple(sessions.c[name] for name in StoredSession.__dataclass_fields__)
_ADD: Final = insert(sessions)
_BY_TOKEN: Final = select(*_COLUMNS).where(sessions.c.token_hash == bindparam("token_hash"))
_GET: Final = select(*_COLUMNS).where(sessions.c.session_id == bindparam("key"))
_TOUCH: Final = (
    update(sessions)
    .where(sessions.c.session_id == bindparam("key"), sessions.c.last_used_at < bindparam("used_at"))
    .values(last_used_at=bindparam("used_at"))
)
_END: Final = (
    update(sessions)
    .where(sessions.c.session_id == bindparam("key"))
    .values(ended_at=func.coalesce(sessions.c.ended_at, bindparam("now", type_=sessions.c.ended_at.type)))
    .returning(sessions.c.ended_at)
)


def _rate(insert_into: Any) -> Any:
    """Insert, or replace the earlier feedback of the session. Both dialects spell it alike but share no type."""
    new = insert_into.excluded
    return insert_into.on_conflict_do_update(
        index_elements=["session_id"], set_={"rating": new.rating, "comment": new.comment, "at": new.at}
    )


_RATE: Final = {"sqlite": _rate(sqlite.insert(feedback)), "postgresql": _rate(postgresql.insert(feedback))}


class SqlSessions:
    """Implements `conversation.ports.Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: StoredSession) -> None:
        self._connection.execute(_ADD, {column.name: getattr(session, column.name) for column in _COLUMNS})

    def by_token_hash(self, token_hash: str) -> StoredSession | None:
        return _session(self._connection.execute(_BY_TOKEN, {"token_hash": token_hash}).first())

    def get(self, session_id: str) -> StoredSession | None:
        return _session(self._connection.execute(_GET, {"key": session_id}).first())

    def touch(self, session_id: str, at: datetime) -> None:
        """The last use only moves forward."""
        self._connection.execute(_TOUCH, {"key": session_id, "used_at": at})

    def end(self, session_id: str, at: datetime) -> datetime:
        """As the port says. Raises KeyError when there is no such session."""
        ended = self._connection.execute(_END, {"key": session_id, "now": at}).scalar()
        if ended is None:
            raise KeyError(session_id)
        when: datetime = ended
        return when


class SqlFeedbacks:
    """Implements `conversation.ports.Feedbacks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session_id: str, rating: int, comment: str | None, at: datetime) -> None:
        row = {"session_id": session_id, "rating": rating, "comment": clean(comment) if comment else None, "at": at}
        self._connection.execute(_RATE[self._connection.dialect.name], row)


def _session(row: Row[Any] | None) -> StoredSession | None:
    return None if row is None else StoredSession(**row._mapping)
