"""Cases over HTTP: one winner, a person who writes into the conversation, an answer that the customer sees."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from returnflow.conversation.ports import StaleVersion
from returnflow.conversation.service import ConversationService
from returnflow.errors import TurnConflict
from returnflow.storage.conversations import SqlConversations
from returnflow.storage.schema import audit
from returnflow.tools.handoffs import OUTCOMES, claim_case, close_case
from returnflow.web import schemas
from returnflow.wiring import Services
from tests.http.conftest import Customer, customer_of, staff

CONTACT = "404-555-0188"
READABLE = "Hello, call 207-555-0100 or mail help@maple.example. Your tracking number is 9400111899223100001234."
CLOSING = {"outcome": "approved", "note": "You get $86.39 back. Call 207-555-0100."}


@pytest.fixture
def case(customer: Customer) -> dict[str, Any]:
    """A case that waits for a person, as its customer sees it."""
    answer = customer.say("I want to talk to a person")
    for words in ("text", CONTACT, "yes", "yes", "yes"):
        if answer["state"]["handoff"]:
            return dict(answer["state"]["handoff"])
        answer = customer.say(words)
    raise AssertionError(f"no case after six turns: {answer['reply']['text']}")


def post(client: FlaskClient, case: dict[str, Any], what: str, name: str = "dana", body: Any = None) -> Any:
    return client.post(f"/api/handoffs/{case['reference']}/{what}", json=body, headers=staff(name))


def test_staff_see_the_case_with_its_packet(client: FlaskClient, case: dict[str, Any]) -> None:
    """Earliest due first, the contact masked until it is claimed."""
    body = client.get("/api/handoffs", headers=staff()).get_json()

    schemas.Cases.model_validate(body)
    (shown,) = body["handoffs"]
    assert (shown["reference"], shown["status"], shown["claimed_by"]) == (case["reference"], "open", None)
    assert shown["packet"]["schema"] == "handoff.v1"
    assert CONTACT.replace("-", "") not in str(body).replace("-", "")


def test_cases_can_be_asked_for_by_status(client: FlaskClient, case: dict[str, Any]) -> None:
    """Open, claimed or closed; anything else is a bad request."""

    def count(status: str) -> int:
        return len(client.get(f"/api/handoffs?status={status}", headers=staff()).get_json()["handoffs"])

    assert (count("open"), count("claimed"), count("closed")) == (1, 0, 0)
    assert client.get("/api/handoffs?status=lost", headers=staff()).get_json()["errors"][0]["field"] == "status"


def test_a_claim_has_one_winner(app: Flask, client: FlaskClient, customer: Customer, case: dict[str, Any]) -> None:
    """However many ask at once; the winner sees the contact, the customer sees the name, claiming again changes nothing."""
    names = ["dana", "kim"] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda name: (name, post(app.test_client(), case, "claim", name)), names))

    winners = {name for name, answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert {answer.status_code for name, answer in answers if name not in winners} == {409}
    (winner,) = winners
    assert CONTACT[-4:] in post(client, case, "claim", winner).get_json()["contact"]
    assert "•" not in post(client, case, "claim", winner).get_json()["contact"]
    state = customer.get().get_json()["state"]
    assert (state["status"], state["handoff"]["status"]) == ("with_person", "claimed")


def test_a_person_writes_into_the_conversation(client: FlaskClient, customer: Customer, case: dict[str, Any]) -> None:
    """The customer's page sees it by polling; the shop's numbers and addresses arrive whole, a card number does not."""
    post(client, case, "claim")
    before = customer.get().headers["ETag"]

    answer = post(client, case, "messages", body={"text": f"{READABLE} Is your card 4111 1111 1111 1111?"})

    assert answer.status_code == 200
    read = customer.get(**{"If-None-Match": before})
    last = read.get_json()["conversation_history"][-1]
    assert (last["role"], last["agent"]) == ("person", "dana")
    assert last["content"] == f"{READABLE} Is your card [card number]?"


def test_only_the_one_who_has_the_case_writes_and_closes(client: FlaskClient, case: dict[str, Any]) -> None:
    """403 before a claim and for everyone else."""
    closing = {"outcome": "approved", "note": "You get $86.39 back."}

    unclaimed = [post(client, case, "messages", body={"text": "x"}).status_code, post(client, case, "close", body=closing).status_code]
    post(client, case, "claim", "kim")
    others = [post(client, case, "messages", body={"text": "x"}).status_code, post(client, case, "close", body=closing).status_code]

    assert unclaimed == others == [403, 403]


def test_closing_brings_the_answer_back(client: FlaskClient, customer: Customer, case: dict[str, Any]) -> None:
    """The note reaches the customer's page; a closed case can be neither claimed, written to nor closed again."""
    post(client, case, "claim")

    closed = post(client, case, "close", body={"outcome": "approved", "note": "You get $86.39 back."})

    assert (closed.status_code, closed.get_json()["status"], closed.get_json()["outcome"]) == (200, "closed", "approved")
    assert customer.get().get_json()["state"]["handoff"]["note"] == "You get $86.39 back."
    again = [post(client, case, what, body=body).status_code for what, body in (("claim", None), ("messages", {"text": "x"}))]
    assert [*again, post(client, case, "close", body={"outcome": "declined"}).status_code] == [409, 409, 409]


