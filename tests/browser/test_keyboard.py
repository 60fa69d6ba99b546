"""Everything without a pointer."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.customer import Customer
from tests.browser.orders import Order

MAX_TABS = 40


def tab_to(customer: Customer, name: str) -> None:
    """Press Tab until the focus is on the control with this name."""
    for _ in range(MAX_TABS):
        customer.page.keyboard.press("Tab")
        if customer.page.evaluate("document.activeElement.innerText?.trim()") == name:
            return
    raise AssertionError(f"{name} was not reached with {MAX_TABS} tabs")


def test_a_whole_return_by_keyboard_only(customer: Customer, headphones: Iterator[Order]) -> None:
    """Tab, Enter and words lead from the first screen to the slip; after Type the focus is in the field, and stays with what was done."""
    order = next(headphones)
    keyboard = customer.opens().page.keyboard
    tab_to(customer, "Type")
    keyboard.press("Enter")
    expect(customer.field).to_be_focused()
    for words in ("my headphones from Amazon stopped working", order.number, order.proof):
        before = customer.replies.count()
        keyboard.type(words)
        keyboard.press("Enter")
        expect(customer.replies).not_to_have_count(before)
        expect(customer.field).to_be_focused()
    expect(customer.card("offer")).to_be_visible()

    customer.page.get_by_role("button", name="Menu and help").focus()
    tab_to(customer, "Yes, set it up")
    keyboard.press("Enter")

    expect(customer.card("slip")).to_be_visible()
    tab_to(customer, "Copy number")


def test_space_on_talk_taps_and_holds(customer: Customer) -> None:
    """A short press of Space ends listening, a long one listens while it is held; Escape stops the voice and ends nothing."""
    customer.with_scripted_speech().opens().starts_talking()
    customer.page.locator("#big").focus()
    customer.page.keyboard.press("Space")
    customer.expects_state("ready")

    customer.page.keyboard.down("Space")
    customer.expects_state("listening")
    customer.page.keyboard.up("Space")
    customer.expects_state("ready")

    customer.page.evaluate("scripted.stall(true)")
    customer.page.keyboard.press("Space")
    customer.page.evaluate("scripted.hear('hello')")
    customer.expects_state("speaking")
    customer.page.keyboard.press("Escape")
    customer.expects_state("listening")


def test_the_skip_link_leads_to_the_typing_field(customer: Customer) -> None:
    """It is the first stop, and works before the conversation too."""
    customer.opens().page.keyboard.press("Tab")
    customer.page.keyboard.press("Enter")
    expect(customer.page.get_by_role("button", name="Type", exact=True)).to_be_focused()
