"""Things as a person would say them: short titles, joined lists."""

from __future__ import annotations

from collections.abc import Sequence


def short_title(title: str) -> str:
    """A title as a person would say it: up to the first comma, bracket or dash, at most five words."""
    for mark in (",", " - ", " – ", "(", "|", ";"):
        title = title.split(mark)[0]
    return " ".join(title.split()[:5]).strip()


def joined(things: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"
