"""The one shape of an error, on every route.

{type, title, status, detail, code, request_id, reference} as application/problem+json; `errors: [{field, problem}]` with
`invalid_request`. `reference` is short, the same in the log, and every answer of the API has the same security headers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from returnflow import errors
from returnflow.errors import FieldProblem, InvalidRequest, RateLimited, ReturnFlowError
from returnflow.web import schemas
from tests.http.conftest import Customer, staff

PUBLIC = {
    "static",
    "pages.home",
    "sessions.start",
    "agents.show_all",
    "agents.show",
    "slips.page",
    "slips.pdf",
    "health.show",
    "health.live",
    "health.ready",
    "metrics.show",
    "openapi.document",
    "openapi.read",
}
SESSION = {"sessions.show", "sessions.take_turn", "sessions.end", "sessions.rate", "voice.voice_token", "voice.livekit_token"}
STAFF = {"handoffs.show_all", "handoffs.claim", "handoffs.say", "handoffs.close"}
VALUES = {"session_id": "x" * 24, "agent_id": "nobody", "reference": "000000000", "rma": "000000000", "filename": "nothing.css"}


def assert_problem(answer: TestResponse, code: str, status: int) -> dict[str, Any]:
    """The answer has the agreed shape."""
    body = answer.get_json()
    schemas.Problem.model_validate(body)
    assert answer.content_type == "application/problem+json"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert re.fullmatch(r"RF-[2-9A-HJ-NP-Z]{4}", body["reference"])
    assert answer.headers["X-Request-ID"] == body["request_id"]
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(body)


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of every route, with values that lead nowhere."""
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, method, adapter.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}, method=method))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_route_is_listed_with_who_may_use_it(app: Flask) -> None:
    """A new route has to be put into one of the three lists above."""
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == PUBLIC | SESSION | STAFF


@pytest.mark.parametrize("bearer", [None, "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "Bearer \xff", "Bearer " + "x" * 3000])
def test_a_guarded_route_tells_nothing_without_a_bearer(app: Flask, client: FlaskClient, bearer: str | None) -> None:
    """No bearer, a malformed one and an unknown one: 401 everywhere, before the body is looked at."""
    headers = {"Authorization": bearer} if bearer else {}
    for endpoint, method, path in routes(app):
        if endpoint in SESSION | STAFF:
            answer = client.open(path, method=method, headers=headers, data=b"{garbage", content_type="application/json")

            assert_problem(answer, "unauthorized", 401)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_bearer_is_no_staff_token_and_the_other_way_round(app: Flask, customer: Customer) -> None:
    """Each kind opens its own routes only."""
    for endpoint, method, path in routes(app):
        headers = customer.headers if endpoint in STAFF else staff() if endpoint in SESSION else None
        if headers:
            assert_problem(customer.client.open(path, method=method, headers=headers, json={}), "unauthorized", 401)


def test_another_method_is_405_with_what_is_allowed(app: Flask, client: FlaskClient) -> None:
    """On every route, in the one shape."""
    for _, _, path in routes(app):
        answer = client.open(path, method="PATCH")

        assert_problem(answer, "method_not_allowed", 405)
        assert answer.headers["Allow"]


def test_an_unknown_path_is_404(client: FlaskClient) -> None:
    """In the one shape, whatever the path."""
    for path in ("/nope", "/api/nope", "/static/nope.css", "/static/../app.py", "/returns/1/slip.pdf", "/api/agents/nobody", "/%00"):
        assert_problem(client.get(path), "not_found", 404)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"turn_id": "a", "text": "\\ud800"}',
        b'{"turn_id": "a", "text": "x", "heard_chars": NaN}',
        b"[" * 5000,
        b'{"a":' * 3000,
    ],
)
def test_garbage_is_refused_everywhere(app: Flask, customer: Customer, body: bytes) -> None:
    """Every route that reads a body answers 400 to what is no JSON object."""
    wanted = {"sessions.start", "sessions.take_turn", "sessions.rate", "voice.voice_token"}
    for endpoint, method, path in routes(app):
        if endpoint in wanted:
            own = path.replace(VALUES["session_id"], customer.session_id)
            answer = customer.client.open(own, method=method, headers=customer.headers, data=body, content_type="application/json")

            assert assert_problem(answer, "invalid_request", 400)["errors"] == []


