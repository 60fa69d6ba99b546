"""Conversations over HTTP: start, turn, read, end, rate."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from returnflow.tools.demo_orders import demo_orders, seed
from returnflow.web import schemas
from returnflow.wiring import Services
from tests.calls import Clock
from tests.http.conftest import Customer, customer_of

TEXT = "My headphones from Amazon crackle"


def test_starting_gives_a_bearer_and_the_first_sentence(client: FlaskClient) -> None:
    """201 with all a client needs to go on, exactly in the shape of the contract, and no voice credential."""
    answer = client.post("/api/sessions", json={})

    body = answer.get_json()
    assert answer.status_code == 201
    schemas.Started.model_validate(body)
    assert "automated" in body["reply"]["text"]
    assert body["voice"] == {"platform": "browser", "topology": "one_voice", "greets": "brain"}
    assert len(body["session_token"]) == 43
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["expires_at"])
    assert answer.headers["Location"] == f"/api/sessions/{body['session_id']}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_starting_needs_no_body_at_all(client: FlaskClient) -> None:
    """Every field has a default."""
    assert client.post("/api/sessions").status_code == 201


@pytest.mark.parametrize("lang", ["en", "en-GB", "EN", "fr", "zh-Hant-TW"])
def test_a_language_that_nobody_speaks_is_answered_in_english(client: FlaskClient, lang: str) -> None:
    """And the answer says so."""
    assert customer_of(client, lang=lang).started["reply"]["language"] == "en"


def test_only_the_hash_of_the_bearer_is_stored(customer: Customer, services: Services) -> None:
    """A stolen database opens no session."""
    with services.database.begin(write=False) as work:
        session = work.sessions.get(customer.session_id)

    assert session is not None
    assert re.fullmatch(r"[0-9a-f]{64}", session.token_hash)
    assert customer.token not in repr(session)


def test_a_link_can_bring_the_order_number(client: FlaskClient, demo: dict[str, Any]) -> None:
    """`order_number` is taken as heard, so it is not asked for again."""
    customer = customer_of(client, order_number=demo["order_number"])

    slots = {slot["name"]: slot["value"] for slot in customer.started["state"]["slots"]}
    assert slots["order_number"] == f"…{demo['order_number'][-4:]}"


def test_a_turn_is_answered_in_the_shape_of_the_contract(customer: Customer) -> None:
    """Reply, handoff, cards and state."""
    body = customer.say(TEXT)

    schemas.Answer.model_validate(body)
    assert body["replayed"] is False
    assert body["state"]["version"] == 2
    assert body["handoff"]["to"] == "amazon_verification"


def test_a_repeated_turn_gets_the_stored_answer(customer: Customer) -> None:
    """Same id and body: the same answer, `replayed`, and nothing happens twice. Spaces and order in the JSON do not matter."""
    first = customer.turn("one", text=TEXT, mode="typed").get_json()
    headers = {**customer.headers, "Content-Type": "application/json"}
    body = f'{{"mode":"typed",   "text": "{TEXT}", "turn_id":"one"}}'

    again = customer.client.post(f"{customer.path}/turns", data=body, headers=headers).get_json()

    assert again == {**first, "replayed": True}
    assert customer.get().get_json()["state"]["version"] == 2


def test_a_turn_id_with_another_body_is_refused(customer: Customer) -> None:
    """409 `turn_id_reused`."""
    customer.turn("one", text=TEXT)

    assert customer.turn("one", text="Something else").get_json()["code"] == "turn_id_reused"


@pytest.mark.parametrize(
    "body",
    [
        {"event": "pause"},
        {"event": "silence", "mode": "spoken"},
        {"choice_id": "start_return"},
        {"text": TEXT, "heard": ["my headphones"], "alternatives": [{"text": "my head phones", "confidence": 1}], "heard_chars": 3},
        {"text": TEXT, "something_new": {"a": 1}},
        {"text": "x" * 1000},
        {"text": None, "event": "pause"},
        {"text": "nul \x00 and bell \x07"},
    ],
)
def test_a_turn_may_be_words_a_choice_or_an_event(customer: Customer, body: dict[str, Any]) -> None:
    """Each form of the contract is taken; fields that we do not know are ignored."""
    assert customer.turn(**body).status_code == 200


@pytest.mark.parametrize(
    "body, field",
    [
        ({"turn_id": "a"}, "body"),
        ({"turn_id": "a", "text": "x", "event": "pause"}, "body"),
        ({"turn_id": "a", "text": "x", "choice_id": "y"}, "body"),
        ({"text": "x"}, "turn_id"),
        ({"turn_id": "", "text": "x"}, "turn_id"),
        ({"turn_id": "a b", "text": "x"}, "turn_id"),
        ({"turn_id": "a\n", "text": "x"}, "turn_id"),
        ({"turn_id": "x" * 65, "text": "x"}, "turn_id"),
        ({"turn_id": 7, "text": "x"}, "turn_id"),
        ({"turn_id": "a", "text": "x" * 1001}, "text"),
        ({"turn_id": "a", "text": "   "}, "text"),
        ({"turn_id": "a", "text": 7}, "text"),
        ({"turn_id": "a", "event": "explode"}, "event"),
        ({"turn_id": "a", "text": "x", "mode": "sung"}, "mode"),
        ({"turn_id": "a", "text": "x", "heard": "x"}, "heard"),
        ({"turn_id": "a", "text": "x", "heard": ["x" * 1001]}, "heard.0"),
        ({"turn_id": "a", "text": "x", "heard_chars": -1}, "heard_chars"),
        ({"turn_id": "a", "text": "x", "heard_chars": 1.5}, "heard_chars"),
        ({"turn_id": "a", "text": "x", "alternatives": [{"text": "x", "confidence": 2}]}, "alternatives.0.confidence"),
    ],
)
def test_a_turn_of_another_shape_is_refused_with_its_field(customer: Customer, body: dict[str, Any], field: str) -> None:
    """400 names the field in plain words."""
    answer = customer.post("turns", body)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_all_bad_fields_come_at_once(customer: Customer) -> None:
    """A client repairs its request in one go."""
    answer = customer.post("turns", {"turn_id": "a b", "text": 1, "mode": "sung"}).get_json()

    assert {each["field"] for each in answer["errors"]} == {"turn_id", "text", "mode"}


def test_reading_gives_the_context_and_the_state(customer: Customer) -> None:
    """The context of design section 5 at the top level, with the state beside it."""
    customer.say(TEXT)

    body = customer.get().get_json()

    schemas.ContextOut.model_validate(body)
    assert [line["role"] for line in body["conversation_history"]] == ["assistant", "user", "assistant"]
    assert body["state"]["version"] == 2


def test_polling_costs_nothing_until_something_changes(customer: Customer) -> None:
    """The ETag is the version; the same version is 304 without a body."""
    tag = customer.get().headers["ETag"]

    unchanged = customer.get(**{"If-None-Match": tag})
    assert customer.get(**{"If-None-Match": f'"9", W/{tag}'}).status_code == 304, "a proxy that compresses weakens the tag"
    customer.say(TEXT)
    changed = customer.get(**{"If-None-Match": tag})

    assert (tag, unchanged.status_code, unchanged.data) == ('"1"', 304, b"")
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')


def test_ending_twice_is_ending_once(customer: Customer, clock: Clock) -> None:
    """The first end stays; then the conversation can only be read, and answered turns repeated."""
    first_turn = customer.turn("one", text=TEXT).get_json()
    first = customer.post("end").get_json()
    clock.forward(minutes=5)

    assert customer.post("end").get_json() == first == {"status": "ended", "ended_at": first["ended_at"]}
    assert customer.turn(text="one more").get_json()["code"] == "session_ended"
    assert customer.turn("one", text=TEXT).get_json() == {**first_turn, "replayed": True}
    assert customer.get().get_json()["status"] == "ended"


def test_rating_is_kept_once_and_may_be_changed(customer: Customer) -> None:
    """204, also after the end."""
    customer.post("end")

    assert customer.post("feedback", {"rating": 2, "comment": "call me at 404-555-0188"}).status_code == 204
    assert customer.post("feedback", {"rating": 5}).status_code == 204
    assert customer.post("feedback", {"rating": 0}).get_json()["errors"] == [{"field": "rating", "problem": "must be at least 1"}]


def test_a_whole_return_over_http(customer: Customer, returned: dict[str, Any]) -> None:
    """From the first sentence to a slip that opens, for a page and for a printer."""
    done = returned["state"]["return"]
    schemas.Answer.model_validate(returned)

    page = customer.client.get(done["slip"]["html_url"])
    pdf = customer.client.get(done["slip"]["pdf_url"])

    assert page.status_code == 200
    assert done["rma"][:3] in page.text
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")


def test_a_turn_says_one_thing(customer: Customer) -> None:
    """Two at once, or none, is a bad request that says what to send."""
    for body in ({"text": "hello", "event": "pause"}, {"choice_id": "yes", "event": "pause"}, {}):
        answer = customer.turn(**body)

        assert answer.status_code == 400
        assert answer.get_json()["errors"] == [{"field": "body", "problem": "send exactly one of text, choice_id and event"}]


def test_instructions_carry_the_address_of_the_store(customer: Customer, services: Services) -> None:
    """The card of the steps has a link, and the published schema knows it."""
    demos = [demo.document() for demo in demo_orders(services.policies, services.clock())]
    seed(services.database, demo_orders(services.policies, services.clock()))
    order = next(demo for demo in demos if demo["shows"] == "amz.default, sold by Amazon: how to do it")
    answer = customer.say(f"I want to return it, it is defective, Amazon. {order['order_number']}, {order['zip']}, {order['last_name']}")
    for _ in range(6):
        if any(card["type"] == "steps" for card in answer["cards"]):
            break
        answer = customer.say("yes")

    (card,) = [card for card in answer["cards"] if card["type"] == "steps"]
    schemas.Answer.model_validate(answer)
    schemas.ContextOut.model_validate(customer.get().get_json())
    assert card["url"].startswith("https://")


def test_a_voice_credential_says_that_there_is_none(customer: Customer) -> None:
    """After the bearer was checked: 503 `voice_not_configured`, and typing goes on."""
    headers = customer.headers
    for path in ("/api/voice-token", "/api/token"):
        assert customer.client.post(path, json={"participant_name": "me"}).status_code == 401
        answer = customer.client.post(path, json={"participant_name": "me", "session_id": customer.session_id}, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "voice_not_configured")

    assert customer.client.post("/api/voice-token", json={"session_id": "another"}, headers=headers).status_code == 404
