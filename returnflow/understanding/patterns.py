"""Wordings kept as data: files of regular expressions in sections, read once. The format is described at the head of each file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_ROOM = Path(__file__).with_name("vocabulary")
_SECTION = re.compile(r"\[([^\]]+)\]")
_PART = re.compile(r"@(\w+) = (.+)")


@cache
def load(name: str, *, whole: bool = False) -> dict[str, re.Pattern[str]]:
    """The sections of `vocabulary/<name>.txt`, in file order, each as one pattern that starts at a word.

    With `whole` every alternative must end at a word's end too. Raises ValueError for a line outside a section.
    """
    parts: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in (_ROOM / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        head, part = _SECTION.fullmatch(line), _PART.fullmatch(line)
        if head:
            current = sections.setdefault(head.group(1), [])
        elif part:
            parts[part.group(1)] = part.group(2)
        elif current is None:
            raise ValueError(f"vocabulary/{name}.txt: {line!r} stands before any [section]; put it under one")
        else:
            current.append(re.sub(r"<(\w+)>", lambda match: parts[match.group(1)], line))
    end = r"\b" if whole else ""
    return {title: re.compile(rf"\b(?:{'|'.join(lines)}){end}") for title, lines in sections.items()}
