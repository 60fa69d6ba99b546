"""Where an utterance takes itself back."""

from __future__ import annotations

import pytest

from returnflow.understanding.corrections import last_word
from returnflow.understanding.text import Utterance


@pytest.mark.parametrize(
    "said,parts",
    [
        ("the gray no wait the blue", ["the gray ", "no wait the blue"]),
        ("two actually three", ["two ", "actually three"]),
        ("the lamp", ["the lamp"]),
        ("no the blue one", ["no the blue one"]),
        ("there was no charger", ["there was no charger"]),
        ("I'm sorry it broke", ["im sorry it broke"]),
        ("I can't wait", ["i cant wait"]),
    ],
)
def test_a_turning_word_cuts(said: str, parts: list[str]) -> None:
    """Unless it stands first or is no turn at all."""
    plain = Utterance(said).plain

    assert [plain[part.start : part.end] for part in last_word(Utterance(said))] == parts


def test_all_parts_but_the_first_correct() -> None:
    """They replace what came before."""
    assert [part.corrects for part in last_word(Utterance("red no blue no green"))] == [False, True, True]
