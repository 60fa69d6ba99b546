"""What staff do with a case over HTTP. Each step is committed, then taken into the conversation, where the customer's page sees it."""

from __future__ import annotations

from returnflow.conversation.ports import Case
from returnflow.errors import CaseTaken, Forbidden, NotFound
from returnflow.privacy import redact
from returnflow.tools.handoffs import claim_case, close_case
from returnflow.wiring import Services


def claim(services: Services, reference: str, by: str) -> Case:
    """Take the case. Raises NotFound, CaseTaken."""
    _case(services, reference)
    case = claim_case(services.database, reference, by=by, now=services.clock())
    if case is None:
        raise CaseTaken
    services.conversations.refresh_handoff(case.session_id)
    return case


def close(services: Services, reference: str, by: str, outcome: str, note: str) -> Case:
    """Close one's own case with its outcome and a note for the customer. Raises NotFound, Forbidden, CaseTaken."""
    _own_case(services, reference, by)
    case = close_case(services.database, reference, by=by, outcome=outcome, note=redact(note), now=services.clock())
    if case is None:
        raise CaseTaken
    services.conversations.refresh_handoff(case.session_id)
    return case


def say(services: Services, reference: str, by: str, text: str) -> Case:
    """Write to the customer of one's own case. Raises NotFound, Forbidden, CaseTaken, TurnConflict."""
    case = _own_case(services, reference, by)
    with services.database.begin(write=True) as work:
        work.audit.record(by, "handoff.message", reference, {}, services.clock())
        work.commit()
    services.conversations.refresh_handoff(case.session_id, (by, redact(text)))
    return case


def _case(services: Services, reference: str) -> Case:
    with services.database.begin(write=False) as work:
        case = work.handoffs.get(reference)
    if case is None:
        raise NotFound
    return case


def _own_case(services: Services, reference: str, by: str) -> Case:
    case = _case(services, reference)
    if case.status == "closed":
        raise CaseTaken
    if case.claimed_by != by:
        raise Forbidden("Claim the case first.")
    return case
