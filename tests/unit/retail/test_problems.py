"""How a validation error reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from returnflow.retail.problems import key, problems
from returnflow.retail.rules import STRICT


@dataclass(frozen=True, config=STRICT)
class Inner:
    """A block in a block."""

    on: date
    sure: bool = False


@dataclass(frozen=True, config=STRICT)
class Outer:
    """Something with keys of several kinds."""

    days: int
    parts: tuple[Inner, ...] = ()
    names: dict[str, str] | None = None


def read(data: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Outer).validate_python(data)
    return problems(caught.value, "f.yaml", {"days": "a whole number of days"}, ("days", "parts", "names"))


@pytest.mark.parametrize(
    "data, problem",
    [
        ({"days": "x"}, 'f.yaml: days: is "x", expected a whole number of days'),
        ({"days": None}, "f.yaml: days: is empty, expected a whole number of days"),
        ({}, "f.yaml: days: is missing, expected a whole number of days"),
        ({"days": 1, "day": 2}, "f.yaml: day: is not a key that is known here, expected one of days, names, parts"),
        ({"days": 1, "parts": 3}, 'f.yaml: parts: is "3", expected a list'),
        ({"days": 1, "parts": [{"on": "x"}]}, 'f.yaml: parts[0].on: is "x", expected a date like 2026-11-30'),
        ({"days": 1, "parts": [{}]}, "f.yaml: parts[0].on: is missing"),
        ({"days": 1, "parts": ["x"]}, 'f.yaml: parts[0]: is "x", expected a block of keys'),
        ({"days": 1, "parts": [{"on": date(2026, 1, 1), "sure": "maybe"}]}, 'f.yaml: parts[0].sure: is "maybe", expected true or false'),
        (
            {"days": 1, "parts": [{"on": date(2026, 1, 1), "shure": True}]},
            "f.yaml: parts[0].shure: is not a key that is known here; check the spelling or remove it",
        ),
    ],
)
def test_a_problem_is_one_plain_line(data: Any, problem: str) -> None:
    """File, key, what is wrong, what was expected; never a type name of a library."""
    assert read(data) == [problem]


def test_a_long_value_is_cut() -> None:
    """A whole block in the wrong place does not fill the screen."""
    assert len(read({"days": "x" * 500})[0]) < 130


def test_the_file_itself_has_a_name() -> None:
    """A problem of everything is not a problem of nothing."""
    assert key(()) == "the file"
