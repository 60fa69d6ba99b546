"""Where a return can go from where it is: one table, and what each place means to the customer."""

from __future__ import annotations

from collections.abc import Mapping

from returnflow.retail.model import ReturnStatus

S = ReturnStatus

MOVES: Mapping[ReturnStatus, tuple[ReturnStatus, ...]] = {
    S.REQUESTED: (S.APPROVED, S.REJECTED, S.CANCELLED, S.EXPIRED),
    S.APPROVED: (S.LABEL_SENT, S.IN_TRANSIT, S.RECEIVED, S.REFUNDED, S.CANCELLED, S.EXPIRED),
    S.LABEL_SENT: (S.IN_TRANSIT, S.RECEIVED, S.CANCELLED, S.EXPIRED),
    S.IN_TRANSIT: (S.RECEIVED, S.EXPIRED),
    S.RECEIVED: (S.INSPECTED, S.REFUNDED, S.REPLACED, S.REJECTED),
    S.INSPECTED: (S.REFUNDED, S.REPLACED, S.REJECTED),
    S.EXPIRED: (S.RECEIVED,),
    S.REFUNDED: (),
    S.REPLACED: (),
    S.REJECTED: (),
    S.CANCELLED: (),
}
"""Approved goes straight to refunded when the customer keeps the item; an expired return lives again when its parcel arrives."""

HOLDS_NO_UNITS = frozenset({S.CANCELLED, S.REJECTED, S.EXPIRED})
"""A return here leaves its units free to be returned anew."""

_SENTENCES: Mapping[ReturnStatus, str] = {
    S.REQUESTED: "is waiting for a person to approve it",
    S.APPROVED: "is set up, and the parcel has not been sent yet",
    S.LABEL_SENT: "has its label, and the parcel has not been sent yet",
    S.IN_TRANSIT: "is on its way to us",
    S.RECEIVED: "has arrived, and we are checking it",
    S.INSPECTED: "is checked, and the money is the next step",
    S.REFUNDED: "is refunded to the way you paid",
    S.REPLACED: "is done, and the replacement is on its way",
    S.REJECTED: "was not accepted after we looked at it",
    S.CANCELLED: "is cancelled, and nothing needs to be sent",
    S.EXPIRED: "has expired because no parcel arrived in time",
}


class MoveNotAllowed(Exception):
    """A return cannot go from `status` to `to`; the text lists where it can go."""

    def __init__(self, status: ReturnStatus, to: ReturnStatus) -> None:
        self.status, self.to, self.allowed = status, to, MOVES[status]
        choices = " or ".join(plain(each) for each in self.allowed)
        remedy = f"it can become {choices}" if choices else "nothing follows that"
        super().__init__(f"a return that is {plain(status)} cannot become {plain(to)}; {remedy}")


def plain(status: ReturnStatus) -> str:
    """The status in words: "label sent"."""
    return status.value.replace("_", " ")


def move(status: ReturnStatus, to: ReturnStatus) -> ReturnStatus:
    """`to`, when the table allows it. Raises MoveNotAllowed otherwise, also for a move to the same place."""
    if not can_move(status, to):
        raise MoveNotAllowed(status, to)
    return to


def can_move(status: ReturnStatus, to: ReturnStatus) -> bool:
    """Whether the table allows this move."""
    return to in MOVES[status]


def can_cancel(status: ReturnStatus) -> bool:
    """Whether the customer can still call it off."""
    return can_move(status, S.CANCELLED)


def describe(status: ReturnStatus) -> str:
    """What to tell the customer, to follow "Your return …"."""
    return _SENTENCES[status]
