"""What a call leaves in the log: ids and templates, nothing personal, no token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from returnflow import log
from tests.http.conftest import Customer

Logged = Callable[[], list[dict[str, Any]]]
CARD, EMAIL, PHONE, NAME = "4111 1111 1111 1111", "m.reyes@example.com", "404-555-0188", "Wojciechowska"


def test_a_request_is_one_line_with_ids(customer: Customer, logged: Logged) -> None:
    """Method, route template, status and duration; request, session and reference to find it by."""
    answer = customer.turn(text="hello")

    line = logged()[-1]
    assert {key: line[key] for key in ("event", "method", "route", "status", "session_id")} == {
        "event": "request",
        "method": "POST",
        "route": "/api/sessions/{session_id}/turns",
        "status": 200,
        "session_id": customer.session_id,
    }
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["duration_ms"] >= 0
    assert line["reference"].startswith("RF-")


def test_an_error_is_found_by_the_reference_the_customer_reads(customer: Customer, logged: Logged) -> None:
    """The code is on the line as well."""
    reference = customer.turn(text="").get_json()["reference"]

    (line,) = [each for each in logged() if each["reference"] == reference]
    assert (line["code"], line["status"]) == ("invalid_request", 400)


def test_nothing_that_was_said_is_in_the_log(customer: Customer, returned: dict[str, Any], demo: dict[str, Any], logged: Logged) -> None:
    """A whole return, with a card number, an address and a name volunteered, and links opened: none of it is logged."""
    slip = returned["state"]["return"]["slip"]
    customer.say(f"my card is {CARD}, mail {EMAIL}, phone {PHONE}, I am {NAME}")
    customer.post("feedback", {"rating": 1, "comment": f"{NAME} {EMAIL}"})
    customer.client.get(slip["html_url"])
    customer.client.get(slip["pdf_url"] + "broken")
    customer.client.get(f"/api/sessions/{CARD}?email={EMAIL}", headers=customer.headers)
    customer.client.get(f"/nope/{NAME}?card={CARD}", headers={"X-Request-ID": f"{CARD}"})
    customer.client.open("/", method="FETCH4111111111111111")

    written = str(logged())
    planted = [CARD, CARD.replace(" ", ""), EMAIL, PHONE, NAME, demo["zip"], demo["last_name"], demo["order_number"], customer.token]
    planted += [slip["pdf_url"].partition("?t=")[2], returned["state"]["return"]["rma"]]
    assert len(logged()) > 8
    assert [each for each in planted if each in written] == []


def test_every_line_of_a_call_can_be_found_by_its_session(customer: Customer, logged: Logged) -> None:
    """Ids do not leak into the next request, nor into what is logged outside of any."""
    customer.say("hello")
    log.get("elsewhere").info("between requests")
    customer.client.get("/api/agents")

    call, between, agents = logged()[-3:]
    assert call["session_id"] == customer.session_id
    assert {"session_id", "request_id", "reference"} & set(between) == set()
    assert "session_id" not in agents
