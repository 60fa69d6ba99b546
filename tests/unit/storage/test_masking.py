"""What the slots table may hold."""

from __future__ import annotations

from typing import Any

import pytest

from returnflow.storage.masking import stored_slot


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("zip", "04101", "given"),
        ("last_name", "Núñez", "given"),
        ("order_number", "114-7781203-5569108", "…9108"),
        ("phone", "207-555-0188", "•••-•••-0188"),
        ("contact", "jane@gmail.com", "j•••@g•••"),
        ("contact", "2075550188", "•••-•••-0188"),
        ("quantity", 2, "2"),
        ("items", ["blue mug"], '["blue mug"]'),
        ("note", "ZIP 04101", "ZIP [number]"),
        ("reason", "DAMAGED", "DAMAGED"),
    ],
)
def test_personal_slots_are_masked(name: str, value: Any, expected: str) -> None:
    """By their name; anything else is redacted by pattern."""
    assert stored_slot(name, value) == expected
