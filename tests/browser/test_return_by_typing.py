"""A whole return by typing, from the first screen to the slip in hand."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import ViewportSize, expect

from tests.browser.customer import DESKTOP, PHONE, Customer
from tests.browser.orders import Order

FETCH = """async url => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
}"""


def fetched(customer: Customer, url: str) -> bytes:
    """A file as the page itself gets it, under its own content security policy."""
    return base64.b64decode(customer.page.evaluate(FETCH, url))


def codes_in(pdf: bytes) -> set[str]:
    """The texts of all bar codes on the first sheet."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=4).to_pil()
    return {code.text for code in zxingcpp.read_barcodes(image)}


@pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")])
def test_a_customer_types_from_the_first_screen_to_the_slip(customer: Customer, headphones: Iterator[Order], size: ViewportSize) -> None:
    """Words, order number, proof, a yes: then a return number, and a slip whose QR code says it."""
    customer.page.set_viewport_size(size)
    customer.opens().reaches_offer(next(headphones))
    expect(customer.card("offer")).to_contain_text("$64.94 back")

    customer.answers("Yes, set it up")

    slip = customer.card("slip")
    number = re.sub(r"\D", "", slip.locator(".number-value [aria-hidden]").inner_text())
    pdf = fetched(customer, slip.get_by_role("link", name="Slip as PDF").get_attribute("href") or "")
    assert len(number) == 9
    assert any(number in code for code in codes_in(pdf))
    assert all(turn["mode"] == "typed" and "event" not in turn for turn in customer.turns)


def test_typing_never_asks_for_the_microphone(customer: Customer) -> None:
    """Not on load, not for Type, not on the way: only Talk does."""
    customer.page.add_init_script("""
      window.asked = 0;
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = wanted => (window.asked++, real(wanted));
    """)
    customer.opens().starts_typing().types("My headphones from Amazon crackle")
    assert customer.page.evaluate("window.asked") == 0

    customer.page.get_by_role("button", name="Talk", exact=True).click()

    customer.page.wait_for_function("window.asked === 1")


def test_a_reload_in_the_middle_of_the_offer_loses_nothing(customer: Customer, headphones: Iterator[Order]) -> None:
    """After a reload the words, the offer and its answers are there again, and a yes still sets it up."""
    customer.opens().reaches_offer(next(headphones))
    said = customer.lines.count()

    customer.page.reload()

    expect(customer.lines).to_have_count(said)
    expect(customer.card("offer")).to_contain_text("back")
    customer.answers("Yes, set it up")
    expect(customer.card("slip")).to_contain_text("Return number")


def test_several_items_are_picked_and_sent_together(customer: Customer, bathroom: Iterator[Order]) -> None:
    """Asked which items, the customer ticks two and sends them as one answer."""
    order = next(bathroom)
    customer.opens().starts_typing().types("I want to send something back to Amazon").types(order.number).types(order.proof)
    answers = customer.page.get_by_role("group", name="Answers")

    answers.get_by_label("Bamboo soap dish").check()
    answers.get_by_label("Shower curtain, white").check()
    answers.get_by_role("button", name="Send back these 2").click()

    expect(customer.page.locator("#details")).to_contain_text(re.compile("soap dish.*[Ss]hower curtain"))


def test_details_are_changed_from_the_list(customer: Customer) -> None:
    """Change beside a detail says so for the customer, and the assistant asks for it again."""
    customer.opens().starts_typing().types("My toaster from Walmart is broken, I want to return it")
    before = customer.replies.count()

    customer.page.get_by_role("button", name="Change Store").click()

    expect(customer.replies).not_to_have_count(before)
    assert customer.turns[-1]["text"] == "Change the store"


def test_starting_over_asks_first_and_then_forgets(customer: Customer) -> None:
    """Going back keeps the conversation; Start over leads to the first screen, and a reload stays there."""
    customer.opens().starts_typing().types("hello")
    customer.menu("Start over")
    customer.page.get_by_role("alertdialog").get_by_role("button", name="Go back").click()
    expect(customer.lines).not_to_have_count(0)

    customer.menu("Start over")
    customer.page.get_by_role("alertdialog").get_by_role("button", name="Start over").click()
    customer.expects_state("idle")
    customer.page.reload()

    customer.expects_state("idle")


def test_a_link_with_the_order_number_fills_it_in(customer: Customer, headphones: Iterator[Order]) -> None:
    """The number in the address's fragment is used at once and taken out of the address; only the proof is still asked for."""
    order = next(headphones)
    customer.opens(f"/#order={order.number}").starts_typing()

    customer.types("I want to return my crackling headphones").types(order.proof)

    expect(customer.card("offer")).to_be_visible()
    assert customer.page.evaluate("location.hash") == ""
