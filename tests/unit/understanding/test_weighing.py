"""Which intents hold: what acts at once must be clear, and a question about the rules is one whatever else its words are like."""

from __future__ import annotations

import pytest

from returnflow.understanding.model import Choice
from tests.unit.understanding.scenes import CONTACT_CHOICES, LINES, read

REASONS = (Choice("DEFECTIVE", "It does not work"), Choice("DAMAGED", "It came damaged"))


@pytest.mark.parametrize(
    "said,slot",
    [
        ("scooter dead walmart", ""),
        ("dead battery", "journey"),
        ("stupid thing won't turn on", "journey"),
        ("this piece of junk", "journey"),
        ("they suck", "journey"),
        ("can you", "offer"),
        ("are you still there", "order_number"),
        ("are you kidding me", "offer"),
        ("my stupid lamp broke", "journey"),
    ],
)
def test_anger_at_a_thing_is_no_abuse(said: str, slot: str) -> None:
    """Only the words of the list, said to somebody, or a sure model are."""
    assert not read(said, slot).has("abuse")


@pytest.mark.parametrize("said", ["fuck you", "you useless piece of shit", "you are an idiot", "you piece of garbage"])
def test_insults_are_abuse(said: str) -> None:
    """With nothing of ours in them."""
    assert read(said, "journey").intent == "abuse"


@pytest.mark.parametrize(
    "said,slot,never",
    [
        ("I already told your chat everything", "store", "goodbye"),
        ("I'm travelling until December 5", "journey", "goodbye"),
        ("later", "offer", "goodbye"),
        ("to", "quantity", "human"),
        ("relay operator", "journey", "human"),
        ("does it go back to my card", "offer", "go_back"),
        ("I'm back", "order_number", "go_back"),
        ("the label never came", "journey", "not_received"),
        ("never wore it", "reason", "not_received"),
    ],
)
def test_what_acts_at_once_must_be_clear(said: str, slot: str, never: str) -> None:
    """A guess of the model is not enough to end, hand over or go back."""
    assert not read(said, slot).has(never)


@pytest.mark.parametrize(
    "said,slot,intent",
    [
        ("goodbye", "journey", "goodbye"),
        ("I want a person", "journey", "human"),
        ("go back please", "offer", "go_back"),
        ("where's my stuff", "journey", "order_status"),
        ("when is it coming", "journey", "order_status"),
        ("my stuff isn't here", "journey", "not_received"),
        ("how much do I get", "offer", "repeat"),
        ("how much again", "offer", "repeat"),
        ("can you hear me", "journey", "greeting"),
    ],
)
def test_clear_words_still_do(said: str, slot: str, intent: str) -> None:
    """The rules and the sure guesses hold."""
    assert read(said, slot).intent == intent


@pytest.mark.parametrize(
    "said,topic",
    [
        ("who pays shipping", "fees"),
        ("who pays for postage", "fees"),
        ("is there a restocking fee", "fees"),
        ("are there any fees", "fees"),
        ("does it go back to my card", "money"),
        ("can my husband drop it off", "way"),
        ("I don't have a printer", "way"),
        ("what address", "way"),
        ("can I drop it off at a store", "way"),
        ("do I need to print something", "way"),
    ],
)
@pytest.mark.parametrize("slot", ["offer", "steps", "order_number"])
def test_a_question_about_the_rules(said: str, topic: str, slot: str) -> None:
    """Its topic is told, it answers nothing and names nothing to send back."""
    heard = read(said, slot)

    assert (heard.intent, heard.values.get("topic"), heard.answer, heard.items) == ("ask_policy", topic, None, ())


@pytest.mark.parametrize(
    "said,reason",
    [
        ("not needed", "NO_LONGER_WANTED"),
        ("just not needed", "NO_LONGER_WANTED"),
        ("wrong", "INCORRECT_ITEM"),
        ("broken", "DEFECTIVE"),
        ("no sound", "DEFECTIVE"),
        ("sound is bad", "DEFECTIVE"),
        ("is small", "WRONG_SIZE"),
        ("too big for my ears", "WRONG_SIZE"),
        ("ugly color", "NO_LONGER_WANTED"),
        ("tore", "DAMAGED"),
        ("fake", "NOT_AS_DESCRIBED"),
        ("they hurt", "INADEQUATE_QUALITY"),
        ("allergic", "NO_LONGER_WANTED"),
        ("just because", "NO_LONGER_WANTED"),
    ],
)
def test_short_reasons_when_the_reason_was_asked(said: str, reason: str) -> None:
    """They inform, and name no thing."""
    heard = read(said, "reason", choices=REASONS)

    assert (heard.values.get("reason"), heard.items) == (reason, ())
    assert heard.has("inform")


def test_wrong_is_no_reason_elsewhere() -> None:
    """It refuses."""
    assert "reason" not in read("wrong", "contact_ok").values


def test_no_phone_is_not_by_phone() -> None:
    """What they do not have is no way to reach them; what they have is."""
    assert "contact_by" not in read("I don't have a phone", "contact_by", choices=CONTACT_CHOICES).values
    assert read("I don't have a phone, email me", "contact_by", choices=CONTACT_CHOICES).values["contact_by"] == "email"


@pytest.mark.parametrize(
    "said,slot,values",
    [
        ("o brien", "identity", {"last_name": "O'Brien"}),
        ("O Brien 97214", "identity", {"last_name": "O'Brien", "zip": "97214"}),
        ("de la cruz", "last_name", {"last_name": "De La Cruz"}),
        ("van dyke", "last_name", {"last_name": "Van Dyke"}),
        ("it's Reyes, Elena Reyes", "order_number", {"last_name": "Reyes", "first_name": "Elena"}),
        ("Portland Oregon, nine seven two one four", "identity", {"zip": "97214"}),
        ("it's 3499108. that's all I have", "order_number", {"order_suffix": "3499108"}),
        ("last 4 are 9108", "order_number", {}),
        ("TBA305512345", "order_number", {}),
        ("555 0123", "contact", {}),
        ("e reyes at mail dot com", "contact", {"email": "ereyes@mail.com", "contact_by": "email"}),
    ],
)
def test_names_and_numbers_as_they_are_said(said: str, slot: str, values: dict[str, str]) -> None:
    """Whole names, whole numbers, and nothing of what is neither."""
    heard = read(said, slot, store="amazon")

    assert dict(heard.values) == values
    assert heard.partial_order_number == ""
    assert all(part in said for part in heard.personal)


@pytest.mark.parametrize(
    "said,items,everything",
    [
        ("one blue and one gray pillow", [(("blue",), 1), (("gray",), 1)], False),
        ("both blue ones", [(("blue",), 2)], False),
        ("and a blue pillow", [(("blue",), 1)], False),
        ("one of each", [(("lamp",), 1), (("blue",), 1), (("gray",), 1)], False),
        ("blue cushion", [(("blue",), None)], False),
        ("the light", [(("lamp",), None)], False),
        ("my stupid lamp", [(("lamp",), None)], False),
        ("both", [], True),
    ],
)
def test_each_thing_of_a_list_is_kept(said: str, items: list[tuple[tuple[str, ...], int | None]], everything: bool) -> None:
    """With its own quantity, under its own or another word."""
    heard = read(said, "items", lines=LINES)

    assert [(item.line_ids, item.quantity) for item in heard.items] == items
    assert heard.everything is everything


def test_the_name_of_a_thing_ends_where_courtesy_begins() -> None:
    """Nor does a stand-in word name one."""
    assert [item.text for item in read("return my hearing aid dear", "journey").items] == ["hearing aid"]
    assert read("I want to return the thingy", "journey").items == ()
