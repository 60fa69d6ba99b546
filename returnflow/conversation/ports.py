"""What the conversation service needs from outside: implemented by `storage` and `tools`, joined in `wiring`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from returnflow.conversation.context import Context
from returnflow.conversation.effects import Effect, Outcome
from returnflow.retail.ports import Attempts, Orders, Returns
from returnflow.understanding.model import Hearing, Scene, Understanding


class StaleVersion(Exception):
    """Another turn of this conversation was committed since it was loaded."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session row. Only the SHA-256 of the bearer is kept. Times are UTC."""

    session_id: str
    token_hash: str
    channel: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    """Absolute end, 24 h after it was made."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredConversation:
    context: Context
    version: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the conversation. `role` is user, assistant, system or person; `content` is redacted before it is stored."""

    role: str
    content: str
    agent: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TransitionRecord:
    from_agent: str
    to_agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One answered turn. `answer` is the whole answer as sent, sealed at rest; `fingerprint` is the SHA-256 of the request body."""

    session_id: str
    turn_id: str
    number: int
    fingerprint: str
    at: datetime
    answer: dict[str, Any]
    entries: tuple[HistoryEntry, ...]
    """The customer's line (if any) and the assistant's, redacted."""
    transitions: tuple[TransitionRecord, ...] = ()
    intent: str | None = None
    confidence: float | None = None
    reference: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


class Sessions(Protocol):
    def add(self, session: StoredSession) -> None: ...

    def by_token_hash(self, token_hash: str) -> StoredSession | None: ...

    def get(self, session_id: str) -> StoredSession | None: ...

    def touch(self, session_id: str, at: datetime) -> None: ...

    def end(self, session_id: str, at: datetime) -> datetime:
        """Mark it ended and return when it ended; the first end stays."""


class Conversations(Protocol):
    def add(self, context: Context, first: TurnRecord) -> None:
        """Store a new conversation at version 1, with its greeting as turn number 0."""

    def load(self, session_id: str) -> StoredConversation | None: ...

    def save(self, context: Context, expected_version: int, turn: TurnRecord | None, entries: tuple[HistoryEntry, ...] = ()) -> int:
        """Store context, turn, transitions, slots and history together; the new version. Raises `StaleVersion`."""

    def find_turn(self, session_id: str, turn_id: str) -> TurnRecord | None: ...

    def history(self, session_id: str) -> tuple[HistoryEntry, ...]: ...

    def idle_since(self, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of active conversations not updated since, to be ended as abandoned."""


@dataclass(frozen=True, slots=True)
class Case:
    """A stored handoff: the packet as `handoff.v1`, and who has it."""

    reference: str
    session_id: str
    status: str
    reason_code: str
    headline: str
    due_at: datetime
    created_at: datetime
    packet: dict[str, Any]
    contact_by: str
    contact: str | None
    """Raw value; sealed at rest, shown to the one who claimed it."""
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    note: str | None = None
    notes: tuple[str, ...] = ()
    """Added by the customer after it was opened."""


class ReferenceTaken(Exception):
    """Another case has this number; draw a new one."""


class Handoffs(Protocol):
    def add(self, case: Case) -> Case:
        """Store a new case. Raises `ReferenceTaken` when another case has its number."""

    def get(self, reference: str) -> Case | None: ...

    def for_session(self, session_id: str) -> Case | None:
        """The newest."""

    def list(self, status: str | None = None, limit: int = 100) -> tuple[Case, ...]:
        """Earliest due first."""

    def claim(self, reference: str, by: str, at: datetime) -> Case | None:
        """One winner: None when someone else has it or it is closed. Claiming one's own again gives it back."""

    def close(self, reference: str, outcome: str, note: str, at: datetime) -> Case | None: ...

    def add_note(self, reference: str, text: str) -> None: ...


class Audit(Protocol):
    def record(self, actor: str, action: str, subject: str, detail: dict[str, Any], at: datetime) -> None: ...


class Feedbacks(Protocol):
    def add(self, session_id: str, rating: int, comment: str | None, at: datetime) -> None:
        """One a session; a later one replaces it. `comment` is redacted."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was deleted because its time was over, or would be. What it was is told nowhere."""

    lines: int = 0
    """Lines of histories."""
    answers: int = 0
    """Answers kept to be repeated."""
    conversations: int = 0
    """Contexts that lost their text."""
    comments: int = 0
    tokens: int = 0
    """Hashes of session bearers."""
    cases: int = 0
    """Closed cases that lost contact, notes and quotations."""
    attempts: int = 0
    """Verification attempts, failed or not."""

    def __add__(self, other: Purged) -> Purged:
        return Purged(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


class Retention(Protocol):
    """What is stored although its time is over. Every `forget_…` takes the oldest, at most `most`, and tells how many it took.

    A second process that forgets at the same time finds less to do and takes nothing twice.
    """

    def count(self, before: datetime, attempts_before: datetime) -> Purged:
        """What there is to forget."""

    def forget_lines(self, before: datetime, most: int) -> int:
        """Lines of histories that were said before."""

    def forget_texts(self, before: datetime, most: int) -> tuple[int, int]:
        """Text and private values in the context, and all answers, of conversations begun before: (conversations, answers)."""

    def forget_comments(self, before: datetime, most: int) -> int:
        """Comments given before; their ratings stay."""

    def forget_tokens(self, before: datetime, most: int) -> int:
        """Token hashes of sessions that expired before."""

    def forget_cases(self, before: datetime, most: int) -> int:
        """Contact, notes and quotations of cases closed before."""

    def forget_attempts(self, before: datetime, most: int) -> int: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the `with` block without `commit()` rolls back."""

    orders: Orders
    returns: Returns
    attempts: Attempts
    sessions: Sessions
    conversations: Conversations
    handoffs: Handoffs
    audit: Audit
    feedback: Feedbacks
    retention: Retention

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def commit(self) -> None: ...


class Database(Protocol):
    """Opens transactions. `write=True` takes the write lock at once where the database has one (SQLite's BEGIN IMMEDIATE)."""

    def begin(self, *, write: bool) -> UnitOfWork: ...


class ToolRunner(Protocol):
    """Carries out an effect inside the given transaction."""

    def run(self, effect: Effect, uow: UnitOfWork, now: datetime) -> Outcome: ...


class Reader(Protocol):
    """Reads one utterance."""

    def read(self, hearing: Hearing, scene: Scene) -> Understanding: ...
