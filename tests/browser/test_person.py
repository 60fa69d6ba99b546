"""A person takes over: the case on the page, the person's words in the conversation, the customer's words to the person."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.customer import Customer


def asks_for_a_person(customer: Customer) -> str:
    """Get to a case by the button that is always there; gives its number."""
    customer.opens().starts_typing()
    customer.page.get_by_role("button", name="Get a person").last.click()
    customer.answers("On this page")
    expect(customer.card("handoff")).to_contain_text("Case number")
    return customer.card("handoff").locator(".number-value [aria-hidden]").inner_text().replace(" ", "")


def test_a_person_joins_writes_and_is_answered_on_the_page(customer: Customer, desk: Callable[..., None]) -> None:
    """What Dana writes appears by itself, once; what the customer writes gets no machine's answer; a reload keeps it all."""
    case = asks_for_a_person(customer)
    customer.expects_state("waiting_for_person")
    expect(customer.page.get_by_role("button", name="Add a note")).to_be_visible()

    desk(case, "claim")
    desk(case, "messages", text="Hello, Dana here. I can approve the exception.")
    customer.expects_state("with_person")
    customer.expects_last_line("Dana here")
    replies = customer.replies.count()
    customer.field.fill("That would be great")
    customer.field.press("Enter")
    customer.expects_last_line("That would be great")
    desk(case, "messages", text="Done, it is approved.")
    customer.expects_last_line("it is approved")
    said = customer.lines.count()
    customer.page.reload()

    expect(customer.lines).to_have_count(said)
    assert customer.replies.count() == replies