def test_a_claim_that_was_not_told_is_told_by_a_repeat(
    services: Services, client: FlaskClient, customer: Customer, case: dict[str, Any]
) -> None:
    """The process died after the claim was stored: the customer waits until the same person claims again."""
    claim_case(services.database, case["reference"], by="dana", now=services.clock())
    stuck = customer.get().get_json()["status"]

    assert post(client, case, "claim").status_code == 200
    assert (stuck, customer.get().get_json()["status"]) == ("waiting_for_person", "with_person")


def test_a_closing_that_was_not_told_is_told_by_a_repeat(
    services: Services, client: FlaskClient, customer: Customer, case: dict[str, Any]
) -> None:
    """Only by the same person with the same outcome and note; the first closing stays, and is audited once."""
    post(client, case, "claim")
    close_case(services.database, case["reference"], by="dana", now=services.clock(), **CLOSING)
    stuck = customer.get().get_json()["status"]

    other = [post(client, case, "close", "kim", CLOSING), post(client, case, "close", body={**CLOSING, "note": "No."})]
    again = [post(client, case, "close", body=CLOSING) for _ in range(2)]

    assert [answer.status_code for answer in (*other, *again)] == [409, 409, 200, 200]
    assert again[0].get_json() == again[1].get_json()
    assert (stuck, customer.get().get_json()["status"]) == ("with_person", "active")
    assert customer.get().get_json()["state"]["handoff"]["note"] == CLOSING["note"]


@pytest.mark.parametrize("conflicts, status", [(2, 200), (3, 409)])
def test_a_busy_customer_is_told_again(
    client: FlaskClient, customer: Customer, case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, conflicts: int, status: int
) -> None:
    """Three times; then the answer says so, and the same request later is well."""
    refresh = failing(ConversationService.refresh_handoff, TurnConflict(), conflicts)
    monkeypatch.setattr(ConversationService, "refresh_handoff", refresh)

    assert post(client, case, "claim").status_code == status
    assert post(client, case, "claim").status_code == 200
    assert customer.get().get_json()["status"] == "with_person"


@pytest.mark.parametrize("conflicts, status", [(2, 200), (3, 409)])
def test_a_message_and_its_audit_are_written_together(
    services: Services,
    client: FlaskClient,
    customer: Customer,
    case: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    conflicts: int,
    status: int,
) -> None:
    """Once each however often the customer was faster, or neither."""
    post(client, case, "claim")
    monkeypatch.setattr(SqlConversations, "save", failing(SqlConversations.save, StaleVersion(customer.session_id), conflicts))

    answer = post(client, case, "messages", body={"text": "Hello."})

    said = [line for line in customer.get().get_json()["conversation_history"] if line["role"] == "person"]
    with services.database.begin(write=False) as work:
        audited = work.connection.execute(select(audit).where(audit.c.action == "handoff.message")).all()  # type: ignore[attr-defined]
    assert (answer.status_code, len(said), len(audited)) == (status, status == 200, status == 200)


def failing(work: Callable[..., Any], error: Exception, times: int) -> Callable[..., Any]:
    """The same function, but the first calls raise."""
    left = [error] * times

    def run(*arguments: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return work(*arguments, **named)

    return run


def test_an_outcome_is_one_that_staff_know(client: FlaskClient, case: dict[str, Any]) -> None:
    """The same as on the command line; anything else is a bad request that names them, and the case stays open."""
    post(client, case, "claim")

    bad = [post(client, case, "close", body={"outcome": outcome}) for outcome in ("banana", "", 5)]

    assert [answer.status_code for answer in bad] == [400] * 3
    assert bad[0].get_json()["errors"] == [{"field": "outcome", "problem": f"must be one of {', '.join(OUTCOMES)}"}]
    closing = client.get("/openapi.json").get_json()["components"]["schemas"]["Closing"]
    assert closing["properties"]["outcome"]["enum"] == list(OUTCOMES)
    assert post(client, case, "close", body={"outcome": OUTCOMES[-1]}).status_code == 200


@pytest.mark.parametrize("body, field", [({"text": ""}, "text"), ({}, "text"), ({"text": "x" * 1001}, "text")])
def test_a_message_has_words(client: FlaskClient, case: dict[str, Any], body: dict[str, Any], field: str) -> None:
    """At least one character, at most 1,000."""
    post(client, case, "claim")

    assert post(client, case, "messages", body=body).get_json()["errors"][0]["field"] == field


def test_an_unknown_case_is_404(client: FlaskClient) -> None:
    """For whatever is asked of it."""
    nobody = {"reference": "000000000"}

    assert post(client, nobody, "claim").status_code == 404
    assert post(client, nobody, "messages", body={"text": "x"}).status_code == 404
    assert post(client, nobody, "close", body={"outcome": "answered"}).status_code == 404


def test_another_customer_sees_nothing_of_it(client: FlaskClient, case: dict[str, Any]) -> None:
    """A case belongs to its conversation."""
    assert customer_of(client).get().get_json()["state"]["handoff"] is None
