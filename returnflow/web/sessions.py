"""Conversations over HTTP: start, turn, read, end, rate."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, g, request

from returnflow.conversation.service import TurnRequest, fingerprint
from returnflow.conversation.view import context_view
from returnflow.errors import InvalidRequest, NotFound, RateLimited, SessionEnded, TurnConflict, TurnIdReused, Unauthorized
from returnflow.privacy import redact
from returnflow.web import schemas
from returnflow.web.auth import Admission, admit, session_of_bearer
from returnflow.web.describe import Described, describe
from returnflow.web.edge import edge, services
from returnflow.web.parsing import check, parse, read_object
from returnflow.web.render import answer, moment

blueprint = Blueprint("sessions", __name__)
_GUARDED = (Unauthorized, NotFound)


@blueprint.post("/api/sessions")
@describe(
    Described("Start a conversation", "none", {201: schemas.Started}, body=schemas.NewSession, problems=(InvalidRequest, RateLimited))
)
def start() -> Response:
    edge().limits.new_session(request.remote_addr or "")
    body = parse(schemas.NewSession)
    admission = admit(body.channel, services().clock())
    response = answer(_started(admission, body), HTTPStatus.CREATED)
    response.headers["Location"] = f"/api/sessions/{admission.session.session_id}"
    edge().callers.remember(request, response)
    services().metrics.session_started(body.channel)
    return response


@blueprint.get("/api/sessions/<session_id>")
@describe(Described("The conversation so far", "session", {200: schemas.ContextOut, 304: None}, problems=_GUARDED))
def show(session_id: str) -> Response:
    session = session_of_bearer(session_id)
    snapshot = services().conversations.read(session.session_id)
    if snapshot is None:
        raise NotFound
    if request.if_none_match.contains_weak(str(snapshot.version)):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = answer(context_view(snapshot.context, snapshot.history, snapshot.state))
    response.set_etag(str(snapshot.version))
    return response


@blueprint.post("/api/sessions/<session_id>/turns")
@describe(
    Described(
        "Say something",
        "session",
        {200: schemas.Answer},
        body=schemas.Turn,
        problems=(InvalidRequest, *_GUARDED, TurnConflict, TurnIdReused, SessionEnded, RateLimited),
    )
)
def take_turn(session_id: str) -> Response:
    session = session_of_bearer(session_id)
    edge().limits.turn(session.session_id)
    body = read_object()
    turn = check(schemas.Turn, body)
    caller = edge().callers.digest(request, session.session_id)
    result = services().conversations.handle_turn(session.session_id, _request(turn, fingerprint(body), caller))
    services().metrics.turn(turn.kind, result.answer, replayed=result.replayed)
    return answer({"turn_id": result.turn_id, "replayed": result.replayed, **result.answer})


@blueprint.post("/api/sessions/<session_id>/end")
@describe(Described("End the conversation; a repeat changes nothing", "session", {200: schemas.Ended}, problems=_GUARDED))
def end(session_id: str) -> Response:
    session = session_of_bearer(session_id)
    ended_at = services().conversations.end(session.session_id)
    return answer({"status": "ended", "ended_at": moment(ended_at)})


@blueprint.post("/api/sessions/<session_id>/feedback")
@describe(Described("Rate the conversation", "session", {204: None}, body=schemas.Rating, problems=(InvalidRequest, *_GUARDED)))
def rate(session_id: str) -> Response:
    session = session_of_bearer(session_id)
    body = parse(schemas.Rating)
    with services().database.begin(write=True) as work:
        comment = redact(body.comment) if body.comment else None
        work.feedback.add(session.session_id, body.rating, comment, services().clock())
        work.commit()
    return Response(status=HTTPStatus.NO_CONTENT)


def _started(admission: Admission, body: schemas.NewSession) -> dict[str, object]:
    """Start the conversation and tell the client all it needs."""
    identity = f"guest-{admission.session.session_id[:8]}"
    first = services().conversations.start(
        admission.session,
        user_identity=identity,
        language=_language(body.lang),
        order_number=body.order_number,
        mode=body.mode,
    )
    return {
        "session_id": admission.session.session_id,
        "session_token": admission.token,
        "expires_at": moment(admission.session.expires_at),
        "user_identity": identity,
        "agents": [{"id": agent.id, "name": agent.name, "role": agent.role} for agent in services().catalogue.agents.values()],
        "voice": {"platform": "browser", "topology": "one_voice", "greets": "brain"},
        "reply": first.answer["reply"],
        "state": first.answer["state"],
    }


def _language(wanted: str) -> str:
    """The wanted language when the definitions speak it, else English: what is answered says what it is."""
    base = wanted.partition("-")[0].lower()
    return base if base in services().catalogue.shared.say else "en"


def _request(turn: schemas.Turn, body_fingerprint: str, caller: str) -> TurnRequest:
    return TurnRequest(
        turn_id=turn.turn_id,
        text=turn.text,
        choice_id=turn.choice_id,
        event=turn.event,
        mode=turn.mode,
        heard=tuple(turn.heard),
        alternatives=tuple((each.text, each.confidence) for each in turn.alternatives),
        heard_chars=turn.heard_chars,
        fingerprint=body_fingerprint,
        caller=caller,
        reference=g.reference,
    )
