"""From a request body to a checked value: strict JSON objects, every problem at once, in plain words and without the value."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Request, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from returnflow.errors import FieldProblem, InvalidRequest, TooLarge

Body = TypeVar("Body", bound=BaseModel)

MAX_BYTES = 16 * 1024

_PLAIN = {
    "missing": "is required",
    "string_type": "must be text",
    "string_too_long": "may have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "too_long": "may have at most {max_length} entries",
    "string_pattern_mismatch": "may only hold letters, digits, - and _, at most 64 of them",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
}


def read_object(incoming: Request = request) -> dict[str, Any]:
    """The JSON object in the body; no body is an empty object. Raises InvalidRequest, TooLarge.

    A body without a length is cut by Werkzeug at its own limit without a word, so that limit is one byte above ours.
    """
    raw = incoming.get_data(cache=False)
    if len(raw) > MAX_BYTES:
        raise TooLarge
    if not raw:
        return {}
    if not incoming.is_json:
        raise InvalidRequest(detail="Send JSON, with the header Content-Type: application/json.")
    try:
        body = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise InvalidRequest(detail="The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise InvalidRequest(detail="The body must be a JSON object.")
    return body


def check(model: type[Body], body: dict[str, Any]) -> Body:
    """The body as this model. Unknown fields are ignored. Raises InvalidRequest with every bad field."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise InvalidRequest([_problem(each) for each in found]) from None


def parse(model: type[Body]) -> Body:
    """The body of the current request as this model."""
    return check(model, read_object())


def _problem(error: ErrorDetails) -> FieldProblem:
    context = error.get("ctx", {})
    plain = _PLAIN.get(error["type"])
    text = error["msg"] if error["type"] == "one_of" else plain.format_map(context) if plain else "is not valid"
    return FieldProblem(".".join(str(part) for part in error["loc"]) or "body", text)
