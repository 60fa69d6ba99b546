"""What a route promises, written at the route: `/openapi.json` and `/docs` are made from it, and a test asks for one on every route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from returnflow.errors import ReturnFlowError

View = TypeVar("View", bound=Callable[..., Any])
Auth = Literal["none", "session", "staff", "metrics", "link"]


@dataclass(frozen=True, slots=True)
class Described:
    """`answers` maps a status to its body: a model, a media type, or None for no body."""

    summary: str
    auth: Auth
    answers: Mapping[int, type[BaseModel] | str | None]
    body: type[BaseModel] | None = None
    problems: tuple[type[ReturnFlowError], ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    """Query parameter → what it is."""


_DESCRIBED: dict[Callable[..., Any], Described] = {}


def describe(described: Described) -> Callable[[View], View]:
    """Attach the promise to a view."""

    def remember(view: View) -> View:
        _DESCRIBED[view] = described
        return view

    return remember


def described(view: Callable[..., Any]) -> Described | None:
    """The promise of a view; None for one that has none, such as Flask's own static files."""
    return _DESCRIBED.get(view)
