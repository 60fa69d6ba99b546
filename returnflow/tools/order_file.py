"""From a file's text to rows: CSV, a JSON array, or one JSON object after another. Cells stay text; `order_book` judges them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REQUIRED = (
    "order_number",
    "store",
    "placed_on",
    "zip",
    "last_name",
    "currency",
    "line_id",
    "sku",
    "title",
    "category",
    "quantity",
    "unit_price_cents",
    "tax_cents",
)
OPTIONAL = (
    "shipped_on",
    "delivered_on",
    "first_name",
    "email",
    "phone",
    "seller",
    "order_discount_cents",
    "shipping_cents",
    "payment",
    "time_zone",
)
COLUMNS = frozenset(REQUIRED + OPTIONAL)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, in plain words with the remedy. `line` is the line of the file, counted from 1."""

    line: int
    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line item as written: every known column, empty text where nothing stands."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    rows: tuple[Row, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_rows(text: str) -> Reading:
    """Read a whole file. JSON when it starts with `[` or `{`, else CSV with a header line."""
    text = text.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if not start:
        return Reading((), (Problem(1, "file", "is empty; expected a header line and one row per item"),), ())
    if start in "[{":
        return _read_json(text)
    return _read_csv(text)


def _read_csv(text: str) -> Reading:
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = []
    errors: list[Problem] = []
    header: list[str] = []
    try:
        header = [name.strip().lower() for name in next(reader)]
        errors += _header_errors(header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                text_ = f"has {len(cells)} cells, the header has {len(header)}; put quotes around a value that holds a comma"
                errors.append(Problem(reader.line_num, "row", text_))
                continue
            rows.append(Row(reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    except csv.Error as error:
        errors.append(Problem(reader.line_num, "file", f"cannot be read as CSV ({error}); save it again as CSV in UTF-8"))
    if not rows and not errors:
        errors.append(Problem(1, "file", "has a header and no rows; add one row per item"))
    return Reading(tuple(rows), tuple(errors), tuple(_unused(1, header)))


def _header_errors(header: list[str]) -> Iterator[Problem]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        yield Problem(1, "file", "separates its columns by something other than commas; save it as comma-separated CSV")
        return
    for name in REQUIRED:
        if name not in header:
            yield Problem(1, name, "is not among the columns; add it to the header and fill it in every row")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(1, name or "header", "is in the header more than once; keep one")


def _unused(line: int, names: list[str]) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            yield Problem(line, name or "header", "is not a column that is known here and is not read")


def _read_json(text: str) -> Reading:
    rows: list[Row] = []
    errors: list[Problem] = []
    warnings: dict[str, Problem] = {}
    for line, value in _objects(text, errors):
        if not isinstance(value, dict):
            errors.append(Problem(line, "row", 'is not an object; expected one object per item, such as {"order_number": …}'))
            continue
        cells: dict[str, str] = {}
        for name, cell in value.items():
            if (cell is not None and not isinstance(cell, str | int | float)) or isinstance(cell, bool):
                errors.append(Problem(line, name, "is neither text nor a number; write it in quotes"))
            cells[name.strip().lower()] = "" if cell is None else str(cell).strip()
        for unused in _unused(line, list(cells)):
            warnings.setdefault(unused.field, unused)
        rows.append(Row(line, cells))
    if not rows and not errors:
        errors.append(Problem(1, "file", "holds no rows; add one object per item"))
    return Reading(tuple(rows), tuple(errors), tuple(warnings.values()))


def _objects(text: str, errors: list[Problem]) -> Iterator[tuple[int, object]]:
    """Each value with the line it starts on, from an array or from values that follow each other."""
    decoder = json.JSONDecoder()
    in_array = text.lstrip()[0] == "["
    position = len(text) - len(text.lstrip()) + in_array
    between = " \t\r\n," if in_array else " \t\r\n"
    line, counted = 1, 0
    while True:
        while position < len(text) and text[position] in between:
            position += 1
        line, counted = line + text.count("\n", counted, position), position
        if position >= len(text) or (in_array and text[position] == "]"):
            if in_array and (position >= len(text) or text[position + 1 :].strip()):
                errors.append(Problem(line, "file", "is not one complete JSON array; it must end with ] and nothing after it"))
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError) as error:
            where = error.lineno if isinstance(error, json.JSONDecodeError) else line
            errors.append(Problem(where, "file", "is not valid JSON from here on; check quotes, commas and brackets"))
            return
        yield line, value
