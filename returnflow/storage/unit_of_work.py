"""One transaction over all repositories."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from returnflow.conversation.ports import Audit, Conversations, Feedbacks, Handoffs, Retention, Sessions
from returnflow.privacy import Sealer
from returnflow.retail.ports import Attempts, Orders, Returns
from returnflow.storage.attempts import SqlAttempts
from returnflow.storage.audit import SqlAudit
from returnflow.storage.conversations import SqlConversations
from returnflow.storage.faults import translate
from returnflow.storage.handoffs import SqlHandoffs
from returnflow.storage.orders import SqlOrders
from returnflow.storage.retention import SqlRetention
from returnflow.storage.returns import SqlReturns
from returnflow.storage.sessions import SqlFeedbacks, SqlSessions
from returnflow.storage.turnstile import Turnstile


class SqlUnitOfWork:
    """Implements `conversation.ports.UnitOfWork`.

    Raises errors.Unavailable when the database cannot be reached or stays locked, and StorageFault for a statement that it
    refuses; neither quotes what was being stored.
    """

    orders: Orders
    returns: Returns
    attempts: Attempts
    sessions: Sessions
    conversations: Conversations
    handoffs: Handoffs
    audit: Audit
    feedback: Feedbacks
    retention: Retention

    def __init__(self, engine: Engine, sealer: Sealer, turnstile: Turnstile | None) -> None:
        self._engine = engine
        self._sealer = sealer
        self._turnstile = turnstile
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The open connection. Raises RuntimeError before the `with` block, after it and after `commit`."""
        if self._connection is None:
            raise RuntimeError("this unit of work is not open")
        return self._connection

    def __enter__(self) -> Self:
        if self._turnstile:
            self._turnstile.take()
        try:
            self._connection = self._engine.connect()
            self._connection.begin()
        except SQLAlchemyError as error:
            self._leave()
            raise translate(error) from None
        except BaseException:
            self._leave()
            raise
        self._open_repositories(self._connection)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._connection is not None:
            self._leave()
        if isinstance(error, SQLAlchemyError):
            raise translate(error) from None

    def commit(self) -> None:
        """Make everything durable and close: a repository that is used afterwards raises."""
        try:
            self.connection.commit()
        except SQLAlchemyError as error:
            raise translate(error) from None
        self._leave()

    def _open_repositories(self, connection: Connection) -> None:
        self.orders = SqlOrders(connection)
        self.returns = SqlReturns(connection)
        self.attempts = SqlAttempts(connection)
        self.sessions = SqlSessions(connection)
        self.conversations = SqlConversations(connection, self._sealer)
        self.handoffs = SqlHandoffs(connection, self._sealer)
        self.audit = SqlAudit(connection)
        self.feedback = SqlFeedbacks(connection)
        self.retention = SqlRetention(connection)

    def _leave(self) -> None:
        """Roll back what was not committed, give the connection back and let the next one in."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            if self._turnstile:
                self._turnstile.give_back()
