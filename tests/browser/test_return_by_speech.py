"""Talking: the recogniser and the voice are scripted at their browser API, all above it is real."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.customer import Customer
from tests.browser.orders import Order

GREETING_ENDS = "send back"


def test_a_whole_return_is_spoken(customer: Customer, headphones: Iterator[Order]) -> None:
    """Spoken words lead to a return number; interim words show; turns carry what was heard and how much was spoken."""
    order = next(headphones)
    customer.with_scripted_speech().opens().starts_talking()
    customer.page.evaluate("scripted.interim('my headphones')")
    expect(customer.page.locator("#interim")).to_have_text("my headphones…")

    customer.says("my headphones from amazon crackle I want to send them back")
    customer.says(order.spoken_number).says(order.spoken_proof)
    customer.expects_state("listening")
    expect(customer.card("offer")).to_be_visible()
    customer.says("yes please")

    expect(customer.card("slip")).to_contain_text("Return number")
    yes = customer.turns[-1]
    assert yes["mode"] == "spoken"
    assert yes["heard"] == ["yes please"]
    assert yes["alternatives"][0] == {"text": "yes please", "confidence": 0.92}
    assert yes["heard_chars"] > 40
    assert "Done." in customer.page.evaluate("scripted.spoken()")


def test_the_assistants_own_sentence_is_no_turn(customer: Customer) -> None:
    """What the recogniser picks up of the assistant's own voice is dropped, and it goes on listening."""
    customer.with_scripted_speech().opens().starts_talking()
    spoken = customer.page.evaluate("scripted.spoken()")
    starts = customer.page.evaluate("scripted.starts()")
    assert GREETING_ENDS in spoken

    customer.page.evaluate("text => scripted.hear(text)", spoken.lower())
    customer.page.wait_for_function("before => scripted.listening() && scripted.starts() > before", arg=starts)

    assert customer.turns == []
    assert customer.lines.count() == 1


def test_an_offer_cut_off_is_repeated_before_a_yes_counts(customer: Customer, headphones: Iterator[Order]) -> None:
    """Tapping stops the voice; a spoken yes then tells how little was heard, and sets nothing up yet."""
    order = next(headphones)
    customer.with_scripted_speech().opens().starts_talking()
    customer.says("my headphones from amazon crackle").says(order.spoken_number)
    customer.expects_state("listening")
    customer.page.evaluate("scripted.stall(true)")
    customer.says(order.spoken_proof)
    customer.expects_state("speaking")

    customer.page.get_by_role("button", name="Tap to interrupt").click()
    customer.page.evaluate("scripted.stall(false)")
    customer.says("yes")

    assert customer.turns[-1]["heard_chars"] < 40
    customer.expects_last_line("Shall I set it up")
    expect(customer.card("slip")).to_have_count(0)
    customer.says("yes")
    expect(customer.card("slip")).to_have_count(1)


def test_a_hidden_tab_pauses_and_continue_takes_it_up_again(customer: Customer) -> None:
    """Another app in front: no listening, no nudge. Back again, one tap goes on."""
    customer.with_scripted_speech().opens().starts_talking()

    customer.page.evaluate("""() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")

    customer.expects_state("paused")
    assert not customer.page.evaluate("scripted.listening()")
    customer.page.get_by_role("button", name="Continue").click()
    customer.expects_state("listening")
    assert [turn.get("event") for turn in customer.turns] == ["pause", "resume"]


def test_silence_nudges_and_then_pauses_only_while_talking(customer: Customer) -> None:
    """8, 20 and 60 seconds without a word: two nudges and a pause. Continue takes it up again; typing has no ladder."""
    customer.page.clock.install()
    customer.with_scripted_speech().opens()
    customer.page.get_by_role("button", name="Talk", exact=True).click()
    for seconds in (8, 20, 60):
        customer.page.clock.run_for(2_000)
        customer.expects_state("listening")
        with customer.page.expect_response("**/turns"):
            customer.page.clock.run_for(seconds * 1_000)
    customer.expects_state("paused")
    assert [turn.get("event") for turn in customer.turns] == ["silence"] * 3

    customer.page.get_by_role("button", name="Continue").click()
    customer.page.clock.run_for(2_000)
    customer.expects_state("listening")
    customer.menu("Only type from here")
    customer.page.clock.run_for(300_000)

    assert [turn.get("event") for turn in customer.turns] == ["silence"] * 3 + ["resume"]
