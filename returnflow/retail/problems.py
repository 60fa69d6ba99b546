"""Validation errors in plain words: `file: key: what is wrong, what was expected`, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_BY_TYPE: Mapping[str, str] = {
    "int": "a whole number",
    "string": "text",
    "bool": "true or false",
    "date": "a date like 2026-11-30",
    "dataclass": "a block of keys",
    "dict": "a block of keys",
    "mapping": "a block of keys",
    "tuple": "a list",
}
_LONGEST = 60


def problems(error: ValidationError, file: str, expected: Mapping[str, str], known: Iterable[str] = ()) -> list[str]:
    """One line per problem. `expected` says what belongs under a key; `known` are the top-level keys."""
    return [f"{file}: {key(tuple(detail['loc']))}: {_what(detail, expected, known)}" for detail in error.errors()]


def key(location: tuple[int | str, ...]) -> str:
    """A path as people read it: `rules[3].window_days`."""
    text = ""
    for part in location:
        if part == "[key]":  # pydantic's mark for an error in a key, not in its value
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _what(detail: ErrorDetails, expected: Mapping[str, str], known: Iterable[str]) -> str:
    location = detail["loc"]
    name = next((str(part) for part in reversed(location) if str(part) in expected), "")
    if detail["type"] == "missing":
        return f"is missing, expected {expected[name]}" if name and name == location[-1] else "is missing"
    if detail["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        names = ", ".join(sorted(known)) if len(location) == 1 else ""
        return "is not a key that is known here" + (f", expected one of {names}" if names else "; check the spelling or remove it")
    return f"is {_shown(detail['input'])}, expected {expected.get(name) or _from_type(detail)}"


def _from_type(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context.get("error", detail["msg"]))
    if "expected" in context:
        return str(context["expected"]).replace("'", "")
    return next((words for start, words in _BY_TYPE.items() if detail["type"].startswith(start)), detail["msg"].lower())


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f'"{text}"'
