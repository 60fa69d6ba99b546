"""Names: with a cue, bare when asked for, spelled."""

from __future__ import annotations

import pytest

from tests.unit.understanding.scenes import read


@pytest.mark.parametrize(
    "said,slot,last,first",
    [
        ("Reyes", "last_name", "Reyes", None),
        ("reyes", "last_name", "Reyes", None),
        ("nine seven two one four, Reyes", "identity", "Reyes", None),
        ("97214 reyes", "identity", "Reyes", None),
        ("it's under Kowalczyk", "identity", "Kowalczyk", None),
        ("my name is Ann Reyes", "", "Reyes", "Ann"),
        ("yes im blair waldorf", "", "Waldorf", "Blair"),
        ("This is Dana Miller", "", "Miller", "Dana"),
        ("her name is maria de la cruz", "", "De La Cruz", "Maria"),
        ("the last name is Smith and the zip is 30309", "identity", "Smith", None),
        ("O'Brien", "last_name", "O'Brien", None),
        ("Brown", "last_name", "Brown", None),
        ("K as in kite, O as in Oscar, W as in whiskey", "last_name", "Kow", None),
        ("kilo oscar whiskey", "last_name", "Kow", None),
        ("double u o o d", "last_name", "Wood", None),
        ("M, I, double L, E, R", "last_name", "Miller", None),
        ("six oh six one four. Kowalczyk. K, O, W, A, L, C, Z, Y, K", "identity", "Kowalczyk", None),
        ("Kowalchik, that's K O W A L C Z Y K", "identity", "Kowalczyk", None),
    ],
)
def test_a_name_is_found(said: str, slot: str, last: str | None, first: str | None) -> None:
    """Spelling wins over what the recogniser wrote."""
    values = read(said, slot).values

    assert (values.get("last_name"), values.get("first_name")) == (last, first)


@pytest.mark.parametrize(
    "said,slot",
    [
        ("I don't know", "last_name"),
        ("can you repeat that", "identity"),
        ("what do you need that for", "last_name"),
        ("wait a second", "identity"),
        ("this is ridiculous", ""),
        ("amazon. this is ridiculous I already told your chat thing", "store"),
        ("I'm confused", ""),
        ("i am angry", "identity"),
        ("yes", "last_name"),
        ("the blue one", "identity"),
        ("I want a human", "identity"),
        ("it's broken", ""),
    ],
)
def test_other_words_are_no_name(said: str, slot: str) -> None:
    """Asked for a name or not."""
    assert "last_name" not in read(said, slot).values


def test_a_name_beside_the_zip_is_taken_although_not_asked_for() -> None:
    """They know that we are going to ask."""
    heard = read("114-7781203-5567890 and it's 30309, Brooks, I know you're gonna ask", "order_number")

    assert heard.values["last_name"] == "Brooks"
