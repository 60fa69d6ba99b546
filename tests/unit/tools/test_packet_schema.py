"""`handoff.v1`, field for field."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from returnflow.tools.packet_schema import HandoffPacket

FIELDS = (
    "schema case_number created_at due_at channel language headline reason_code rule_ids customer_wants verified contact order claims "
    "items decision quote if_approved_cents already_promised said tried risk mood next_step actions history_url definitions policy_version"
).split()


@pytest.fixture
def whole(packet: dict[str, Any]) -> dict[str, Any]:
    """The sample packet with what the desk fills in."""
    return {**packet, "case_number": "609148251", "created_at": "2026-11-21T23:14:05Z", "due_at": "2026-11-23T17:00:00Z"}


def test_the_sample_packet_fits_and_comes_back_in_reading_order(whole: dict[str, Any]) -> None:
    """Staff read the fields in the order that was designed, and nothing is lost."""
    document = HandoffPacket.model_validate(whole).document()

    assert list(document) == FIELDS
    assert {name: document[name] for name in ("headline", "if_approved_cents", "said")} == {
        name: whole[name] for name in ("headline", "if_approved_cents", "said")
    }
    assert HandoffPacket.model_validate(document).document() == document


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reason_code": "because"}, id="unknown-reason"),
        pytest.param({"case_number": "60914825"}, id="short-number"),
        pytest.param({"said": ["a", "b", "c", "d"]}, id="four-quotes"),
        pytest.param({"mood": {"value": "furious", "turn": 1}}, id="unknown-mood"),
        pytest.param({"verified": {"level": 3, "matched": [], "tries_used": 0}}, id="unknown-level"),
        pytest.param({"extra": True}, id="extra-field"),
    ],
)
def test_what_staff_do_not_know_is_refused(whole: dict[str, Any], change: dict[str, Any]) -> None:
    """Codes, sizes and fields outside the schema do not pass."""
    with pytest.raises(ValidationError):
        HandoffPacket.model_validate({**whole, **change})
