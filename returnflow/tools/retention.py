"""Ending conversations that nobody comes back to, and deleting what is past its time.

`RETURNFLOW_KEEP_TEXT_DAYS` is the promise of the page. Returns, refunds, orders, and the structured facts of a conversation and of
its case stay: they are the merchant's books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from returnflow import log
from returnflow.conversation.ports import Database, Purged, Retention, StoredConversation
from returnflow.conversation.service import ConversationService
from returnflow.retail.rules import StorePolicy

IDLE = timedelta(hours=2)
"""Without a turn for this long a conversation is over, as its session is (web.auth)."""
SESSION = timedelta(hours=24)
"""As long as a session lives (`StoredSession.expires_at`) its answers are kept to be repeated, however short the text is kept."""
ATTEMPTS = timedelta(hours=48)
_BATCH = 200
"""Rows a transaction: a few milliseconds, for which a customer's turn may have to wait."""
_log = log.get(__name__)


def end_idle(service: ConversationService, database: Database, now: datetime) -> tuple[StoredConversation, ...]:
    """End every active conversation without a turn for `IDLE`, unsettled ones as abandoned; as they stand afterwards.

    One that waits for a person or is with one stays open. One that cannot be ended is logged by type and left for the next run.
    """
    ended: list[StoredConversation] = []
    failed: set[str] = set()
    while idle := [each for each in _idle(database, now - IDLE, _BATCH + len(failed)) if each not in failed]:
        for session_id in idle:
            try:
                found = _end(service, database, session_id, now - IDLE)
            except Exception as error:  # noqa: BLE001  whatever is wrong with one conversation must not keep the others open
                _log.warning("idle conversation not ended", session_id=session_id, exc_info=error)
                failed.add(session_id)
            else:
                ended.extend([found] if found else [])
    return tuple(ended)


def purge(database: Database, now: datetime, keep_text_days: int, *, dry_run: bool, keep_attempts: timedelta = ATTEMPTS) -> Purged:
    """Delete what is older than its limit, in short transactions, and tell how much it was; a dry run only counts.

    History lines, comments, answers and text in contexts go `keep_text_days` after they were said or begun, and not before the session
    has expired; bearers' hashes as long after their session expired; contact, notes and quotations of a case as long after it was
    closed; verification attempts after `keep_attempts`.
    """
    before, attempts_before = now - max(timedelta(days=keep_text_days), SESSION), now - keep_attempts
    if dry_run:
        with database.begin(write=False) as uow:
            return uow.retention.count(before, attempts_before)
    steps: tuple[Callable[[Retention], Purged], ...] = (
        lambda stored: Purged(attempts=stored.forget_attempts(attempts_before, _BATCH)),
        lambda stored: Purged(lines=stored.forget_lines(before, _BATCH)),
        lambda stored: _texts(stored, before),
        lambda stored: Purged(cases=stored.forget_cases(before, _BATCH)),
        lambda stored: Purged(comments=stored.forget_comments(before, _BATCH)),
        lambda stored: Purged(tokens=stored.forget_tokens(before, _BATCH)),
    )
    return sum((_until_nothing_is_left(database, step) for step in steps), Purged())


def attempts_kept(policies: Iterable[StorePolicy]) -> timedelta:
    """How long attempts must be kept: `ATTEMPTS`, or longer where a store's limit looks back further."""
    limits = (limit for policy in policies for limit in policy.verification.limits().values())
    return max([ATTEMPTS, *(timedelta(hours=limit.hours or 0) for limit in limits)])


def _idle(database: Database, before: datetime, most: int) -> tuple[str, ...]:
    with database.begin(write=False) as uow:
        return uow.conversations.idle_since(before, most)


def _end(service: ConversationService, database: Database, session_id: str, before: datetime) -> StoredConversation | None:
    """The ended conversation; None when the customer is back, or another process was first."""
    with database.begin(write=False) as uow:
        found = uow.conversations.load(session_id)
    if found is None or found.context.status != "active" or found.context.updated_at >= before:
        return None
    service.end(session_id)
    with database.begin(write=False) as uow:
        return uow.conversations.load(session_id)


def _texts(stored: Retention, before: datetime) -> Purged:
    conversations, answers = stored.forget_texts(before, _BATCH)
    return Purged(conversations=conversations, answers=answers)


def _until_nothing_is_left(database: Database, step: Callable[[Retention], Purged]) -> Purged:
    total = Purged()
    while True:
        with database.begin(write=True) as uow:
            done = step(uow.retention)
            uow.commit()
        if done == Purged():
            return total
        total += done
