"""Ending idle conversations and deleting what is past its time: real calls, a real database, a clock that is moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from returnflow.conversation.ports import Case, Purged
from returnflow.conversation.view import context_view
from returnflow.retail.verification import Limit
from returnflow.storage.database import SqlDatabase
from returnflow.storage.schema import metadata
from returnflow.tools.handoffs import claim_case, close_case
from returnflow.tools.packet_schema import HandoffPacket
from returnflow.tools.retention import ATTEMPTS, attempts_kept, end_idle, purge
from tests.calls import Call, House, memory_database, policies

KEEP = 30


class Home(House):
    """The house with its database by its own type, and the two tasks at hand."""

    database: SqlDatabase

    def end_idle(self) -> list[str]:
        return [each.context.session_id for each in end_idle(self.service, self.database, self.clock())]

    def purge(self, *, dry_run: bool = False, keep: int = KEEP) -> Purged:
        return purge(self.database, self.clock(), keep, dry_run=dry_run)

    def everything(self) -> str:
        """All that is stored, in one text."""
        with self.database.begin(write=False) as uow:
            return repr([tuple(row) for table in metadata.sorted_tables for row in uow.connection.execute(select(table))])


@pytest.fixture
def house() -> Home:
    made = Home(memory_database())
    made.seeded()
    return made


def a_return(house: House) -> Call:
    call = house.call()
    call.say("My headphones from Amazon crackle since the weekend, I want to send them back")
    call.give_order("amz.default inside window")
    for _ in range(6):
        if call.state["return"]:
            return call
        call.say("yes please")
    raise AssertionError(call.reply)


def a_case(house: House) -> Call:
    call = house.call()
    call.say("The parcel smelled of smoke and my cat ran away from it, can I talk to a person")
    call.say("text me at 207-555-0188")
    call.say("yes")
    assert call.state["status"] == "waiting_for_person", call.reply
    return call


def close(house: House, call: Call, note: str = "We sent a fresh one.") -> Case:
    reference = str(call.state["handoff"]["reference"])
    claim_case(house.database, reference, by="dana", now=house.clock())
    case = close_case(house.database, reference, by="dana", outcome="answered", note=note, now=house.clock())
    house.service.refresh_handoff(call.id)
    assert case is not None
    return case


def test_two_hours_without_a_turn_end_a_conversation(house: Home) -> None:
    """The unsettled one as abandoned, the settled one with the outcome it has; who just spoke and who waits for a person stay."""
    left, done, waiting = house.call(), a_return(house), a_case(house)
    left.say("I want to return my headphones")
    house.clock.forward(hours=1, minutes=59)
    here = house.call()
    assert house.end_idle() == []
    house.clock.forward(minutes=2)

    assert set(house.end_idle()) == {left.id, done.id}
    assert house.end_idle() == []
    states = {call.id: house.service.read(call.id) for call in (left, done, waiting, here)}
    assert {name: (each.context.status, each.context.outcome) for name, each in states.items() if each} == {
        left.id: ("ended", "abandoned"),
        done.id: ("ended", "done"),
        waiting.id: ("waiting_for_person", "passed_on"),
        here.id: ("active", None),
    }
    with house.database.begin(write=False) as uow:
        ended = {call.id: uow.sessions.get(call.id) for call in (left, here)}
    assert {name: each.ended_at for name, each in ended.items() if each} == {left.id: house.clock(), here.id: None}


def test_a_customer_who_comes_back_is_not_hung_up_on(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn between looking and ending counts."""
    call = house.call()
    house.clock.forward(hours=3)
    with house.database.begin(write=False) as uow:
        listed = uow.conversations.idle_since(house.clock())
    call.say("hello again, I want to return something")
    rounds = iter([listed, ()])
    monkeypatch.setattr("returnflow.tools.retention._idle", lambda *_: next(rounds))

    assert house.end_idle() == []
    assert call.say("headphones from Amazon")


