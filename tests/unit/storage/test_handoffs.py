"""Cases for a person, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from returnflow.conversation.ports import ReferenceTaken
from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW, make_case

LATER = NOW + timedelta(hours=1)


def test_a_case_comes_back_as_it_was_stored(database: SqlDatabase) -> None:
    """Packet, contact and the customer's notes, by number and by session."""
    made = make_case(notes=("it also smells",))
    with database.begin(write=True) as work:
        work.handoffs.add(make_case("111111116", created_at=NOW - timedelta(days=1), contact=None))
        work.handoffs.add(made)
        work.handoffs.add_note(made.reference, "please call after five")
        expected = replace(made, notes=("it also smells", "please call after five"))

        assert work.handoffs.get(made.reference) == expected
        assert work.handoffs.for_session("s1") == expected
        assert work.handoffs.get("0") is None
        assert work.handoffs.for_session("s2") is None


def test_a_number_in_use_is_refused(database: SqlDatabase) -> None:
    """The transaction goes on with another number."""
    with database.begin(write=True) as work:
        work.handoffs.add(make_case())
        with pytest.raises(ReferenceTaken):
            work.handoffs.add(make_case(headline="another"))

        assert work.handoffs.add(make_case("111111116")).reference == "111111116"


def test_what_is_due_first_comes_first(database: SqlDatabase) -> None:
    """By status, limited."""
    with database.begin(write=True) as work:
        for reference, hours in (("1", 3), ("2", 1), ("3", 2)):
            work.handoffs.add(make_case(reference, due_at=NOW + timedelta(hours=hours)))
        work.handoffs.claim("3", "dana", LATER)

        assert [case.reference for case in work.handoffs.list()] == ["2", "3", "1"]
        assert [case.reference for case in work.handoffs.list("open", limit=1)] == ["2"]
        assert [case.reference for case in work.handoffs.list("claimed")] == ["3"]


def test_what_is_closed_comes_last(database: SqlDatabase) -> None:
    """Old closed cases never push the open ones off the list."""
    with database.begin(write=True) as work:
        for reference, hours in (("1", 3), ("2", 1), ("3", 2)):
            work.handoffs.add(make_case(reference, due_at=NOW + timedelta(hours=hours)))
        work.handoffs.close("2", "answered", "", LATER)
        work.handoffs.claim("1", "dana", LATER)

        assert [case.reference for case in work.handoffs.list()] == ["3", "1", "2"]
        assert [case.reference for case in work.handoffs.list(limit=2)] == ["3", "1"]


def test_a_case_is_claimed_by_one(database: SqlDatabase) -> None:
    """The first wins and may ask again; nobody else gets it, and nobody gets what is not there."""
    with database.begin(write=True) as work:
        work.handoffs.add(make_case())
        won = work.handoffs.claim("609148251", "dana", LATER)

        assert won == make_case(status="claimed", claimed_by="dana", claimed_at=LATER)
        assert work.handoffs.claim("609148251", "sam", LATER) is None
        assert work.handoffs.claim("609148251", "dana", LATER + timedelta(hours=1)) == won
        assert work.handoffs.claim("0", "dana", LATER) is None


def test_a_case_is_closed_once(database: SqlDatabase) -> None:
    """The first outcome stays, and a closed case cannot be claimed."""
    with database.begin(write=True) as work:
        work.handoffs.add(make_case())
        closed = work.handoffs.close("609148251", "approved", "as a goodwill", LATER)

        assert closed == make_case(status="closed", closed_at=LATER, outcome="approved", note="as a goodwill")
        assert work.handoffs.close("609148251", "declined", "no", LATER) is None
        assert work.handoffs.claim("609148251", "dana", LATER) is None
        assert work.handoffs.close("0", "approved", "", LATER) is None
        assert work.handoffs.get("609148251") == closed
