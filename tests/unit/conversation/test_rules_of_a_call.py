"""Rules that hold on every call: quote before commit, repair, corrections, digressions, and a person one turn away."""

from __future__ import annotations

import pytest

from tests.calls import House

HEADPHONES = "amz.default inside window"
PILLOWS = "wmm.default inside window"
TOWELS = "amz.default, several items and part of a quantity"
BLENDER = "amz.default past the deadline, it broke"


def to_the_offer(house: House, mode: str = "typed") -> object:
    call = house.call(mode)
    call.say("my headphones from amazon crackle")
    call.give_order(HEADPHONES)
    assert call.asked == "offer"
    return call


def returns_of(house: House) -> list[object]:
    with house.database.begin(write=False) as uow:
        return list(uow.returns.list())


def test_a_yes_before_the_offer_was_heard_brings_the_short_offer_again(house: House) -> None:
    """Interrupted after five characters: the customer does not know the amount yet."""
    call = to_the_offer(house, "spoken")

    call.event("interrupted", heard_chars=5)
    call.say("yes")

    assert returns_of(house) == []
    assert "$64.94" in call.reply
    call.say("yes")
    assert len(returns_of(house)) == 1


def test_a_yes_with_too_few_heard_characters_does_not_commit(house: House) -> None:
    """The count comes with the yes itself."""
    call = to_the_offer(house, "spoken")

    call.say("yes", heard_chars=12)

    assert returns_of(house) == []
    assert call.asked == "offer"


@pytest.mark.parametrize("words", ["I guess", "hmm not sure", "maybe"])
def test_a_doubtful_yes_is_asked_again(house: House, words: str) -> None:
    """Money is not moved on a maybe."""
    call = to_the_offer(house)

    call.say(words)

    assert returns_of(house) == []
    assert call.asked == "offer"


def test_a_yes_that_changes_something_gets_a_new_offer(house: House) -> None:
    """ "Yes, but" is not a yes."""
    call = house.call()
    call.say("the blue pillows from walmart are the wrong color")
    call.give_order(PILLOWS)
    call.say("two")
    assert call.asked == "offer"

    call.say("yes but also the lamp, it is broken")

    assert returns_of(house) == []
    assert call.asked == "offer"
    assert len(call.state["quote"]["lines"]) == 2


def test_a_reload_changes_nothing(house: House) -> None:
    """The state that is read back is the state that was answered."""
    call = to_the_offer(house)

    snapshot = house.service.read(call.id)

    assert snapshot is not None
    shown = {name: value for name, value in snapshot.state.items() if name != "cards"}
    assert shown == call.state
    assert snapshot.history[-1].content == call.reply


def test_a_policy_question_in_the_middle_comes_back_to_the_offer(house: House) -> None:
    """A digression is answered, then the open question comes in its short form."""
    call = to_the_offer(house)

    call.say("how long can I return a toaster at walmart?")

    assert "30 days" in call.reply
    assert "Back to your offer" in call.reply
    assert call.asked == "offer"
    call.say("yes")
    assert call.state["outcome"] == "done"


def test_the_items_can_be_changed_after_the_offer(house: House) -> None:
    """Change something → the items → other items → a fresh offer."""
    call = house.call()
    call.say("blue pillows from walmart, wrong color")
    call.give_order(PILLOWS)
    call.say("1")
    assert call.asked == "offer"

    call.tap("change")
    call.tap("items")
    assert call.asked == "items"
    call.say("the lamp")
    call.say("it arrived broken")

    assert [line["title"] for line in call.state["quote"]["lines"]] == ["Brass table lamp"]


def test_another_order_number_starts_the_proof_again_and_keeps_what_was_said(house: House) -> None:
    """A corrected order number takes back the order, not the reason."""
    call = to_the_offer(house)

    call.say(f"sorry, the order is {house.demos[TOWELS]['order_number']}")
    assert call.asked == "zip"
    call.say(f"{house.demos[TOWELS]['zip']}, {house.demos[TOWELS]['last_name']}")

    assert call.asked == "items"


