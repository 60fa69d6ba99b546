"""Who asks: the bearer of a session, a named member of staff, a reader of metrics. An unknown, wrong or expired bearer looks the same."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address

from flask import Request, request

from returnflow import log
from returnflow.config import Settings
from returnflow.conversation.ports import StoredSession
from returnflow.errors import NotFound, SessionEnded, Unauthorized
from returnflow.web.edge import services

IDLE = timedelta(hours=2)
LIFETIME = timedelta(hours=24)
READABLE_AFTER_END = timedelta(minutes=30)
_TOUCH_EVERY = timedelta(minutes=1)
"""A session's last use is written at most this often, so that polling does not write."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A new session and the only copy of its bearer."""

    session: StoredSession
    token: str


def admit(channel: str, now: datetime) -> Admission:
    """A new session with 32 random bytes as its bearer; only their SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    session = StoredSession(secrets.token_hex(12), _hash(token), channel, created_at=now, last_used_at=now, expires_at=now + LIFETIME)
    return Admission(session, token)


def session_of_bearer(session_id: str | None = None, *, to_write: bool = False) -> StoredSession:
    """The session whose bearer was sent. Raises Unauthorized; NotFound when the path names any other session, existing or not;
    SessionEnded when it is over and `to_write`."""
    token = _bearer(request)
    now = services().clock()
    with services().database.begin(write=False) as work:
        session = work.sessions.by_token_hash(_hash(token)) if token else None
    if session is None or not _usable(session, now):
        raise Unauthorized
    if session_id is not None and session_id != session.session_id:
        raise NotFound
    log.bind(session_id=session.session_id)
    if session.ended_at is not None and to_write:
        raise SessionEnded
    if session.ended_at is None and now - session.last_used_at >= _TOUCH_EVERY:
        _touch(session.session_id, now)
    return session


def staff_name() -> str:
    """The name of the member of staff whose token was sent. Raises Unauthorized."""
    name = staff_named(services().settings, _bearer(request))
    if name is None:
        raise Unauthorized
    log.bind(staff=name)
    return name


def staff_named(settings: Settings, token: str) -> str | None:
    """Whose token this is; every hash is compared, so the time tells nothing."""
    digest = _hash(token)
    names = [name for name, known in settings.staff_tokens if hmac.compare_digest(known, digest)]
    return names[0] if names and token else None


def may_read_metrics() -> None:
    """The metrics token, or without one this very machine and not through a proxy. Raises Unauthorized."""
    expected = services().settings.metrics_token
    if expected is not None:
        allowed = hmac.compare_digest(_bearer(request).encode(), expected.encode())
    else:
        forwarded = any(header in request.headers for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
        allowed = not forwarded and _is_loopback(request.remote_addr)
    if not allowed:
        raise Unauthorized


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _usable(session: StoredSession, now: datetime) -> bool:
    if now >= session.expires_at:
        return False
    if session.ended_at is not None:
        return now < session.ended_at + READABLE_AFTER_END
    return now < session.last_used_at + IDLE


def _touch(session_id: str, now: datetime) -> None:
    with services().database.begin(write=True) as work:
        work.sessions.touch(session_id, now)
        work.commit()


def _bearer(incoming: Request) -> str:
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
