"""Database errors as the rooms above may see them: without parameters, row contents or server messages."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from returnflow.errors import Unavailable


class StorageFault(Exception):
    """The database refused a statement: a bug of ours, never the customer's. Names the kind, the SQLSTATE and the constraint."""


def translate(error: SQLAlchemyError) -> Exception:
    """The error to raise instead. A driver's own text can quote a whole row, so none of it is kept."""
    if isinstance(error, InterfaceError | PoolTimeout) or (isinstance(error, OperationalError) and _may_pass(error)):
        return Unavailable()
    original = error.orig if isinstance(error, DBAPIError) else None
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    known = [str(part) for part in (state, constraint) if part]
    return StorageFault(" ".join([type(error).__name__, *known]))


def _may_pass(error: OperationalError) -> bool:
    """Whether trying again can help. SQLite calls a missing table and a read-only transaction operational, too: those are bugs."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return not name.startswith(("SQLITE_ERROR", "SQLITE_READONLY"))


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique key was already taken, as opposed to a missing parent or a broken check."""
    original = error.orig
    if (state := getattr(original, "sqlstate", None)) is not None:
        return bool(state == "23505")
    return getattr(original, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
