"""One turn happens once: repeats, reuse, races, several processes, ends."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from returnflow.conversation.effects import CreateReturn
from returnflow.conversation.service import TurnResult
from returnflow.errors import NotFound, SessionEnded, TurnConflict, TurnIdReused
from returnflow.retail.model import ReturnStatus
from tests.calls import Call, House

HEADPHONES = "amz.default inside window"


def offered(house: House) -> Call:
    call = house.call()
    call.say("my headphones from amazon crackle")
    call.give_order(HEADPHONES)
    return call


def count_returns(house: House) -> int:
    with house.database.begin(write=False) as uow:
        return len(uow.returns.list())


def test_a_repeated_turn_gets_the_stored_answer_and_changes_nothing(house: House) -> None:
    """Same id and body: word for word, `replayed`, and one return."""
    call = offered(house)
    request = call.request(text="yes")

    first, again = call.send(request), call.send(request)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.answer == first.answer
    assert count_returns(house) == 1


def test_a_repeat_is_answered_after_the_end_too(house: House) -> None:
    """The client that missed the last answer still gets it."""
    call = offered(house)
    request = call.request(text="yes")
    call.send(request)
    house.service.end(call.id)

    assert call.send(request).replayed


def test_the_same_turn_id_with_another_body_is_refused(house: House) -> None:
    """409 turn_id_reused."""
    call = offered(house)
    call.send(call.request(text="yes", turn_id="once"))

    with pytest.raises(TurnIdReused):
        call.send(call.request(text="no", turn_id="once"))


def test_an_unknown_session_is_not_found(house: House) -> None:
    """No conversation, no answer."""
    call = house.call()

    with pytest.raises(NotFound):
        house.service.handle_turn("nobody", call.request(text="hello"))


def test_an_ended_conversation_takes_no_new_turns(house: House) -> None:
    """409 session_ended."""
    call = house.call()
    house.service.end(call.id)

    with pytest.raises(SessionEnded):
        call.say("hello")


def test_two_processes_serve_alternate_turns_of_one_call(house: House) -> None:
    """Nothing of a call lives in a process."""
    call = house.call()
    processes = [house.another_process(), house.another_process()]
    order = house.demos[HEADPHONES]

    for number, text in enumerate(["headphones from amazon, they crackle", order["order_number"], order["zip"], order["last_name"], "yes"]):
        call.service = processes[number % 2]
        call.say(text)

    assert call.state["outcome"] == "done"


def test_concurrent_yeses_make_one_return(house: House) -> None:
    """Eight threads say yes with ids of their own: one return, and everyone hears its number or a question."""
    call = offered(house)
    requests = [call.request(text="yes") for _ in range(8)]
    results: list[TurnResult | Exception] = []

    def send(request: Any) -> None:
        try:
            results.append(house.service.handle_turn(call.id, request))
        except TurnConflict as error:
            results.append(error)

    threads = [threading.Thread(target=send, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count_returns(house) == 1
    assert sum(isinstance(result, TurnResult) for result in results) >= 1


def test_the_same_turn_sent_twice_at_once_is_answered_once(house: House) -> None:
    """A double click: two equal answers, one turn."""
    call = offered(house)
    request = call.request(text="yes")
    results: list[TurnResult] = []
    threads = [threading.Thread(target=lambda: results.append(house.service.handle_turn(call.id, request))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({str(result.answer) for result in results}) == 1
    assert sum(not result.replayed for result in results) == 1


def test_a_failure_in_the_middle_of_a_turn_leaves_nothing_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool made the return, then something broke: no return, no turn, and the customer may simply say yes again."""
    call = offered(house)
    run = house.tools.run

    def breaks(effect: object, uow: Any, now: Any) -> object:
        outcome = run(effect, uow, now)
        if isinstance(effect, CreateReturn):
            raise RuntimeError("power cut")
        return outcome

    monkeypatch.setattr(house.tools, "run", breaks)
    request = call.request(text="yes")
    with pytest.raises(RuntimeError):
        call.send(request)
    monkeypatch.undo()

    assert count_returns(house) == 0
    assert not call.send(request).replayed
    assert count_returns(house) == 1


def test_ending_is_idempotent_and_abandons_what_was_not_settled(house: House) -> None:
    """The first end stays."""
    call = offered(house)

    first = house.service.end(call.id)
    house.clock.forward(minutes=5)

    assert house.service.end(call.id) == first
    snapshot = house.service.read(call.id)
    assert snapshot is not None
    assert snapshot.context.outcome == "abandoned"


