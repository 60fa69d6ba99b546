"""What can go wrong, as the outside sees it.

Every error that crosses a room's border and that a client may see is one of these. The tree:

    ReturnFlowError
    ├── InvalidRequest        400  invalid_request        every bad field at once
    ├── Unauthorized          401  unauthorized
    ├── Forbidden             403  forbidden
    ├── NotFound              404  not_found
    ├── TurnConflict          409  turn_conflict          another turn was committed in between, three times
    ├── TurnIdReused          409  turn_id_reused         the same turn_id with another body
    ├── SessionEnded          409  session_ended
    ├── CaseTaken             409  turn_conflict          another member of staff has the case, or it is closed
    ├── TooLarge              413  too_large
    ├── RateLimited           429  rate_limited           says when to come back
    ├── UpstreamUnavailable   502  upstream_unavailable
    ├── VoiceNotConfigured    503  voice_not_configured
    ├── Unavailable           503  unavailable
    └── ConfigurationError    500  configuration          every bad setting at once; never sent to a client

`detail` is a plain short sentence that may be shown: it never holds personal data, a secret or a value the client sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


class ReturnFlowError(Exception):
    """The root. `code`, `status` and `title` belong to the class, `detail` to the case."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    default_detail: ClassVar[str] = "That did not go through on our side. Nothing was done twice. Please try again."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.default_detail
        super().__init__(self.detail)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One bad field of a request: where, and what was expected."""

    field: str
    problem: str


class InvalidRequest(ReturnFlowError):
    """The request does not have the agreed shape. `errors` lists every bad field."""

    code = "invalid_request"
    status = 400
    title = "The request is not valid"
    default_detail = "Some fields are not valid."

    def __init__(self, errors: Iterable[FieldProblem] = (), detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)


class Unauthorized(ReturnFlowError):
    """Nobody is known to be asking: no bearer, an unknown one or an expired one. All three look alike."""

    code = "unauthorized"
    status = 401
    title = "Please sign in again"
    default_detail = "This needs a valid bearer token."


class Forbidden(ReturnFlowError):
    """The one who asks is known and may not do this."""

    code = "forbidden"
    status = 403
    title = "That is not allowed"
    default_detail = "You may not do this."


class NotFound(ReturnFlowError):
    """There is no such thing, or the one who asks may not know whether there is."""

    code = "not_found"
    status = 404
    title = "Not found"
    default_detail = "There is nothing here."


class TurnConflict(ReturnFlowError):
    """Other turns of the conversation kept being committed in between. Sending it again is safe."""

    code = "turn_conflict"
    status = 409
    title = "Another turn came first"
    default_detail = "Another turn of this conversation was being answered. Send it again."


class TurnIdReused(ReturnFlowError):
    """A turn_id that was answered before came back with another body."""

    code = "turn_id_reused"
    status = 409
    title = "This turn_id was used before"
    default_detail = "This turn_id was used with another body. Use a new one."


class SessionEnded(ReturnFlowError):
    """The conversation is over and can only be read."""

    code = "session_ended"
    status = 409
    title = "This conversation has ended"
    default_detail = "This conversation has ended. Start a new one."


class CaseTaken(ReturnFlowError):
    """The case is another's or closed. Carries the contract's code for a lost race."""

    code = "turn_conflict"
    status = 409
    title = "Someone else came first"
    default_detail = "This case is with someone else, or it is closed."


class TooLarge(ReturnFlowError):
    """The body is larger than is read."""

    code = "too_large"
    status = 413
    title = "The request is too large"
    default_detail = "The body may have at most 16 KiB."


class RateLimited(ReturnFlowError):
    """Too many requests. `retry_after` is in whole seconds."""

    code = "rate_limited"
    status = 429
    title = "Too many requests"
    default_detail = "Too many requests. Please wait a moment."

    def __init__(self, retry_after: int = 1, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = max(1, retry_after)


class UpstreamUnavailable(ReturnFlowError):
    """A service that we asked did not answer in time or answered with nonsense."""

    code = "upstream_unavailable"
    status = 502
    title = "A service we need did not answer"
    default_detail = "A service we need did not answer. Please try again, or type."


class VoiceNotConfigured(ReturnFlowError):
    """No voice platform is set up here; the browser's own speech and typing work."""

    code = "voice_not_configured"
    status = 503
    title = "No voice platform is set up"
    default_detail = "No voice platform is set up here. Browser speech and typing work."


class Unavailable(ReturnFlowError):
    """We cannot answer just now."""

    code = "unavailable"
    status = 503
    title = "Not available just now"
    default_detail = "We cannot answer just now. Please try again in a moment."


class ConfigurationError(ReturnFlowError):
    """The process cannot start with these settings or files. `problems` lists all of them, each with its remedy."""

    code = "configuration"
    title = "The configuration is not valid"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["ReturnFlow cannot start:", *(f"  - {problem}" for problem in self.problems)]))