def test_one_that_cannot_be_ended_does_not_keep_the_others_open(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left for the next run."""
    calls = [house.call() for _ in range(3)]
    house.clock.forward(hours=3)
    end = house.service.end

    def broken(session_id: str) -> datetime:
        if session_id == calls[0].id:
            raise ValueError("an older release stored this one")
        return end(session_id)

    monkeypatch.setattr(house.service, "end", broken)
    assert set(house.end_idle()) == {calls[1].id, calls[2].id}

    monkeypatch.undo()
    assert house.end_idle() == [calls[0].id]


def test_a_dry_run_tells_what_would_go_and_changes_nothing(house: Home) -> None:
    """The same counts as the run that follows."""
    a_return(house)
    close(house, a_case(house))
    house.clock.forward(days=31)
    before = house.everything()

    promised = house.purge(dry_run=True)

    assert house.everything() == before
    assert promised.conversations == 2
    assert min(promised.lines, promised.answers, promised.cases, promised.attempts) > 0
    assert house.purge() == promised
    assert house.purge() == house.purge(dry_run=True) == Purged()


def test_text_goes_and_the_books_stay(house: Home) -> None:
    """After thirty days nothing that was said is stored anywhere; order, return, refund and the case's facts are."""
    returned, passed_on = a_return(house), a_case(house)
    case = close(house, passed_on)
    rma = returned.state["return"]["rma"]
    with house.database.begin(write=False) as uow:
        kept = uow.returns.get(rma), uow.orders.newest()
    assert "crackle" in house.everything()
    assert "smoke" in house.everything()

    house.clock.forward(days=29, hours=23)
    assert replace(house.purge(), attempts=0) == Purged()
    house.clock.forward(hours=26)
    house.purge()

    left = house.everything()
    assert [word for word in ("crackle", "smoke", "my cat", "0188", "We sent a fresh one") if word in left] == []
    with house.database.begin(write=False) as uow:
        assert (uow.returns.get(rma), uow.orders.newest()) == kept
        stored = uow.handoffs.get(case.reference)
    assert stored is not None
    assert (stored.contact, stored.note, stored.notes, stored.packet["said"]) == (None, None, (), [])
    assert (stored.outcome, stored.packet["headline"]) == ("answered", case.packet["headline"])
    HandoffPacket.model_validate(stored.packet)


def test_a_conversation_without_its_text_can_still_be_read(house: Home) -> None:
    """With an empty history, and the return that it made."""
    call = a_return(house)
    rma = call.state["return"]["rma"]
    house.clock.forward(days=31)
    house.purge()

    snapshot = house.service.read(call.id)

    assert snapshot is not None
    view = context_view(snapshot.context, snapshot.history, snapshot.state)
    assert (view["conversation_history"], view["return"]["rma"]) == ([], rma)


def test_an_open_case_keeps_what_a_person_needs(house: Home) -> None:
    """However old: packet and contact stay until it has been closed for as long; the conversation's own text does not wait."""
    call = a_case(house)
    house.clock.forward(days=40)
    house.purge()
    with house.database.begin(write=False) as uow:
        case = uow.handoffs.for_session(call.id)
        assert uow.conversations.history(call.id) == ()
    assert case is not None
    assert case.packet["said"]

    closed = close(house, call)
    house.end_idle()
    house.clock.forward(days=29)
    assert house.purge().cases == 0
    house.clock.forward(days=2)

    assert house.purge().cases == 1
    assert str(closed.note) not in house.everything()


def test_answers_outlive_a_short_limit_until_the_session_is_over(house: Home) -> None:
    """With 0 days nothing is deleted that a session of 24 hours can still ask for again."""
    call = a_return(house)
    request = call.request(text="thanks, bye")
    answer = call.send(request)
    house.clock.forward(hours=23)

    assert house.purge(keep=0) == Purged()
    assert call.send(request).answer == answer.answer
    house.clock.forward(hours=2)
    assert house.purge(keep=0).conversations == 1


def test_attempts_are_kept_as_long_as_a_limit_looks_back(house: Home) -> None:
    """48 hours, or longer for a merchant whose own policy asks for it."""
    call = house.call()
    call.say("return headphones from Amazon")
    call.say("114-5567022-3499108, 10001, Smith")
    house.clock.forward(hours=47)
    assert house.purge().attempts == 0
    house.clock.forward(hours=2)
    assert house.purge(dry_run=True).attempts > 0
    assert purge(house.database, house.clock(), KEEP, dry_run=False, keep_attempts=timedelta(hours=72)).attempts == 0

    stores = list(policies().stores.values())
    longer = replace(stores[0], verification=replace(stores[0].verification, order=Limit(5, 72)))
    assert attempts_kept(stores) == ATTEMPTS
    assert attempts_kept([longer, *stores[1:]]) == timedelta(hours=72)
    assert attempts_kept([]) == ATTEMPTS
