"""What the `slots` table may hold: the table is for counting and for the timeline, so personal values are masked in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from returnflow.privacy import mask_email, mask_order_number, mask_phone, redact
from returnflow.storage.types import clean


def _given(_value: str) -> str:
    return "given"


def _contact(value: str) -> str:
    return mask_email(value) if "@" in value else mask_phone(value)


_MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "zip": _given,
    "last_name": _given,
    "first_name": _given,
    "name": _given,
    "identity": _given,
    "order_number": mask_order_number,
    "phone": mask_phone,
    "email": mask_email,
    "contact": _contact,
}


def stored_slot(name: str, value: Any) -> str:
    """The value as text: masked when the slot is personal by its name, else redacted by pattern."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return clean(_MASKS.get(name, redact)(text))
