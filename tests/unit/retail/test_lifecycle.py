"""The moves of a return."""

from __future__ import annotations

import itertools

import pytest

from returnflow.retail.lifecycle import MOVES, MoveNotAllowed, can_cancel, describe, move
from returnflow.retail.model import ReturnStatus


def test_every_status_has_moves_and_words() -> None:
    """The table and the sentences know every status."""
    assert set(ReturnStatus) == set(MOVES)
    assert all(describe(status) for status in ReturnStatus)


@pytest.mark.parametrize("status, to", list(itertools.product(ReturnStatus, ReturnStatus)))
def test_only_the_tables_moves_are_made(status: ReturnStatus, to: ReturnStatus) -> None:
    """A move is made or refused, exactly as the table says."""
    if to in MOVES[status]:
        assert to is move(status, to)
    else:
        with pytest.raises(MoveNotAllowed):
            move(status, to)


@pytest.mark.parametrize("status", ReturnStatus)
def test_an_end_is_always_reachable(status: ReturnStatus) -> None:
    """From everywhere some path comes to a status that nothing follows."""
    reached, todo = set(), [status]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += MOVES[here]

    assert any(not MOVES[each] for each in reached)


def test_a_refusal_lists_what_is_possible() -> None:
    """The operator reads the way on in the error."""
    with pytest.raises(MoveNotAllowed, match="in transit cannot become refunded; it can become received or expired"):
        move(ReturnStatus.IN_TRANSIT, ReturnStatus.REFUNDED)
    with pytest.raises(MoveNotAllowed, match="nothing follows that"):
        move(ReturnStatus.REFUNDED, ReturnStatus.RECEIVED)


def test_a_return_can_be_cancelled_until_it_travels() -> None:
    """Nothing is called off once the parcel moves."""
    assert {ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.LABEL_SENT} == {each for each in ReturnStatus if can_cancel(each)}