def test_a_goodbye_ends_the_session_too(house: House) -> None:
    """The bearer is read-only from then on, as after an end by the page."""
    call = house.call()
    call.say("goodbye")

    with house.database.begin(write=False) as uow:
        session = uow.sessions.get(call.id)
    assert call.state["status"] == "ended"
    assert session is not None
    assert session.ended_at == house.clock()


def test_without_keeping_text_no_word_is_stored(house: House) -> None:
    """`RETURNFLOW_KEEP_TEXT_DAYS=0`."""
    silent = House(keep_text=False).seeded()
    call = silent.call()
    call.say("my headphones crackle")

    snapshot = silent.service.read(call.id)
    assert snapshot is not None
    assert snapshot.history == ()


def test_history_holds_no_personal_data(house: House) -> None:
    """Order number, ZIP, name and contact are redacted before they are stored."""
    call = house.call()
    call.say("my headphones from amazon crackle, agent")
    call.say("text 404 555 0188")
    call.say("yes")
    other = house.call()
    other.say("headphones from amazon crackle")
    other.give_order(HEADPHONES)

    for each in (call, other):
        snapshot = house.service.read(each.id)
        assert snapshot is not None
        told = " ".join(entry.content for entry in snapshot.history)
        for secret in ("11455670223499108", "97214", "Reyes", "404-555-0188", "404 555 0188", "4045550188"):
            assert secret not in told


def test_a_person_claims_answers_and_closes_in_the_customers_conversation(house: House) -> None:
    """Claimed: the assistant is silent. Closed: the note is there and the assistant is back."""
    call = house.call()
    call.say("agent")
    call.tap("page")
    reference = call.state["handoff"]["reference"]
    with house.database.begin(write=True) as uow:
        uow.handoffs.claim(reference, "dana", house.clock())
        uow.commit()
    house.service.refresh_handoff(call.id, message=("dana", "Hello, Dana here."))

    assert call.say("hi Dana") == ""
    assert call.state["status"] == "with_person"

    with house.database.begin(write=True) as uow:
        uow.handoffs.close(reference, "done", "Label sent.", house.clock())
        uow.commit()
    house.service.refresh_handoff(call.id)
    snapshot = house.service.read(call.id)
    assert snapshot is not None
    assert snapshot.state["handoff"]["note"] == "Label sent."
    assert snapshot.context.status == "active"
    assert any(entry.role == "person" for entry in snapshot.history)


def test_what_is_said_while_a_person_has_the_case_goes_to_the_case(house: House) -> None:
    """The assistant is silent; the person still reads it."""
    call = house.call()
    call.say("agent")
    call.tap("page")
    reference = call.state["handoff"]["reference"]
    with house.database.begin(write=True) as uow:
        uow.handoffs.claim(reference, "dana", house.clock())
        uow.commit()
    house.service.refresh_handoff(call.id)

    assert call.say("the model number is XK-22") == ""
    with house.database.begin(write=False) as uow:
        case = uow.handoffs.get(reference)
    assert case is not None
    assert case.notes == ("the model number is XK-22",)


def test_a_return_that_staff_moved_is_shown_as_it_is(house: House) -> None:
    """A reload reads the record, not the memory of it."""
    call = offered(house)
    call.say("yes")
    with house.database.begin(write=True) as uow:
        uow.returns.move(call.state["return"]["rma"], ReturnStatus.RECEIVED, by="dana", at=house.clock())
        uow.commit()

    snapshot = house.service.read(call.id)

    assert snapshot is not None
    assert snapshot.state["return"]["status"] == "received"
    assert snapshot.state["return"]["slip"] is None


def test_a_contact_that_is_read_back_is_nowhere_in_the_stored_context(house: House) -> None:
    """Not even in the last reply, which "say it again" uses."""
    call = house.call()
    call.say("get me a person")
    call.say("text 207-555-0188")
    assert "207-555-0188" in call.reply

    with house.database.begin(write=False) as uow:
        stored = uow.conversations.load(call.id)
    assert stored is not None
    assert "207-555-0188" not in str(replace(stored.context, private={}))
    assert "0188" in call.say("can you repeat that?")


def test_an_agent_whose_file_is_gone_is_replaced_by_the_router(house: House) -> None:
    """A deploy in the middle of a call is no dead end."""
    call = offered(house)
    with house.database.begin(write=True) as uow:
        stored = uow.conversations.load(call.id)
        assert stored is not None
        uow.conversations.save(replace(stored.context, current_agent="retired_agent"), stored.version, None)
        uow.commit()

    call.say("yes")

    assert call.state["outcome"] == "done"