def test_go_back_goes_one_step_back(house: House) -> None:
    """From the offer to the items, from there to the order."""
    call = to_the_offer(house)

    call.say("go back")
    assert call.asked in ("items", "reason")
    call.say("go back")

    assert call.asked == "order_number"


def test_start_over_asks_first_and_keeps_a_return_that_is_set_up(house: House) -> None:
    """Forgetting is confirmed; what is stored stays stored."""
    call = to_the_offer(house)
    call.say("yes")

    call.say("start over")
    assert call.asked == "start_over"
    call.say("yes")

    assert call.asked == "journey"
    assert len(returns_of(house)) == 1


def test_a_wrong_zip_and_a_wrong_number_sound_alike(house: House) -> None:
    """No oracle: the same sentence, whatever is wrong."""
    order = house.demos[HEADPHONES]
    wrong_zip, wrong_number = house.call(), house.call()
    for call in (wrong_zip, wrong_number):
        call.say("return headphones from amazon, they crackle")

    wrong_zip.say(f"{order['order_number']}, 10001, {order['last_name']}")
    wrong_number.say(f"90000000000000000, {order['zip']}, {order['last_name']}")

    assert wrong_zip.reply == wrong_number.reply
    assert wrong_zip.state["slots"][0] == wrong_number.state["slots"][0]


def test_three_failed_checks_lead_to_a_person_and_show_no_order(house: House) -> None:
    """The limit is not a wall: the case carries what was said as claims."""
    order = house.demos[HEADPHONES]
    call = house.call()
    call.say("return headphones from amazon, they crackle")
    call.say(f"{order['order_number']}, 10001, {order['last_name']}")
    call.say("the ZIP is 10002")
    call.say("the ZIP is 10003")
    assert call.asked == "contact_by"
    call.tap("page")

    assert call.state["handoff"]["reason"] == "verification_failed"
    with house.database.begin(write=False) as uow:
        packet = uow.handoffs.get(call.state["handoff"]["reference"]).packet
    assert packet["order"] is None
    assert packet["claims"]["order_number"] == "…9108"


def test_a_misheard_digit_is_repaired_with_zip_and_name_right(house: House) -> None:
    """One wrong digit with both other facts exact is repair, not a failed attempt."""
    order = house.demos[HEADPHONES]
    call = house.call()
    call.say("return headphones from amazon, they crackle")
    wrong = order["order_number"][:-1] + "1"

    call.say(f"{wrong}, {order['zip']}, {order['last_name']}")

    assert call.asked == "offer"
    assert "ending 9108" in call.reply


@pytest.mark.parametrize("words", ["agent", "human", "let me talk to a representative"])
def test_a_person_is_one_turn_away_with_one_question(house: House, words: str) -> None:
    """Honoured the first time; the only question is how to reach the customer."""
    call = house.call()

    call.say(words)

    assert call.state["agent"] == "human_handoff"
    assert call.asked == "contact_by"


def test_repeat_says_the_last_answer_again(house: House) -> None:
    """Word for word."""
    call = to_the_offer(house)
    offered = call.reply

    call.say("can you repeat that?")

    assert call.reply == offered


def test_wordings_differ_on_the_second_and_third_try_and_then_a_person_is_offered(house: House) -> None:
    """Never the same question twice in a row when it was not understood."""
    call = house.call()
    call.say("I want to return something from amazon")

    replies = [call.reply, call.say("purple"), call.say("purple monkey"), call.say("mauve")]

    assert len(set(replies)) == 4
    assert call.asked == "pass_on"


def test_silence_is_answered_in_spoken_mode_only(house: House) -> None:
    """The ladder: the short question, take your time, a pause; typed mode has none."""
    spoken, typed = house.call("spoken"), house.call("typed")

    assert spoken.event("silence") != ""
    assert "Take your time" in spoken.event("silence")
    assert "wait" in spoken.event("silence")
    assert typed.event("silence") == ""


