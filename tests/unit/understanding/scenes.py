"""Scenes that the tests of understanding share: both stores, a third with letters, and an order with two pillows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from returnflow.understanding.model import Choice, Expecting, Hearing, LineName, NumberFormat, Scene, Understanding
from returnflow.understanding.reader import default_reader

TODAY = date(2026, 11, 21)
FORMATS = (NumberFormat("amazon", 17, (3, 7, 7)), NumberFormat("walmart", 15, (7, 8), "2000"), NumberFormat("shop", 8, (1, 7), "W", True))
STORES = {"amazon": ("amazon", "amazon dot com"), "walmart": ("walmart",), "shop": ("our shop", "maple street")}
LINES = (
    LineName("lamp", "Brass Desk Lamp", "home", 1),
    LineName("blue", "Velvet Pillow, Blue", "home", 2),
    LineName("gray", "Velvet Pillow, Gray", "home", 2),
)
ITEM_CHOICES = tuple(Choice(line.line_id, line.title) for line in LINES)
STORE_CHOICES = (Choice("amazon", "Amazon"), Choice("walmart", "Walmart"), Choice("shop", "Our own shop"))
CONTACT_CHOICES = (Choice("phone", "Phone"), Choice("text", "Text"), Choice("email", "E-mail"))
YES_NO_SLOTS = frozenset({"offer", "pass_on", "steps", "cancel", "contact_ok", "anything_else", "condition", "reason"})


def scene(slot: str = "", *, kind: str | None = None, choices: tuple[Choice, ...] = (), about: str | None = None, **given: Any) -> Scene:
    """A scene in which `slot` was asked; `given` replaces any field of it."""
    kind = kind or ("choice" if choices else "yes_no" if slot in YES_NO_SLOTS else "free")
    expecting = Expecting(slot, kind, choices, about=about) if slot else None
    return replace(Scene(TODAY, expecting, stores=STORES, formats=FORMATS), **given)


def read(text: str, slot: str = "", **given: Any) -> Understanding:
    """What the reader that ships makes of a text."""
    return default_reader().read(Hearing(text), scene(slot, **given))
