"""A customer at the page: does what a person does, waits for what a person would see, and notes what a person would not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, ViewportSize, expect

from tests.browser.orders import Order

SCRIPTED_SPEECH = Path(__file__).with_name("scripted_speech.js")
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 640}


@dataclass
class Customer:
    """Drives the page at `base`. `complaints` are console errors and page errors, `strangers` requests to another host."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)
    """Console errors that a test causes on purpose, by a part of their text."""

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def opens(self, path: str = "/") -> Customer:
        self.page.goto(f"{self.base}{path}")
        return self

    def with_scripted_speech(self) -> Customer:
        self.page.add_init_script(path=SCRIPTED_SPEECH)
        return self

    def starts_typing(self) -> Customer:
        self.page.get_by_role("button", name="Type", exact=True).click()
        expect(self.field).to_be_visible()
        self.expects_state("typed")
        return self

    def starts_talking(self) -> Customer:
        self.page.get_by_role("button", name="Talk", exact=True).click()
        self.expects_state("listening")
        return self

    def types(self, text: str) -> Customer:
        """Type, send and wait for the answer."""
        before = self.replies.count()
        self.field.fill(text)
        self.field.press("Enter")
        expect(self.replies).not_to_have_count(before)
        self.expects_no_turn_open()
        return self

    def says(self, text: str) -> Customer:
        """Say it to the scripted recogniser, once it listens, and wait until it listens again."""
        self.expects_state("listening")
        before = self.replies.count()
        self.page.evaluate("text => scripted.hear(text)", text)
        expect(self.replies).not_to_have_count(before)
        return self

    def answers(self, label: str) -> Customer:
        """Tap an answer button and wait for the reply."""
        before = self.replies.count()
        self.page.get_by_role("group", name="Answers").get_by_role("button", name=label, exact=True).click()
        expect(self.replies).not_to_have_count(before)
        self.expects_no_turn_open()
        return self

    def reaches_offer(self, order: Order) -> Customer:
        """Type a return up to its offer."""
        self.starts_typing().types("My headphones from Amazon crackle, I want to send them back")
        self.types(order.number).types(order.proof)
        expect(self.card("offer")).to_be_visible()
        return self

    def card(self, kind: str) -> Locator:
        return self.page.locator(f".card-{kind}")

    def menu(self, action: str) -> Customer:
        self.page.get_by_role("button", name="Menu and help").click()
        self.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()
        return self

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Your message")

    @property
    def lines(self) -> Locator:
        return self.page.get_by_role("log").get_by_role("article")

    @property
    def replies(self) -> Locator:
        """The assistant's lines."""
        return self.lines.filter(has=self.page.get_by_text("Assistant", exact=True))

    @property
    def own_lines(self) -> Locator:
        """The customer's lines."""
        return self.lines.filter(has=self.page.get_by_text("You", exact=True))

    def forgives(self, *texts: str) -> Customer:
        self.forgiven.extend(texts)
        return self

    def expects_state(self, *names: str) -> None:
        expect(self.page.get_by_role("main")).to_have_attribute("data-state", re.compile(f"^({'|'.join(names)})$"))

    def expects_no_turn_open(self) -> None:
        expect(self.page.get_by_role("main")).not_to_have_attribute("data-state", "thinking")

    def expects_last_line(self, pattern: str) -> None:
        expect(self.lines.last).to_contain_text(re.compile(pattern))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(text in message.text for text in self.forgiven):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.base).netloc and not request.url.startswith(("data:", "blob:")):
            self.strangers.append(request.url)
        if request.method == "POST" and request.url.endswith("/turns"):
            self.turns.append(json.loads(request.post_data or "{}"))
