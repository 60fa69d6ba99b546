"""What staff do with a case over HTTP, and how it reaches the conversation, where the customer's page sees it.

A message is one transaction. A claim or a closing is committed first and then told to the conversation; should the process die in
between, the same request again tells it once more.
"""

from __future__ import annotations

from dataclasses import replace

from returnflow.conversation.handoffs import case_into
from returnflow.conversation.ports import Case, HistoryEntry, StaleVersion, UnitOfWork
from returnflow.errors import CaseTaken, Forbidden, NotFound, TurnConflict
from returnflow.privacy import redact_cards
from returnflow.tools.handoffs import claim_case, close_case
from returnflow.wiring import Services

TRIES = 3


def claim(services: Services, reference: str, by: str) -> Case:
    """Take the case; taking one's own again changes nothing. Raises NotFound, CaseTaken, TurnConflict."""
    _case(services, reference)
    case = claim_case(services.database, reference, by=by, now=services.clock())
    if case is None:
        raise CaseTaken
    _tell(services, case)
    return case


def close(services: Services, reference: str, by: str, outcome: str, note: str) -> Case:
    """Close one's own case with its outcome and a note for the customer; the same closing again changes nothing.

    Raises NotFound, Forbidden, CaseTaken, TurnConflict.
    """
    note = redact_cards(note)
    case = _case(services, reference)
    if case.status != "closed":
        _must_have(case, by)
        case = close_case(services.database, reference, by=by, outcome=outcome, note=note, now=services.clock()) or _case(
            services, reference
        )
    if (case.claimed_by, case.outcome, case.note) != (by, outcome, note):
        raise CaseTaken
    _tell(services, case)
    return case


def say(services: Services, reference: str, by: str, text: str) -> Case:
    """Write to the customer of one's own case: the message and its line in the audit, both or neither.

    Raises NotFound, Forbidden, CaseTaken, TurnConflict.
    """
    text = redact_cards(text)
    for _ in range(TRIES):
        with services.database.begin(write=True) as work:
            try:
                case = _write(services, work, reference, by, text)
                work.commit()
            except StaleVersion:
                continue
            return case
    raise TurnConflict


def _write(services: Services, work: UnitOfWork, reference: str, by: str, text: str) -> Case:
    now, case = services.clock(), work.handoffs.get(reference)
    stored = work.conversations.load(case.session_id) if case else None
    if case is None or stored is None:
        raise NotFound
    _must_have(case, by)
    entry = HistoryEntry("person", text, by, now)
    work.conversations.save(replace(case_into(stored.context, case), updated_at=now), stored.version, None, (entry,))
    work.audit.record(by, "handoff.message", reference, {}, now)
    return case


def _tell(services: Services, case: Case) -> None:
    """Take the case into the conversation. A customer who keeps talking can win a while, not for ever. Raises TurnConflict."""
    for left in reversed(range(TRIES)):
        try:
            services.conversations.refresh_handoff(case.session_id)
            return
        except TurnConflict:
            if not left:
                raise


def _case(services: Services, reference: str) -> Case:
    with services.database.begin(write=False) as work:
        case = work.handoffs.get(reference)
    if case is None:
        raise NotFound
    return case


def _must_have(case: Case, by: str) -> None:
    """Only who has the case writes and closes. Raises CaseTaken, Forbidden."""
    if case.status == "closed":
        raise CaseTaken
    if case.claimed_by != by:
        raise Forbidden("Claim the case first.")
