"""`flask handoffs list|show|claim|close`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from returnflow.conversation.effects import AddHandoffNote, OpenHandoff
from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import ConversationService, TurnRequest
from returnflow.errors import TurnConflict
from returnflow.retail.rma import shown
from returnflow.tools.handoffs import close_case
from returnflow.wiring import Services
from tests.calls import Clock

Flask = Callable[..., Any]
PACKET: dict[str, Any] = {
    "channel": "web_typed",
    "language": "en",
    "headline": "Blender does not work, wants refund",
    "reason_code": "out_of_window",
    "rule_ids": ["amz.default"],
    "customer_wants": "refund",
    "verified": {"level": 1, "matched": ["order_number", "zip", "last_name"], "tries_used": 1},
    "contact": {"by": "text", "value": "•••-•••-0188", "consent": True},
    "items": [{"title": "Vortex blender", "quantity": 1, "reason": "DEFECTIVE"}],
    "decision": {"verdict": "ask_human", "deadline": "2026-11-01", "plain": "The 30 days ended.", "certainty": "B"},
    "if_approved_cents": 8639,
    "said": ["your [red]blender[/red] died"],
    "mood": {"value": "upset", "turn": 3},
    "next_step": "Decide an exception for a fault. Refund would be $86.39.",
    "actions": ["approve_exception", "decline"],
    "definitions": "81c2e07a",
    "policy_version": "1",
}


@pytest.fixture
def case(services: Services) -> str:
    """A case with a full packet."""
    effect = OpenHandoff("call-0", "out_of_window", PACKET["headline"], PACKET, "text", "4045550188")
    with services.database.begin(write=True) as uow:
        opened = services.tools.run(effect, uow, services.clock())
        uow.commit()
    return opened.reference  # type: ignore[union-attr]


@pytest.fixture
def called(services: Services) -> str:
    """The case of a customer who asked for a person and whose page is still open."""
    now = services.clock()
    session = StoredSession("call-1", "0" * 64, "web", now, now, now + timedelta(hours=24))
    services.conversations.start(session, user_identity="customer")
    for number, text in enumerate(("I want to talk to a person", "text please", "404 555 0188", "yes")):
        services.conversations.handle_turn("call-1", TurnRequest(f"t{number}", text=text, fingerprint=str(number)))
    reference: str = seen_by_customer(services)["reference"]
    return reference


def seen_by_customer(services: Services) -> dict[str, Any]:
    """The case as the customer's page shows it."""
    snapshot = services.conversations.read("call-1")
    assert snapshot is not None
    found: dict[str, Any] = snapshot.state["handoff"]
    return found


def test_the_list_is_what_to_do_next(flask: Flask, case: str, clock: Clock) -> None:
    """Number, status, promise in the shop's time and what it is about; a broken promise is marked."""
    before = flask("handoffs", "list")
    clock.forward(days=3)

    line = next(line for line in before.out.splitlines() if shown(case) in line)
    for words in ("open", "Mon Nov 23, 12:00", "Blender does not work"):
        assert words in line
    assert "LATE" not in before.out
    assert "LATE" in flask("handoffs", "list").out
    assert flask("handoffs", "list", "--status", "closed").out == "No cases.\n"


def test_the_whole_packet_is_shown(flask: Flask, case: str, services: Services) -> None:
    """Everything staff need, what the customer added, and the next command; what customers wrote is no markup."""
    with services.database.begin(write=True) as uow:
        services.tools.run(AddHandoffNote(case, "It smoked."), uow, services.clock())
        uow.commit()

    ran = flask("handoffs", "show", shown(case))

    for words in ("Vortex blender", "amz.default", "$86.39", "your [red]blender[/red] died", "It smoked.", f"flask handoffs claim {case}"):
        assert words in ran.out


def test_the_contact_shows_to_who_has_the_case(flask: Flask, case: str) -> None:
    """Masked while it waits, readable once somebody answers for it."""
    assert "4045550188" not in flask("handoffs", "show", case).out
    assert flask("handoffs", "show", case, "--json").document["contact"] == "•••-•••-0188"

    claimed = flask("handoffs", "claim", case, "--by", "dana")

    assert "Contact: text 4045550188." in claimed.out
    assert flask("handoffs", "show", case, "--json").document["contact"] == "4045550188"


def test_claiming_reaches_the_customer_and_has_one_winner(flask: Flask, called: str, services: Services) -> None:
    """The page says that somebody has it; the second who tries is told who."""
    first, second = flask("handoffs", "claim", called, "--by", "dana", "--json"), flask("handoffs", "claim", called, "--by", "sam")

    assert (first.code, first.document["claimed_by"]) == (0, "dana")
    assert seen_by_customer(services)["status"] == "claimed"
    assert (second.code, second.out) == (1, "")
    assert "dana has this case already" in second.err


def test_closing_reaches_the_customer_and_stays(flask: Flask, called: str, services: Services) -> None:
    """The outcome and note are stored, the customer's page knows, and another closing changes nothing."""
    arguments = ("handoffs", "close", called, "--outcome", "approved", "--note", "Your refund is on its way.", "--by", "dana")

    first, again, late_claim = flask(*arguments, "--json"), flask(*arguments, "--note", "No."), flask("handoffs", "claim", called)

    assert (first.code, first.document["outcome"], first.document["note"]) == (0, "approved", "Your refund is on its way.")
    assert seen_by_customer(services)["status"] == "closed"
    assert "approved: Your refund is on its way." in flask("handoffs", "show", called).out
    assert (again.code, late_claim.code) == (1, 1)
    assert "closed" in again.err
    assert "closed" in late_claim.err


def test_a_closing_that_was_not_told_is_told_by_a_repeat(flask: Flask, called: str, services: Services) -> None:
    """After a crash in between: the same command again brings the answer to the customer. The shop's numbers stay readable."""
    note = "Call 207-555-0100, tracking 9400111899223100001234."
    close_case(services.database, called, by="dana", outcome="answered", note=note, now=services.clock())
    stuck = seen_by_customer(services)["status"]

    again = flask("handoffs", "close", called, "--outcome", "answered", "--note", note)

    assert (again.code, stuck, seen_by_customer(services)["status"]) == (0, "open", "closed")
    assert seen_by_customer(services)["note"] == note


def test_a_page_that_is_too_busy_to_be_told_says_so(flask: Flask, called: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The case is stored; the same command again is the remedy."""

    def busy(*_: Any) -> None:
        raise TurnConflict

    with monkeypatch.context() as patched:
        patched.setattr(ConversationService, "refresh_handoff", busy)
        ran = flask("handoffs", "claim", called, "--by", "dana")

    assert (ran.code, ran.out) == (1, "")
    assert "Run the same command again" in ran.err
    assert flask("handoffs", "claim", called, "--by", "dana").code == 0


def test_a_wrong_number_or_outcome_says_what_to_do(flask: Flask) -> None:
    """Misread, unknown and badly called each have their sentence."""
    for arguments, words in (
        (("show", "123"), "nine digits"),
        (("claim", "482913077"), "flask handoffs list"),
        (("close", "482913077", "--outcome", "lost"), "approved"),
    ):
        ran = flask("handoffs", *arguments)

        assert (ran.code, ran.out) == (1, "")
        assert words in ran.err
