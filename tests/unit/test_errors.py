"""The error tree: what each class tells a client."""

from __future__ import annotations

import inspect

import pytest

from returnflow import errors
from returnflow.errors import ConfigurationError, FieldProblem, InvalidRequest, RateLimited, ReturnFlowError

CONTRACT = {
    "InvalidRequest": ("invalid_request", 400),
    "Unauthorized": ("unauthorized", 401),
    "Forbidden": ("forbidden", 403),
    "NotFound": ("not_found", 404),
    "TurnConflict": ("turn_conflict", 409),
    "TurnIdReused": ("turn_id_reused", 409),
    "SessionEnded": ("session_ended", 409),
    "CaseTaken": ("turn_conflict", 409),
    "TooLarge": ("too_large", 413),
    "RateLimited": ("rate_limited", 429),
    "UpstreamUnavailable": ("upstream_unavailable", 502),
    "VoiceNotConfigured": ("voice_not_configured", 503),
    "Unavailable": ("unavailable", 503),
    "ConfigurationError": ("configuration", 500),
}


def tree() -> dict[str, type[ReturnFlowError]]:
    found = {name: each for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, ReturnFlowError)}
    del found["ReturnFlowError"]
    return found


def test_every_error_has_the_code_and_status_of_the_contract() -> None:
    """Codes and statuses are those of design section 6, and no class is without one."""
    assert {name: (each.code, each.status) for name, each in tree().items()} == CONTRACT


def test_the_docstring_draws_every_class() -> None:
    """The drawn tree names each class with its status and code."""
    drawn = inspect.getdoc(errors) or ""

    missing = [name for name, each in tree().items() if not all(str(part) in drawn for part in (name, each.status, each.code))]

    assert missing == []


@pytest.mark.parametrize("name", sorted(set(CONTRACT) - {"ConfigurationError", "InvalidRequest", "RateLimited"}))
def test_an_error_has_plain_words_of_its_own_and_takes_others(name: str) -> None:
    """`detail` is a sentence when none is given, and the given one otherwise."""
    kind = tree()[name]

    assert kind().detail.endswith(".")
    assert kind("Other words.").detail == "Other words."


def test_invalid_request_keeps_every_field() -> None:
    """All bad fields travel together."""
    problems = [FieldProblem("a", "is required"), FieldProblem("b", "must be text")]

    assert InvalidRequest(problems).errors == tuple(problems)


def test_rate_limited_asks_for_at_least_a_second() -> None:
    """A client never gets "try again in 0 seconds"."""
    assert RateLimited(0).retry_after == 1
    assert RateLimited(7).retry_after == 7


def test_configuration_error_says_everything_at_once() -> None:
    """Each problem has its line."""
    error = ConfigurationError(["PORT: expected a number.", "SECRET_KEY: missing."])

    assert str(error).splitlines() == ["ReturnFlow cannot start:", "  - PORT: expected a number.", "  - SECRET_KEY: missing."]
