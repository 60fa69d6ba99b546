"""Every cause of the error table that this page can meet, injected where it comes from."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.customer import Customer

REFUSED = """navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("refused", "{name}"));
navigator.permissions.query = () => Promise.resolve({{ state: "{permission}" }});"""
MICROPHONE = {
    "prompt dismissed": (REFUSED.format(name="NotAllowedError", permission="prompt"), "wasn’t allowed yet", "Ask again"),
    "blocked": (REFUSED.format(name="NotAllowedError", permission="denied"), "blocked for this site", "Try again"),
    "no device": (REFUSED.format(name="NotFoundError", permission="granted"), "can’t find a microphone", "Try again"),
    "busy": (REFUSED.format(name="NotReadableError", permission="granted"), "Another app is using", "Try again"),
    "insecure": ("Object.defineProperty(window, 'isSecureContext', { value: false });", "secure address", "Type"),
    "no recogniser": ("delete window.webkitSpeechRecognition; delete window.SpeechRecognition;", "can’t turn speech into text", "Type"),
}


@pytest.mark.parametrize("cause", MICROPHONE)
def test_a_microphone_that_cannot_be_used_is_told_and_typing_is_one_tap_away(customer: Customer, cause: str) -> None:
    """The reason in plain words, the focus on the first way out, and Type leads on with the same assistant."""
    script, words, first = MICROPHONE[cause]
    customer.with_scripted_speech().page.add_init_script(script)
    customer.opens().page.get_by_role("button", name="Talk", exact=True).click()

    alert = customer.page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    expect(alert.get_by_role("button", name=first)).to_be_focused()
    alert.get_by_role("button", name="Type").click()
    customer.expects_state("typed")


@pytest.mark.parametrize(
    "error, words",
    [
        ("network", "speech service isn’t answering"),
        ("audio-capture", "can’t find a microphone"),
        ("language-not-supported", "this language"),
    ],
)
def test_a_recogniser_that_fails_in_the_middle_is_told(customer: Customer, error: str, words: str) -> None:
    """The conversation stays open, and Type goes on with it."""
    customer.with_scripted_speech().opens().starts_talking()

    customer.page.evaluate("error => scripted.fail(error)", error)

    alert = customer.page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    alert.get_by_role("button", name="Type").click()
    customer.expects_state("typed")
    customer.types("my kettle from Amazon leaks")


def test_a_device_without_voices_writes_instead(customer: Customer) -> None:
    """A voice that fails is told once; listening goes on and later replies are only written."""
    customer.with_scripted_speech().page.add_init_script("speechSynthesis.speak = utterance => setTimeout(() => utterance.onerror({}), 5);")
    customer.opens().starts_talking()
    expect(customer.page.get_by_role("alert")).to_contain_text("I can’t speak on this device")

    customer.says("my kettle from amazon leaks")

    assert customer.turns[-1]["mode"] == "typed"
    expect(customer.page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_a_turn_that_fails_is_tried_twice_with_one_id_and_can_be_sent_again(customer: Customer) -> None:
    """One silent retry, then the sentence with the reference code; Send again sends the very same turn, once."""
    customer.forgives("503").opens().starts_typing()
    problem = {"code": "unavailable", "status": 503, "title": "x", "type": "about:blank", "detail": "x", "reference": "RF-7K2Q"}
    customer.page.route("**/turns", lambda route: route.fulfill(status=503, json=problem))
    customer.field.fill("My headphones from Amazon crackle")
    customer.field.press("Enter")
    alert = customer.page.get_by_role("alert")
    expect(alert).to_contain_text("nothing was done twice. Code RF-7K2Q")
    customer.page.unroute("**/turns")

    alert.get_by_role("button", name="Send again").click()

    customer.expects_last_line("order number")
    expect(alert).to_be_hidden()
    assert len(customer.turns) == 3
    assert len({turn["turn_id"] for turn in customer.turns}) == 1
    expect(customer.own_lines).to_have_count(1)


def test_offline_keeps_the_turn_and_sends_it_when_back(customer: Customer) -> None:
    """Without a network the sentence waits; it goes out by itself when the network is back."""
    customer.forgives("INTERNET_DISCONNECTED").opens().starts_typing()
    customer.page.context.set_offline(True)
    customer.field.fill("My headphones from Amazon crackle")
    customer.field.press("Enter")
    expect(customer.page.get_by_role("alert")).to_contain_text("You’re offline")
    customer.expects_state("reconnecting")

    customer.page.context.set_offline(False)

    customer.expects_last_line("order number")
    expect(customer.page.get_by_role("alert")).to_be_hidden()


def test_a_lost_answer_is_not_done_twice(customer: Customer) -> None:
    """The server did it but the answer was lost: the retry gets the stored answer, and the customer sees one."""
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    customer.forgives("ERR_FAILED").opens().starts_typing()
    customer.page.route("**/turns", lose_the_first)

    customer.types("My headphones from Amazon crackle")

    expect(customer.own_lines).to_have_count(1)
    expect(customer.replies).to_have_count(2)


def test_an_expired_conversation_says_so_and_starts_again(customer: Customer) -> None:
    """A bearer that the server does not know any more leads to a new start, also after a reload."""
    customer.forgives("401").opens().starts_typing()
    customer.page.evaluate("""() => {
      const session = JSON.parse(sessionStorage.getItem("returnflow.session"));
      sessionStorage.setItem("returnflow.session", JSON.stringify({ ...session, token: "x".repeat(43) }));
    }""")

    customer.page.reload()

    alert = customer.page.get_by_role("alert")
    expect(alert).to_contain_text("over 24 hours old")
    alert.get_by_role("button", name="Start again").click()
    expect(alert).to_be_hidden()
    customer.expects_state("idle")
