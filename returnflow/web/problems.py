"""The one shape of an error: `application/problem+json`, for our own errors, for Flask's and for what nobody expected."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from returnflow import log
from returnflow.errors import InvalidRequest, NotFound, RateLimited, ReturnFlowError, TooLarge
from returnflow.web.edge import services

_log = log.get(__name__)


def install(app: Flask) -> None:
    """Answer every error of this application here."""
    app.register_error_handler(ReturnFlowError, _ours)
    app.register_error_handler(HTTPException, _from_framework)
    app.register_error_handler(Exception, _unexpected)


def document(error: ReturnFlowError, *, code: str | None = None, status: int | None = None, title: str | None = None) -> dict[str, Any]:
    """The error as it is sent. `reference` is what a customer reads to us; the same is in the log."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": title or error.title,
        "status": status or error.status,
        "detail": error.detail,
        "code": code or error.code,
        "request_id": g.request_id,
        "reference": g.reference,
    }
    if isinstance(error, InvalidRequest):
        problem["errors"] = [{"field": each.field, "problem": each.problem} for each in error.errors]
    return problem


def _answer(problem: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    services().metrics.error(problem["code"])
    log.bind(code=problem["code"])
    return Response(json.dumps(problem), problem["status"], headers or {}, content_type="application/problem+json")


def _ours(error: ReturnFlowError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("answered with a problem", code=error.code, exc_info=error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited) else {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(document(error), headers)


def _from_framework(error: HTTPException) -> Response:
    """404, 405, 413 and whatever else Flask and Werkzeug say."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.NOT_FOUND:
        return _ours(NotFound())
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _ours(TooLarge())
    if status == HTTPStatus.BAD_REQUEST:
        return _ours(InvalidRequest(detail="The request could not be read."))
    if status < HTTPStatus.BAD_REQUEST:
        return Response(error.get_response(request.environ).get_data(), status, error.get_headers(request.environ))
    phrase = HTTPStatus(status).phrase
    problem = document(ReturnFlowError(f"{phrase}."), code=phrase.lower().replace(" ", "_"), status=status, title=phrase)
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return _answer(problem, {"Allow": ", ".join(sorted(allowed))} if allowed else None)


def _unexpected(error: Exception) -> Response:
    """The outermost edge: log the type and the frames, answer a fixed sentence."""
    _log.error("unexpected error", exc_info=error)
    return _answer(document(ReturnFlowError()))