def test_a_body_that_is_not_called_json_is_refused(customer: Customer) -> None:
    """The remedy is in the detail."""
    answer = customer.client.post(f"{customer.path}/turns", data=b'{"turn_id":"a"}', headers=customer.headers)

    assert "Content-Type: application/json" in assert_problem(answer, "invalid_request", 400)["detail"]


def test_a_large_body_is_refused_unread(app: Flask, customer: Customer) -> None:
    """More than 16 KiB is 413 wherever a body is read, said in the header or found while reading."""
    large = b'{"turn_id": "a", "text": "' + b"x" * 16_384 + b'"}'
    for path in ("/api/sessions", f"{customer.path}/turns", f"{customer.path}/feedback", "/api/voice-token"):
        answer = customer.client.post(path, data=large, headers=customer.headers, content_type="application/json")
        assert_problem(answer, "too_large", 413)

    unsized = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = customer.client.post(
        f"{customer.path}/turns", data=large, headers=customer.headers, content_type="application/json", environ_overrides=unsized
    )
    assert_problem(answer, "too_large", 413)


def every_error() -> list[ReturnFlowError]:
    plain = [getattr(errors, name) for name in errors.__dict__ if isinstance(getattr(errors, name), type)]
    simple = [
        each() for each in plain if issubclass(each, ReturnFlowError) and each.__name__ not in {"InvalidRequest", "ConfigurationError"}
    ]
    return [*simple, InvalidRequest([FieldProblem("a.b", "is required")])]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_of_ours_is_mapped(make_app: Callable[..., Flask], error: ReturnFlowError) -> None:
    """Code, status, title and detail come from the class and the case."""
    app = make_app()

    def fail() -> None:
        raise error

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail")

    body = assert_problem(answer, error.code, error.status)
    assert (body["title"], body["detail"]) == (error.title, error.detail)
    assert body.get("errors") == ([{"field": "a.b", "problem": "is required"}] if isinstance(error, InvalidRequest) else None)
    assert answer.headers.get("Retry-After") == ("1" if isinstance(error, RateLimited) else None)


def test_what_nobody_expected_is_a_fixed_sentence(make_app: Callable[..., Flask], logged: Callable[[], list[dict[str, Any]]]) -> None:
    """500 tells nothing of the cause; the log has type, frames and the reference, and no value either."""
    app = make_app()

    def fail() -> None:
        raise RuntimeError("zip 97214 of Reyes, card 4111111111111111")

    app.add_url_rule("/fail", view_func=fail)
    body = assert_problem(app.test_client().get("/fail"), "internal_error", 500)

    assert body["detail"] == "That did not go through on our side. Nothing was done twice. Please try again."
    (line,) = [each for each in logged() if each["event"] == "unexpected error"]
    assert line["reference"] == body["reference"]
    assert line["exception"][0]["type"] == "builtins.RuntimeError"
    assert "Reyes" not in str(logged())


def test_a_request_id_is_taken_when_it_is_one(client: FlaskClient) -> None:
    """A proxy's id goes through to the log; anything else is replaced."""
    for given, taken in (("trace-12345678", True), ("x", False), ("a" * 65, False), ('"><script>', False)):
        body = client.get("/nope", headers={"X-Request-ID": given}).get_json()

        assert (body["request_id"] == given) is taken


def test_views_stay_thin(app: Flask) -> None:
    """A view authenticates, parses, calls one use case and renders: fifteen lines at the most."""
    bodies = {endpoint: inspect.getsource(view) for endpoint, view in app.view_functions.items() if endpoint != "static"}
    lengths = {endpoint: len(source[source.index("\ndef ") :].strip().splitlines()) for endpoint, source in bodies.items()}

    assert {endpoint: length for endpoint, length in lengths.items() if length > 15} == {}