def test_a_card_number_is_refused_and_kept_nowhere(house: House) -> None:
    """Dropped from the history, the context and the packet."""
    call = house.call()

    call.say("return headphones, my card is 4111 1111 1111 1111")

    assert "card numbers" in call.reply
    snapshot = house.service.read(call.id)
    assert snapshot is not None
    assert "4111" not in str(snapshot)


def test_even_exchange_refunds_nothing(house: House) -> None:
    """The same product at the same price."""
    call = house.call()
    call.say("I'd like to exchange my headphones from amazon, they crackle")
    call.give_order(HEADPHONES)
    call.say("yes")

    assert call.state["return"]["kind"] == "exchange"
    assert call.state["return"]["refund_cents"] == 0


def test_an_exchange_for_another_size_goes_to_a_person(house: House) -> None:
    """A price difference is nothing a machine settles."""
    call = house.call()
    call.say("I'd like to exchange my running shoes from amazon for a bigger size")
    call.give_order("amz.default, one day left")

    assert call.asked == "pass_on"


def test_status_and_cancelling_in_a_later_call(house: House) -> None:
    """The return made in one call is found, told and cancelled in the next."""
    first = to_the_offer(house)
    first.say("yes")
    rma = first.state["return"]["rma"]
    second = house.call()

    second.say("where is my refund? it's an amazon order")
    second.give_order(HEADPHONES)
    assert second.state["return"]["rma"] == rma
    second.say("please cancel my return")
    assert second.asked == "cancel"
    second.say("yes")

    assert second.state["return"]["status"] == "cancelled"


def test_what_is_already_on_its_way_back_cannot_go_back_twice(house: House) -> None:
    """The units are taken; the customer hears where the return stands."""
    first = to_the_offer(house)
    first.say("yes")
    second = house.call()

    second.say("return my headphones from amazon, they crackle")
    second.give_order(HEADPHONES)

    assert "on its way back" in second.reply
    assert len(returns_of(house)) == 1


def test_an_order_in_the_link_is_used_and_still_proven(house: House) -> None:
    """A prefilled number saves the typing, not the proof."""
    call = house.call(order_number="114-5567022-3499108")

    call.say("they crackle, I want to return them")

    assert call.asked == "zip"


def test_a_note_to_an_open_case_is_kept_without_personal_data(house: House) -> None:
    """While waiting, everything said is added to the case."""
    call = house.call()
    call.say("agent please")
    call.tap("page")

    call.say("tell them my e-mail is ann@example.com")

    with house.database.begin(write=False) as uow:
        notes = uow.handoffs.get(call.state["handoff"]["reference"]).notes
    assert len(notes) == 1
    assert "ann@example.com" not in notes[0]


def test_the_only_item_under_another_name_is_asked_about_not_taken(house: House) -> None:
    """A toaster on an order of headphones: a yes or no, and a yes is understood."""
    call = house.call()
    call.say("my toaster from amazon burns everything")
    call.give_order(HEADPHONES)
    assert call.asked == "only_one"

    call.say("yes")

    assert call.asked in ("reason", "offer")


def test_a_second_return_in_the_same_call_knows_what_the_first_took(house: House) -> None:
    """The units are taken at once, not only in the next call."""
    call = to_the_offer(house)
    call.say("yes")

    call.say("I want to return the headphones too, they crackle")

    assert "on its way back" in call.reply
    assert len(returns_of(house)) == 1


def test_a_cancelled_return_frees_its_items_in_the_same_call(house: House) -> None:
    """Cancelled, then set up again: a new number."""
    call = to_the_offer(house)
    call.say("yes")
    first = call.state["return"]["rma"]
    call.say("please cancel my return")
    call.say("yes")

    call.say("I want to return my headphones after all, they crackle")
    call.say("yes")

    assert call.state["return"]["rma"] != first
    assert [each.status.value for each in returns_of(house)].count("cancelled") == 1
