"""How values leave: times as ISO 8601 UTC with `Z`, JSON with its status."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify


def moment(at: datetime) -> str:
    """2026-11-21T15:34:05Z."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def optional_moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def answer(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A JSON answer."""
    response = jsonify(body)
    response.status_code = status
    return response
