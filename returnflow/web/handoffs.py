"""Cases for staff: see, claim, write, close."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from returnflow.conversation.packet import mask_contact
from returnflow.conversation.ports import Case
from returnflow.errors import CaseTaken, FieldProblem, Forbidden, InvalidRequest, NotFound, TurnConflict, Unauthorized
from returnflow.web import desk, schemas
from returnflow.web.auth import staff_name
from returnflow.web.describe import Described, describe
from returnflow.web.edge import services
from returnflow.web.parsing import parse
from returnflow.web.render import answer, moment, optional_moment

blueprint = Blueprint("handoffs", __name__)
_STATUSES = ("open", "claimed", "closed")
_PROBLEMS = (Unauthorized, NotFound, CaseTaken, TurnConflict)


@blueprint.get("/api/handoffs")
@describe(
    Described(
        "Cases, earliest due first",
        "staff",
        {200: schemas.Cases},
        problems=(Unauthorized, InvalidRequest),
        query={"status": "open, claimed or closed; without it all"},
    )
)
def show_all() -> Response:
    name = staff_name()
    status = request.args.get("status")
    if status is not None and status not in _STATUSES:
        raise InvalidRequest([FieldProblem("status", "must be one of open, claimed, closed")])
    with services().database.begin(write=False) as work:
        cases = work.handoffs.list(status)
    return answer({"handoffs": [_shown(case, name) for case in cases]})


@blueprint.post("/api/handoffs/<reference>/claim")
@describe(Described("Take a case: one winner", "staff", {200: schemas.CaseOut}, problems=_PROBLEMS))
def claim(reference: str) -> Response:
    name = staff_name()
    return answer(_shown(desk.claim(services(), reference, name), name))


@blueprint.post("/api/handoffs/<reference>/messages")
@describe(
    Described(
        "Write to the customer",
        "staff",
        {200: schemas.CaseOut},
        body=schemas.StaffMessage,
        problems=(InvalidRequest, Forbidden, *_PROBLEMS),
    )
)
def say(reference: str) -> Response:
    name = staff_name()
    body = parse(schemas.StaffMessage)
    return answer(_shown(desk.say(services(), reference, name, body.text), name))


@blueprint.post("/api/handoffs/<reference>/close")
@describe(
    Described(
        "Close a case; the same again changes nothing",
        "staff",
        {200: schemas.CaseOut},
        body=schemas.Closing,
        problems=(InvalidRequest, Forbidden, *_PROBLEMS),
    )
)
def close(reference: str) -> Response:
    name = staff_name()
    body = parse(schemas.Closing)
    return answer(_shown(desk.close(services(), reference, name, body.outcome, body.note), name))


def _shown(case: Case, name: str) -> dict[str, Any]:
    """The whole case. The contact is readable for the one who has claimed it, masked for everyone else."""
    return {
        "reference": case.reference,
        "status": case.status,
        "headline": case.headline,
        "reason": case.reason_code,
        "created_at": moment(case.created_at),
        "due_at": moment(case.due_at),
        "claimed_by": case.claimed_by,
        "claimed_at": optional_moment(case.claimed_at),
        "closed_at": optional_moment(case.closed_at),
        "outcome": case.outcome,
        "note": case.note,
        "notes": list(case.notes),
        "session_id": case.session_id,
        "contact_by": case.contact_by,
        "contact": case.contact if case.claimed_by == name else mask_contact(case.contact),
        "packet": case.packet,
    }
