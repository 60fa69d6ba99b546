"""Reading a file into rows, whatever wrote it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.tools.order_file import COLUMNS, REQUIRED, read_rows

HEADER = ",".join(REQUIRED)
CELLS = ",".join("x" for _ in REQUIRED)


def test_csv_json_and_json_lines_read_alike() -> None:
    """The same items give the same cells from all three forms, numbers and text alike."""
    items = [dict.fromkeys(REQUIRED, f"v{n}") | {"quantity": 2} for n in range(3)]
    as_csv = "\n".join([HEADER, *(",".join(str(item[name]) for name in REQUIRED) for item in items)])

    forms = [read_rows(text) for text in (as_csv, json.dumps(items, indent=1), "\n".join(json.dumps(item) for item in items))]

    assert all(not form.errors and not form.warnings for form in forms)
    assert [row.cells for row in forms[0].rows] == [row.cells for row in forms[1].rows] == [row.cells for row in forms[2].rows]
    assert forms[0].rows[0].cells["quantity"] == "2"


def test_lines_are_those_of_the_file() -> None:
    """A spreadsheet or an editor shows the row where the problem is said to be, also after blank lines and line breaks in cells."""
    csv_text = f'{HEADER}\n{CELLS}\n\n"two\nlines"{CELLS[1:]}\n{CELLS}\n'
    array = '[\n {"a": 1},\n\n {"a": 2}\n]'

    assert [row.line for row in read_rows(csv_text).rows] == [2, 5, 6]
    assert [row.line for row in read_rows(array).rows] == [2, 4]
    assert [row.line for row in read_rows('{"a": 1}\n\n{"a": 2}').rows] == [1, 3]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    """What a spreadsheet saves reads like what an editor saves."""
    assert not read_rows(f"\ufeff{HEADER}\r\n{CELLS}\r\n").errors


@pytest.mark.parametrize(
    "text, field, words",
    [
        pytest.param("", "file", "is empty", id="empty"),
        pytest.param(" \n", "file", "is empty", id="blank"),
        pytest.param(HEADER, "file", "no rows", id="only-a-header"),
        pytest.param(f"{HEADER}\n{CELLS},extra", "row", "the header has 13", id="too-many-cells"),
        pytest.param(f"{HEADER.replace(',', ';')}\n", "file", "commas", id="semicolons"),
        pytest.param(HEADER.replace("zip,", "") + f"\n{CELLS[2:]}", "zip", "not among the columns", id="missing-column"),
        pytest.param(f"{HEADER},zip\n{CELLS},x", "zip", "more than once", id="column-twice"),
        pytest.param("[]", "file", "no rows", id="empty-array"),
        pytest.param('[{"a": 1}', "file", "complete JSON array", id="array-without-end"),
        pytest.param('[{"a": 1}] x', "file", "complete JSON array", id="text-after-the-array"),
        pytest.param('[{"a": }]', "file", "not valid JSON", id="broken"),
        pytest.param("[1]", "row", "not an object", id="not-an-object"),
        pytest.param('[{"title": {"en": 1}}]', "title", "neither text nor a number", id="nested"),
        pytest.param('[{"quantity": true}]', "quantity", "neither text nor a number", id="boolean"),
        pytest.param("[" * 5000, "file", "not valid JSON", id="very-deep"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str, field: str, words: str) -> None:
    """The problem is named with its line, in words that say what to do."""
    errors = read_rows(text).errors

    assert [(each.field, words in each.problem) for each in errors] == [(field, True)]


def test_unknown_columns_are_a_warning_once() -> None:
    """A column that is not read is said, not refused."""
    many = [{"colour": "red"}, {"colour": "blue"}]

    assert [each.field for each in read_rows(json.dumps(many)).warnings] == ["colour"]
    assert [each.field for each in read_rows(f"{HEADER},colour\n{CELLS},red").warnings] == ["colour"]


@given(text=st.text(max_size=200) | st.text(alphabet='[]{},":\n ab1', max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is rows or problems, never a crash."""
    reading = read_rows(text)

    assert reading.rows or reading.errors
    assert all(each.line >= 1 and each.problem for each in reading.errors)
    assert "zip" in COLUMNS
