"""A result replaces the one before it in the page."""

from __future__ import annotations

import pytest

from tests.load.report import put_into

PAGE = "# Performance\n\n<!-- bench -->\nold\n<!-- /bench -->\n\n<!-- soak -->\nkept\n<!-- /soak -->\n"


def test_a_result_replaces_the_one_before_and_nothing_else() -> None:
    """Writing twice leaves the second result, and the rest of the page as it was."""
    once = put_into(PAGE, "bench", "first\n")
    twice = put_into(once, "bench", "| second |\n")

    assert twice == "# Performance\n\n<!-- bench -->\n\n| second |\n\n<!-- /bench -->\n\n<!-- soak -->\nkept\n<!-- /soak -->\n"


def test_a_page_without_marks_is_not_changed() -> None:
    """A wrong path must not be overwritten."""
    with pytest.raises(ValueError, match="<!-- bench -->"):
        put_into("# Something else\n", "bench", "text")
