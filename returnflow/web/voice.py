"""Voice credentials, for a session that has been admitted. No platform is built in yet: the browser's own speech and typing work."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint

from returnflow.errors import InvalidRequest, NotFound, Unauthorized, VoiceNotConfigured
from returnflow.web import schemas
from returnflow.web.auth import session_of_bearer
from returnflow.web.describe import Described, describe
from returnflow.web.parsing import parse

blueprint = Blueprint("voice", __name__)
_PROBLEMS = (Unauthorized, NotFound, InvalidRequest, VoiceNotConfigured)


@blueprint.post("/api/voice-token")
@describe(Described("A credential for the voice platform's own SDK", "session", {}, body=schemas.VoiceToken, problems=_PROBLEMS))
def voice_token() -> NoReturn:
    session = session_of_bearer(to_write=True)
    if parse(schemas.VoiceToken).session_id not in {None, session.session_id}:
        raise NotFound
    raise VoiceNotConfigured


@blueprint.post("/api/token")
@describe(Described("A credential for a LiveKit client", "session", {}, problems=(Unauthorized, VoiceNotConfigured)))
def livekit_token() -> NoReturn:
    session_of_bearer(to_write=True)
    raise VoiceNotConfigured
