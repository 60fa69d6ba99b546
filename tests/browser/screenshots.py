"""`python -m tests.browser.screenshots`: make docs/screenshots/*.png anew from the real app with its demo orders.

The same conversations every time, at a fixed screen size; dates and return numbers differ from day to day.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.customer import DESKTOP, PHONE, Customer
from tests.browser.orders import Order
from tests.services.app_server import AppServer, app_server
from tests.services.chromium import chromium, find_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
HEADPHONES = "amz.default inside window"
BLENDER = "amz.default past the deadline, it broke"
PILLOWS = "wmm.default inside window"


class Photographer:
    """Takes pictures of conversations at one shop."""

    def __init__(self, browser: Browser, shop: AppServer) -> None:
        self._browser = browser
        self._shop = shop
        seeded = json.loads(shop.flask("seed-demo", "--json"))["orders"]
        self._orders = {order["shows"]: Order(order["order_number"], order["zip"], order["last_name"]) for order in seeded}

    def all(self) -> None:
        with self._customer(DESKTOP) as customer:
            customer.opens()
            self._take(customer, "idle")
        with self._customer(PHONE) as customer:
            customer.opens().reaches_offer(self._orders[HEADPHONES])
            self._take(customer, "offer-phone")
        with self._customer(DESKTOP, "dark") as customer:
            customer.opens().reaches_offer(self._orders[HEADPHONES])
            self._take(customer, "offer-dark")
            customer.answers("Yes, set it up")
        with self._customer(DESKTOP) as customer:
            self._walmart(customer)
            self._take(customer, "slip-desktop")
        with self._customer(DESKTOP) as customer:
            self._too_late(customer)
            self._take(customer, "handoff")
        with self._customer(PHONE) as customer:
            self._talking(customer)
            self._take(customer, "listening-phone")
        with self._customer(PHONE) as customer:
            self._failing(customer)
            self._take(customer, "error-phone")

    def _walmart(self, customer: Customer) -> None:
        order = self._orders[PILLOWS]
        customer.opens().starts_typing().types(
            "I bought a lamp and two blue pillows at Walmart. The lamp is broken, the blue pillows are the wrong color."
        )
        customer.types(order.number).types(order.proof)
        expect(customer.card("offer")).to_be_visible()
        customer.answers("Yes, set it up")
        expect(customer.card("slip")).to_be_visible()

    def _too_late(self, customer: Customer) -> None:
        order = self._orders[BLENDER]
        customer.opens().starts_typing().types("Your Amazon blender died and I want my money back")
        customer.types(order.number).types(order.proof).answers("Yes").answers("On this page")
        expect(customer.card("handoff")).to_be_visible()

    def _talking(self, customer: Customer) -> None:
        customer.with_scripted_speech().opens().starts_talking()
        customer.page.evaluate("scripted.interim('my headphones from amazon crackle and I')")

    def _failing(self, customer: Customer) -> None:
        customer.opens().starts_typing()
        customer.page.route("**/turns", lambda route: route.fulfill(status=503, json={"code": "unavailable", "reference": "RF-7K2Q"}))
        customer.field.fill("My headphones from Amazon crackle")
        customer.field.press("Enter")
        expect(customer.page.get_by_role("alert")).to_be_visible()

    @contextmanager
    def _customer(self, size: ViewportSize, scheme: Literal["light", "dark"] = "light") -> Iterator[Customer]:
        with self._browser.new_context(
            locale="en-US", timezone_id="America/New_York", viewport=size, color_scheme=scheme, reduced_motion="reduce"
        ) as context:
            yield Customer(context.new_page(), self._shop.base)

    def _take(self, customer: Customer, name: str) -> None:
        customer.page.mouse.move(0, 0)
        customer.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, app_server(Path(folder)) as shop, chromium(find_chromium()) as browser:
        Photographer(browser, shop).all()


if __name__ == "__main__":
    main()
