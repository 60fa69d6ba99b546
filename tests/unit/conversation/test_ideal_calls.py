"""The ideal calls of experience.md section 1, word for word from the customer's side, with the real tools and database."""

from __future__ import annotations

from tests.calls import House


def test_a_simple_return_takes_five_turns_and_quotes_to_the_cent(house: House) -> None:
    """Headphones that crackle: order, proof, offer, yes, goodbye, with every number from the record."""
    call = house.call("spoken")

    call.say("my headphones from amazon they crackle it's driving me nuts")
    assert "headphones" in call.reply
    assert call.asked == "order_number"
    call.say("one one four, five five six seven oh two two, three four nine nine one oh eight")
    assert "ending 9108" in call.reply
    call.say("nine seven two one four, Reyes")
    assert "$64.94" in call.reply
    assert "Sunday, November 29" in call.reply
    call.say("yes please", heard_chars=10_000)
    call.say("no that's it")

    assert call.state["status"] == "ended"
    assert call.state["outcome"] == "done"
    assert call.state["return"]["refund_cents"] == 6494
    assert call.agents == ("initial_router", "amazon_verification", "amazon_processing")


def test_several_items_with_a_correction_and_a_question_in_the_middle(house: House) -> None:
    """A lamp and two blue pillows out of four: nothing said is asked again, the narrowed quote comes and goes."""
    call = house.call("spoken")

    call.say("I bought some stuff at Walmart, lamp is broken, and pillows, wrong color")
    call.say("two thousand one three four two … wait I get my glasses")
    assert "first 8" in call.reply
    call.say("okay. seven zero four eight four one two")
    call.say("six oh six one four. Kowalczyk. K, O, W, A, L, C, Z, Y, K")
    assert call.asked == "items"
    call.say("the gray. both. no wait, the blue, two blue ones")
    assert "$63.69" in call.reply
    call.say("how much for only lamp")
    assert "$37.77" in call.reply
    call.say("both")
    assert "$63.69" in call.reply
    call.say("yes")

    lines = {line["title"]: line["quantity"] for line in call.state["return"]["lines"]}
    assert lines == {"Brass table lamp": 1, "Blue pillow": 2}
    assert call.state["return"]["refund_cents"] == 6369


def test_too_late_and_angry_ends_with_a_person_who_knows_it_all(house: House) -> None:
    """After the deadline a fault goes to a person: with the facts, the contact and a promise from the opening hours."""
    call = house.call("spoken")

    call.say("your blender died after six weeks and I want my money back NOW")
    call.say("amazon. this is ridiculous I already told your chat thing")
    call.say("114-7781203-5567890 and it's 30309, Brooks, I know you're gonna ask")
    assert "November 1" in call.reply
    call.say("so you're saying no. are you even a person")
    assert "automated assistant" in call.reply
    call.say("ugh FINE. get me someone")
    call.say("text. four oh four, five five five, oh one eight eight")
    assert "404-555-0188" in call.reply
    call.say("yeah")

    assert call.state["status"] == "waiting_for_person"
    assert call.state["outcome"] == "passed_on"
    assert call.state["handoff"]["reason"] == "fault_after_deadline"
    assert call.state["handoff"]["due_at"] == "2026-11-23T17:00:00Z"
    assert call.state["handoff"]["contact"] == "•••-•••-0188"
    with house.database.begin(write=False) as uow:
        packet = uow.handoffs.get(call.state["handoff"]["reference"]).packet
    assert packet["reason_code"] == "out_of_window"
    assert packet["mood"]["value"] == "upset"
    assert packet["if_approved_cents"] == 8639
    assert packet["verified"]["matched"] == ["order_number", "zip", "last_name"]


def test_an_order_that_amazon_handles_ends_with_the_steps_and_no_return_number(house: House) -> None:
    """Capability is decided per order: where no return can be created, none is claimed."""
    call = house.call()

    call.say("I want to send back the earbuds from amazon, I don't need them")
    call.give_order("amz.default, sold by Amazon: how to do it")
    assert call.asked == "steps"
    call.say("fine")

    assert call.state["outcome"] == "instructed"
    assert call.state["return"] is None
    assert "steps" in call.cards
