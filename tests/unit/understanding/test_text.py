"""Texts: tokens keep their places, whatever the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from returnflow.understanding.text import Utterance, tokenise


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say(text: str) -> None:
    """In order, inside the text, never overlapping."""
    end = 0
    for token in tokenise(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(st.text(max_size=200))
def test_clauses_cover_every_word_once(text: str) -> None:
    """No word is lost between them."""
    utterance = Utterance(text)

    assert [place for first, end in utterance.clauses for place in range(first, end)] == list(range(len(utterance.words)))


def test_plain_words_find_their_way_back() -> None:
    """A span of the plain words is quoted as it was said."""
    utterance = Utterance("Um, it's the Blue one!")

    assert utterance.plain == "its the blue one"
    assert utterance.said_plain(utterance.plain.index("the"), len(utterance.plain)) == "the Blue one"
    assert utterance.said(3, 3) == ""


def test_other_digits_are_digits() -> None:
    """Arabic-Indic digits and curly apostrophes become plain ones."""
    assert [token.low for token in tokenise("٣٤ it’s")] == ["34", "its"]


def test_marks_inside_numbers_end_no_clause() -> None:
    """2,000 is one thing."""
    assert len(Utterance("2,000 lamps").clauses) == 1
    assert len(Utterance("lamps, pillows").clauses) == 2
