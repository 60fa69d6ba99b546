"""axe-core in every state of the page, not only in the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

from tests.browser.customer import DESKTOP, PHONE, Customer
from tests.browser.orders import Order

NARROW: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""1280 × 1024 at 400 %."""


def violations(customer: Customer) -> list[str]:
    """What axe finds, as rule and element."""
    found = Axe().run(customer.page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def overflow(customer: Customer) -> int:
    """How many pixels the page is wider than the screen."""
    return int(customer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def walk(customer: Customer, order: Order) -> Iterator[str]:
    """Lead a conversation through its states, stopping in each."""
    customer.opens()
    yield "idle"
    customer.starts_typing()
    yield "choices"
    customer.types("I want to send something back to Amazon")
    yield "number"
    customer.types(order.number).types(order.proof)
    yield "items"
    customer.types("the soap dish, it is broken")
    expect(customer.card("offer")).to_be_visible()
    yield "offer"
    customer.answers("Yes, set it up")
    expect(customer.card("slip")).to_be_visible()
    yield "done"
    customer.page.get_by_role("button", name="Menu and help").click()
    yield "menu"
    customer.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    customer.menu("End").page.get_by_role("alertdialog").get_by_role("button", name="End").click()
    customer.expects_state("ended")
    yield "ended"


@pytest.mark.parametrize(
    "size, scheme, text",
    [
        pytest.param(DESKTOP, "light", 100, id="desktop"),
        pytest.param(DESKTOP, "dark", 100, id="dark"),
        pytest.param(NARROW, "light", 100, id="320px"),
        pytest.param(ZOOMED, "light", 100, id="400-percent"),
        pytest.param(PHONE, "light", 200, id="large-text"),
    ],
)
def test_no_state_of_a_conversation_has_a_violation(
    customer: Customer, bathroom: Iterator[Order], size: ViewportSize, scheme: str, text: int
) -> None:
    """From idle to ended, on every size, in the dark and in large text: no violation, and nothing to scroll sideways."""
    customer.page.set_viewport_size(size)
    customer.page.add_init_script(f"localStorage.setItem('returnflow.settings', '{{\"textSize\": {text}}}')")
    customer.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")

    found = {state: (violations(customer), overflow(customer)) for state in walk(customer, next(bathroom))}

    assert found == dict.fromkeys(found, ([], 0))


def test_a_handoff_and_an_error_have_no_violation(customer: Customer) -> None:
    """The case card and the alert are as clean as the rest, with forced colours too."""
    customer.forgives("503").opens().starts_typing()
    customer.page.emulate_media(forced_colors="active")
    customer.page.get_by_role("button", name="Get a person").last.click()
    customer.answers("On this page")
    expect(customer.card("handoff")).to_be_visible()
    waiting = violations(customer)
    customer.page.route("**/turns", lambda route: route.fulfill(status=503, json={"code": "unavailable", "reference": "RF-7K2Q"}))
    customer.field.fill("one more thing")
    customer.field.press("Enter")
    expect(customer.page.get_by_role("alert")).to_contain_text("RF-7K2Q")

    assert (waiting, violations(customer)) == ([], [])


def test_touch_targets_are_large(customer: Customer) -> None:
    """Every button of a conversation on a phone is at least 48 px high; the step bar is 32 px by specification."""
    customer.page.set_viewport_size(PHONE)
    customer.opens().starts_typing()

    small = customer.page.evaluate("""() => [...document.querySelectorAll("button, select, textarea")]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 48)
      .map((each) => each.id || each.innerText)""")

    assert small == ["progress"]
