"""Random values of any of our types, from their annotations. Local on purpose: Hypothesis' own type registry is global."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import EnumType
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
EARLIEST, LATEST = datetime(2020, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - Hypothesis wants naive bounds
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)),
    date: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    Any: JSON,
    NoneType: st.none(),
}


@cache
def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of this type: dataclasses, enums, unions, literals, tuples, mappings and plain values, with few elements each."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{each.name: any_of(hints[each.name]) for each in fields(kind)})
    if isinstance(kind, EnumType):
        return st.sampled_from(kind)
    if origin in (Union, UnionType):
        return st.one_of(*(any_of(part) for part in parts))
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple and parts[1:] == (...,):
        return st.lists(any_of(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_of(part) for part in parts))
    if origin in (Mapping, dict):
        return st.dictionaries(any_of(parts[0]), any_of(parts[1]), max_size=2)
    raise TypeError(f"no strategy for {kind}; add one here")
