"""Wordings as data: every file compiles, and a line in the wrong place is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from returnflow.understanding import patterns
from returnflow.understanding.patterns import load
from returnflow.understanding.words import plural, products, singular, word_set


@pytest.mark.parametrize("name", ["intents", "reasons", "answers", "details", "sentiment", "things", "turns", "names"])
def test_every_file_compiles(name: str) -> None:
    """And no section is empty: an empty one would match everything."""
    assert all(not pattern.fullmatch("") for pattern in load(name).values())


def test_a_line_before_any_section_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the remedy."""
    (tmp_path / "loose.txt").write_text("hello\n", encoding="utf-8")
    monkeypatch.setattr(patterns, "_ROOM", tmp_path)

    with pytest.raises(ValueError, match="put it under one"):
        load("loose")


def test_plurals_and_singulars_meet() -> None:
    """For every product of one word."""
    assert [name for name in products() if " " not in name and singular(plural(name)) != singular(name)] == []


def test_words_come_in_sets() -> None:
    """An unknown set is an error."""
    assert "blue" in word_set("colours")
    with pytest.raises(KeyError):
        word_set("none")
