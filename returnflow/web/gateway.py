"""What happens around every request: ids, one log line, one measurement, security headers."""

from __future__ import annotations

import re
import secrets
import time
from hashlib import sha256

from flask import Flask, Response, g, request
from werkzeug.routing import Rule

from returnflow import log
from returnflow.web.edge import services

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I and O: a reference is read out on the telephone."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"static", "health.show", "health.live", "health.ready", "metrics.show"})
"""Endpoints that machines ask all the time: logged at DEBUG."""
_log = log.get(__name__)


def install(app: Flask) -> None:
    """Wrap every request of this application."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)


def reference_of(request_id: str) -> str:
    """The short code of a request, such as RF-7K2Q: shown with an error, and on every log line of the request."""
    number = int.from_bytes(sha256(request_id.encode()).digest()[:4], "big")
    return "RF-" + "".join(_LETTERS[(number >> shift) % len(_LETTERS)] for shift in (15, 10, 5, 0))


def template_of(rule: Rule | None) -> str:
    """The route's template, never the path: paths hold ids and, with their query, tokens."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule) if rule else "unmatched"


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.started = time.perf_counter()
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    g.reference = reference_of(g.request_id)
    log.unbind()
    log.bind(request_id=g.request_id, reference=g.reference)


def _finish(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    route = template_of(request.url_rule)
    method = request.method if request.method in _METHODS else "OTHER"
    services().metrics.request(route, method, response.status_code, seconds)
    write = _log.debug if request.endpoint in _QUIET and response.status_code < 400 else _log.info
    write("request", method=method, route=route, status=response.status_code, duration_ms=round(seconds * 1000, 1))
    _secure(response)
    return response


def _forget(_error: BaseException | None) -> None:
    """Whatever this thread logs next belongs to no request."""
    log.unbind()


def _secure(response: Response) -> None:
    response.headers.extend({name: value for name, value in _HEADERS.items() if name not in response.headers})
    response.headers["X-Request-ID"] = g.request_id
    response.headers["Content-Security-Policy"] = PAGE_POLICY if response.mimetype == "text/html" else DATA_POLICY
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
