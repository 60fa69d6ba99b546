"""How the customer sounds."""

from __future__ import annotations

import pytest

from tests.unit.understanding.scenes import read


@pytest.mark.parametrize(
    "said,mood",
    [
        ("I want to return a lamp", "calm"),
        ("OK", "calm"),
        ("it's driving me nuts", "annoyed"),
        ("I already told you", "annoyed"),
        ("your blender died after six weeks and I want my money back NOW", "angry"),
        ("this is ridiculous", "angry"),
        ("you are useless", "angry"),
        ("I WANT MY REFUND", "annoyed"),
        ("this damn toaster broke", "angry"),
    ],
)
def test_a_mood_is_heard(said: str, mood: str) -> None:
    """From words and capitals."""
    assert read(said).sentiment == mood


def test_swearing_at_a_thing_is_no_abuse() -> None:
    """Only people and the assistant can be insulted."""
    assert not read("this damn toaster broke").has("abuse")
    assert read("you idiot").has("abuse")
