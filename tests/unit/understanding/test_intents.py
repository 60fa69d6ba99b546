"""Intents told by rules: what has fixed wordings, and what must be right at once."""

from __future__ import annotations

import pytest

from returnflow.understanding.intents import first_person, rule_intents
from returnflow.understanding.model import INTENTS
from returnflow.understanding.patterns import load
from tests.unit.understanding.scenes import read


@pytest.mark.parametrize(
    "said,intent",
    [
        ("agent", "human"),
        ("I want to talk to a person", "human"),
        ("get me someone", "human"),
        ("representative please", "human"),
        ("can you transfer me to a real human", "human"),
        ("are you even a person", "are_you_human"),
        ("am I talking to a robot", "are_you_human"),
        ("¿Habla español?", "other_language"),
        ("do you speak Spanish", "other_language"),
        ("start over", "start_over"),
        ("go back", "go_back"),
        ("hold on", "wait"),
        ("wait I get my glasses", "wait"),
        ("slow down", "slower"),
        ("that was too fast", "slower"),
        ("can you say that louder", "repeat"),
        ("what was that", "repeat"),
        ("sorry?", "repeat"),
        ("what is that?", "explain"),
        ("where do I find it", "explain"),
        ("what's an order number", "explain"),
        ("it was a gift", "gift"),
        ("my mom gave it to me", "gift"),
        ("thank you so much", "thanks"),
        ("hello", "greeting"),
        ("good morning", "greeting"),
        ("goodbye", "goodbye"),
        ("where is my refund", "return_status"),
        ("my package never came", "not_received"),
        ("how long can I return a toaster", "ask_policy"),
        ("you stupid bot", "abuse"),
    ],
)
def test_the_first_intent_is_what_was_meant(said: str, intent: str) -> None:
    """Confident enough to act on."""
    heard = read(said)

    assert heard.intent == intent
    assert heard.confidence >= 0.8


@pytest.mark.parametrize("said", ["is it a gift card", "the agent figurine is too small", "the operator manual is missing"])
def test_a_word_alone_is_no_wish_for_a_person(said: str) -> None:
    """Somebody must be asked for."""
    assert read(said).intent != "human"


def test_every_rule_is_an_intent() -> None:
    """The file names no other, and each confidence is one."""
    heads = [title.split() for title in load("intents")]

    assert {name for name, _ in heads} <= set(INTENTS)
    assert all(0.5 < float(confidence) < 1 for _, confidence in heads)


def test_several_rules_can_hold() -> None:
    """Best first."""
    found = rule_intents("hold on are you a robot")

    assert [name for name, _ in found] == ["are_you_human", "wait"]


def test_a_relay_operator_speaks_for_the_caller() -> None:
    """The third person is the customer."""
    assert first_person("she wants to return a lamp ga") == "i want to return a lamp"
    assert read("she says she wants to return a broken lamp GA").intent == "start_return"
